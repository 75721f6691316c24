import type { AgentMessage, AgentMessageOf } from '../messages.ts';
import { createSafeText, type SafeTextStream } from '../safe-text.ts';
import type { Encoder } from './encoder.ts';
import { createLeftoverTest } from './leftovers.ts';

/** Stands between an interrupted text that is already out and the different one that replaces it. */
export const RESTART_NOTE = '[The text above was interrupted and is void. The answer starts again.]';

/**
 * The answer alone, each piece as it comes, safe for a terminal. Texts of one turn are set apart by an empty line and
 * the answer ends with a line end.
 *
 * What is out cannot be taken back. When a response is tried again, the new text is compared with what is out: as long
 * as it repeats that, nothing is written, then it goes on where the first one broke off. Only when it differs does a
 * line say so before the whole new text.
 */
export const text: Encoder = {
  name: 'text',
  description: 'The answer alone',
  media_type: 'text/plain; charset=utf-8',
  async *encode(messages) {
    const printer = createPrinter();
    const isLeftover = createLeftoverTest();
    for await (const message of messages) {
      if (isLeftover(message)) continue;
      const piece = print(printer, message);
      if (piece !== '') yield piece;
    }
  },
};

interface Printer {
  /** The last characters that this turn wrote before the open response; empty when it has written none. */
  before: string;
  /** What the open response has on paper, from this attempt or an earlier one. */
  printed: string;
  /** What this attempt has said. The same as `printed`, unless it repeats an earlier one. */
  current: string;
  /** How much of `current` only sets it apart from what came before. */
  lead: number;
  segment: string | undefined;
  /** The next text goes on with the last one. */
  isContinuing: boolean;
  safe: SafeTextStream;
}

function createPrinter(): Printer {
  const texts = { before: '', printed: '', current: '', lead: 0 };
  return { ...texts, segment: undefined, isContinuing: false, safe: createSafeText() };
}

function print(printer: Printer, message: AgentMessage): string {
  switch (message.type) {
    case 'turn_started':
      Object.assign(printer, createPrinter());
      return '';
    case 'text':
      return printChunk(printer, message);
    case 'retrying':
      printer.current = '';
      printer.segment = undefined;
      printer.safe.end();
      return '';
    case 'iteration_complete':
      return settle(printer, printer.current !== printer.printed);
    case 'auto_continue':
      printer.isContinuing = true;
      return '';
    case 'done':
      return settle(printer, message.status === 'completed' && printer.current !== printer.printed) + lineEnd(printer);
    default:
      return '';
  }
}

function printChunk(printer: Printer, message: AgentMessageOf<'text'>): string {
  let safe = printer.safe.push(message.chunk);
  if (message.is_complete) safe += printer.safe.end();
  if (safe === '') return '';
  const isNew = printer.segment !== message.message_id;
  printer.segment = message.message_id;
  const piece = isNew ? separator(printer) + safe : safe;
  return say(printer, piece);
}

/** Writes what the paper does not have yet. */
function say(printer: Printer, piece: string): string {
  const at = printer.current.length;
  printer.current += piece;
  if (at === printer.printed.length) {
    printer.printed = printer.current;
    return piece;
  }
  const ahead = printer.printed.slice(at, at + piece.length);
  if (!piece.startsWith(ahead)) return restart(printer);
  if (ahead.length < piece.length) printer.printed = printer.current;
  return piece.slice(ahead.length);
}

function restart(printer: Printer): string {
  const old = printer.before + printer.printed;
  printer.printed = printer.current;
  return `${blankLine(old)}${RESTART_NOTE}\n\n${printer.current.slice(printer.lead)}`;
}

function settle(printer: Printer, isCutShort: boolean): string {
  const piece = isCutShort ? restart(printer) : '';
  printer.before = (printer.before + printer.printed).slice(-2);
  printer.printed = '';
  printer.current = '';
  return piece;
}

function separator(printer: Printer): string {
  const isContinuing = printer.isContinuing;
  printer.isContinuing = false;
  const before = (printer.before + printer.current).slice(-2);
  const lead = isContinuing || before === '' ? '' : blankLine(before);
  if (printer.current === '') printer.lead = lead.length;
  return lead;
}

function blankLine(before: string): string {
  if (before.endsWith('\n\n')) return '';
  return before.endsWith('\n') ? '\n' : '\n\n';
}

function lineEnd(printer: Printer): string {
  const isOpen = printer.before !== '' && !printer.before.endsWith('\n');
  printer.before = '';
  return isOpen ? '\n' : '';
}
