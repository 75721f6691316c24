import { controlKey, keyFromCsi, keyFromSs3, withModifiers } from './key-codes.ts';
import type { KeyEvent } from './key-event.ts';

const ESC = '\u001b';
const PASTE_START = `${ESC}[200~`;

/** One key or run of text at the start of some input, and what follows it in another mode. */
export interface ReadKey {
  readonly length: number;
  readonly events: readonly KeyEvent[];
  readonly starts?: 'paste' | 'string';
}

/** Reads one key or run of text from the start; undefined: more is needed to tell. */
export function readKey(input: string): ReadKey | undefined {
  if (input.startsWith(ESC)) return readEscape(input);
  const code = input.charCodeAt(0);
  if (isControl(code)) return { length: 1, events: keys(controlKey(code)) };
  const end = input.search(/[\u0000-\u001f\u007f-\u009f]/);
  const text = end === -1 ? input : input.slice(0, end);
  return { length: text.length, events: [{ type: 'text', text }] };
}

function readEscape(input: string): ReadKey | undefined {
  const next = input[1];
  if (next === undefined) return undefined;
  if (input.startsWith(PASTE_START)) return { length: PASTE_START.length, events: [], starts: 'paste' };
  if (next === '[') return readCsi(input);
  if (next === 'O') return readSs3(input);
  if (']P_^X'.includes(next)) return input.length === 2 ? undefined : { length: 2, events: [], starts: 'string' };
  if (next === ESC) return readDoubleEscape(input);
  const code = input.charCodeAt(1);
  if (isControl(code)) return { length: 2, events: keys(withModifiers(controlKey(code), ['alt'])) };
  const character = String.fromCodePoint(input.codePointAt(1) ?? 0x20);
  return { length: 1 + character.length, events: keys(altKey(character)) };
}

/** Esc twice, or the Alt of terminals that put a second Esc before a sequence. */
function readDoubleEscape(input: string): ReadKey | undefined {
  if (input.length === 2) return undefined;
  const isSequence = input[2] === '[' || input[2] === 'O';
  if (!isSequence) return { length: 1, events: keys('escape') };
  if (input.length === 3) return undefined;
  const inner = readEscape(input.slice(1));
  if (inner === undefined) return undefined;
  if (inner.starts !== undefined) return { length: 1, events: keys('escape') };
  const events = inner.events.map((event) =>
    event.type === 'key' ? { ...event, key: withModifiers(event.key, ['alt']) } : event,
  );
  return { ...inner, length: inner.length + 1, events };
}

const CSI = /^\u001b\[([0-?]*)([ -/]*)([@-~])/;

function readCsi(input: string): ReadKey | undefined {
  // The Linux console writes F1 to F5 as ESC [ [ A, and X10 mouse reports carry three more characters.
  if (input.startsWith(`${ESC}[[`)) return fixed(input, 4, () => keyFromCsi('', `[${input[3]}`));
  if (input.startsWith(`${ESC}[M`)) return fixed(input, 6, () => undefined);
  const shifted = /^\u001b\[(\d+)\$/.exec(input);
  if (shifted !== null) return { length: shifted[0].length, events: named(keyFromCsi(shifted[1] ?? '', '$')) };
  const match = CSI.exec(input);
  if (match === null) return brokenCsi(input);
  const [whole, parameters = '', intermediates = '', final = ''] = match;
  const event = intermediates === '' ? keyFromCsi(parameters, final) : undefined;
  return { length: whole.length, events: named(event) };
}

/** Waits while what is there may still become a sequence; else drops it up to what cannot belong to it. */
function brokenCsi(input: string): ReadKey | undefined {
  const body = /^\u001b\[[ -?]*/.exec(input)?.[0] ?? '';
  if (body.length === input.length) return undefined;
  return { length: body.length, events: [] };
}

function readSs3(input: string): ReadKey | undefined {
  const match = /^\u001bO(\d*)(?:;(\d+))?(.)?/su.exec(input);
  const final = match?.[3];
  if (match === null || final === undefined) return undefined;
  if (isControl(final.charCodeAt(0))) return { length: match[0].length - final.length, events: keys('alt+shift+o') };
  return { length: match[0].length, events: named(keyFromSs3(match[2] ?? match[1] ?? '', final)) };
}

function fixed(input: string, length: number, event: () => KeyEvent | undefined): ReadKey | undefined {
  return input.length < length ? undefined : { length, events: named(event()) };
}

/** Names the key that was left when nothing followed. */
export function tornKey(torn: string): KeyEvent[] {
  if (torn === ESC) return keys('escape');
  if (torn === ESC + ESC) return keys('escape', 'escape');
  if (torn.length === 2) return keys(altKey(torn[1] ?? ''));
  if (torn === `${ESC}${ESC}[` || torn === `${ESC}${ESC}O`) return keys('escape', altKey(torn[2] ?? ''));
  return [];
}

function altKey(character: string): string {
  if (character === ' ') return 'alt+space';
  const lower = character.toLowerCase();
  return lower === character ? `alt+${character}` : `alt+shift+${lower}`;
}

function keys(...names: (string | undefined)[]): KeyEvent[] {
  return names.flatMap((key) => (key === undefined ? [] : [{ type: 'key', key }]));
}

function named(event: KeyEvent | undefined): KeyEvent[] {
  return event === undefined ? [] : [event];
}

function isControl(code: number): boolean {
  return code < 0x20 || (code >= 0x7f && code < 0xa0);
}
