import { typedText } from '../typed-text.ts';
import type { KeyEvent } from './key-event.ts';
import { readKey, tornKey } from './read-key.ts';

/**
 * Turns bytes of a terminal into keys.
 *
 * Contract: bytes may be cut anywhere; what one read holds comes out as separate keys; an unknown sequence vanishes and
 * is never taken for text; a paste is one event however it was cut. It reads no clock: the owner calls `flush` when
 * `pending_ms` have passed without a byte.
 */
export interface KeyParser {
  push(bytes: Uint8Array): KeyEvent[];
  /** How long to wait for more bytes before `flush`; undefined when nothing is open. */
  readonly pending_ms: number | undefined;
  /** Decides what is open: a lone Esc is the key, a paste without an end is a paste, a torn sequence is dropped. */
  flush(): KeyEvent[];
}

const ESC = '\u001b';
const PASTE_END = `${ESC}[201~`;
const ESCAPE_WAIT_MS = 40;
const PASTE_WAIT_MS = 1000;
const STRING_WAIT_MS = 200;
/** A sequence longer than this is no key. */
const LONGEST_SEQUENCE = 256;

/** Makes a parser for one terminal. */
export function createKeyParser(): KeyParser {
  const decoder = new TextDecoder('utf-8');
  const paste = createPasteBuffer();
  let mode: 'keys' | 'paste' | 'string' = 'keys';
  let open = '';

  function takePaste(input: string, events: KeyEvent[]): string {
    const rest = paste.take(input);
    if (rest === undefined) return '';
    mode = 'keys';
    events.push(...paste.end());
    return rest;
  }

  /** Swallows an OSC, DCS, APC, PM or SOS reply up to its end. */
  function takeString(input: string): string {
    const end = /[\u0007\u0018\u001a\u009c]|\u001b\\?/.exec(input);
    if (end === null) return '';
    if (end[0] === ESC && end.index === input.length - 1) {
      open = ESC;
      return '';
    }
    mode = 'keys';
    return input.slice(end.index + (end[0] === ESC ? 0 : end[0].length));
  }

  function takeKeys(input: string, events: KeyEvent[]): string {
    const key = readKey(input);
    if (key === undefined) {
      open = input.length > LONGEST_SEQUENCE ? '' : input;
      return '';
    }
    if (key.starts !== undefined) mode = key.starts;
    events.push(...key.events);
    return input.slice(key.length);
  }

  function take(text: string): KeyEvent[] {
    const events: KeyEvent[] = [];
    let input = open + text;
    open = '';
    while (input !== '') {
      if (mode === 'paste') input = takePaste(input, events);
      else if (mode === 'string') input = takeString(input);
      else input = takeKeys(input, events);
    }
    return joinTexts(events);
  }

  return {
    push: (bytes) => take(decoder.decode(bytes, { stream: true })),
    get pending_ms() {
      if (mode !== 'keys') return mode === 'paste' ? PASTE_WAIT_MS : STRING_WAIT_MS;
      return open === '' ? undefined : ESCAPE_WAIT_MS;
    },
    flush: () => {
      const events = mode === 'paste' ? paste.end() : tornKey(open);
      open = '';
      mode = 'keys';
      return events;
    },
  };
}

interface PasteBuffer {
  /** Adds input up to the end mark and gives what follows it; undefined: the end has not come yet. */
  take(input: string): string | undefined;
  /** Empties the buffer. */
  end(): KeyEvent[];
}

function createPasteBuffer(): PasteBuffer {
  const pieces: string[] = [];
  /** The last characters, which may be the beginning of the end mark. */
  let held = '';
  return {
    take: (input) => {
      const searched = held + input;
      const end = searched.indexOf(PASTE_END);
      const kept = end === -1 ? searched.length - Math.min(searched.length, PASTE_END.length - 1) : end;
      pieces.push(searched.slice(0, kept));
      held = end === -1 ? searched.slice(kept) : '';
      return end === -1 ? undefined : searched.slice(end + PASTE_END.length);
    },
    end: () => {
      const text = typedText(pieces.splice(0).join('') + held);
      held = '';
      return text === '' ? [] : [{ type: 'paste', text }];
    },
  };
}

/** One event for text that only our reading cut. */
function joinTexts(events: readonly KeyEvent[]): KeyEvent[] {
  const joined: KeyEvent[] = [];
  for (const event of events) {
    const last = joined.at(-1);
    if (event.type === 'text' && last?.type === 'text')
      joined[joined.length - 1] = { type: 'text', text: last.text + event.text };
    else joined.push(event);
  }
  return joined;
}
