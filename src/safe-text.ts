/**
 * The one choke point for text on its way to a terminal. Models, tools, servers, file and branch names are data: what
 * they say may be shown but never obeyed. Nothing that passes here can move the cursor, write a title or a clipboard,
 * hide text, or reverse its order.
 */

/** A string sequence (OSC, DCS, APC, PM, SOS) ends at BEL, ST, CAN, SUB or another ESC; a line end bounds the loss. */
const STRING_BODY = '[^\\x07\\x18\\x1a\\x1b\\x9c\\n]*';
const STRING_START = '(?:\\x1b[\\]PX^_]|[\\x90\\x98\\x9d-\\x9f])';
const SEQUENCES = [
  `${STRING_START}${STRING_BODY}(?:\\x07|\\x1b\\\\|\\x9c|\\x18|\\x1a)?`,
  '(?:\\x1b\\[|\\x9b)[0-?]*[ -/]*[@-~]?',
  '\\x1b[NO][ -~]?',
  '\\x1b[ -/]*[0-~]?',
].join('|');
/** What may still grow into a whole sequence, at the end of a chunk. */
const OPEN_SEQUENCE = new RegExp(
  `(?:${STRING_START}${STRING_BODY}\\x1b?|(?:\\x1b\\[|\\x9b)[0-?]*[ -/]*|\\x1b[NO]?|\\x1b[ -/]+)$`,
);

/** What only the next character decides about. */
const UNDECIDED = /[\u200c\u200d]?[\ud800-\udbff]?$/;

const JOINERS = '\\u200c\\u200d';
/** Invisible or reordering: format characters, bidi controls, tags, fillers; the joiners have a rule of their own. */
const INVISIBLE =
  '\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b\\u200e\\u200f\\u202a-\\u202e' +
  '\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff0-\\ufffb\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}';
const CONTROLS = '\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f';
const SELECTORS = '\\ufe00-\\ufe0f';
/** Scripts that spell with joiners. */
const JOINING_SCRIPTS = ['Arab', 'Syrc', 'Deva', 'Beng', 'Guru', 'Gujr', 'Orya', 'Taml', 'Telu', 'Knda', 'Mlym', 'Sinh']
  .map((script) => `\\p{Script=${script}}`)
  .join('');

/** Ranges of visible characters of one or two columns that never join with one another: no marks, no joiners, nothing that is an emoji by itself. */
export const SIMPLE =
  '\\x20-\\x7e\\xa1-\\xac\\xae-\\u02ff\\u0400-\\u0482\\u048a-\\u052f\\u2010-\\u2027\\u2030-\\u205e\\u2190-\\u2211' +
  '\\u2215-\\u22ff\\u2500-\\u25fc\\u2610-\\u2612\\u2713-\\u2718\\u273b\\u276f\\u2800-\\u28ff\\u3041-\\u3096\\u30a1-\\u30fa' +
  '\\u4e00-\\u9fff\\uac00-\\ud7a3';

/** Text that needs no look at the tables of Unicode: nearly all of it. */
const HARMLESS = new RegExp(`^[\\n\\t${SIMPLE}]*$`);
const SUSPICIOUS = new RegExp(
  `[${CONTROLS}${INVISIBLE}${JOINERS}\\u2028\\u2029\\p{Cs}]|[${SELECTORS}]{2}|\\p{Mn}{4}`,
  'u',
);
const SEQUENCE = new RegExp(SEQUENCES, 'g');
const DROPPED = new RegExp(`[${CONTROLS}${INVISIBLE}]`, 'gu');
const JOINER = new RegExp(`([${JOINERS}])`);
const EXTRA_SELECTORS = new RegExp(`([${SELECTORS}])[${SELECTORS}]+`, 'gu');
const REPEATED_SELECTOR = new RegExp(`(?<=[${SELECTORS}])[${SELECTORS}]`, 'gu');
/** One that changes how nothing looks: not behind a sign that has two looks, nor in a key cap. */
const LONE_SELECTOR = /(?<!\p{Extended_Pictographic}|\p{Emoji_Modifier})[\ufe0e\ufe0f](?!\u20e3)|[\ufe00-\ufe0d]/u;
const LONE_SELECTORS = new RegExp(LONE_SELECTOR.source, 'gu');
const HIDDEN = new RegExp(`[${CONTROLS}${INVISIBLE}\\u2028\\u2029\\p{Cs}]`, 'gu');
const EXTRA_MARKS = /(\p{Mn}{3})\p{Mn}+/gu;
const LINE_SEPARATORS = /[\u2028\u2029]/g;
const LONE_SURROGATES = /\p{Cs}/gu;

/**
 * Makes text safe to show: removes escape sequences (also unterminated ones), control characters but `\n` and `\t`,
 * invisible and reordering characters, piled-up marks; lone surrogates become U+FFFD. Idempotent.
 */
export function safeText(text: string): string {
  return isSuspicious(text) ? clean(text) : text;
}

/** Makes text safe and keeps it on one line: line ends and tabs become single spaces, ends are trimmed. */
export function safeLine(text: string): string {
  const safe = safeText(text);
  return /[\n\t]|^ | $/.test(safe) ? safe.replace(/[\n\t]+/g, ' ').trim() : safe;
}

/**
 * Shows what is hidden instead of removing it: `⟨U+202E⟩`. For text that a person decides about (commands, diffs),
 * where nothing may be left out. Keeps `\n` and `\t`.
 */
export function revealText(text: string): string {
  if (!isSuspicious(text) && (HARMLESS.test(text) || !LONE_SELECTOR.test(text))) return text;
  return withJoiners(text.replace(/\r\n/g, '\n').replace(HIDDEN, codePointName), codePointName)
    .replace(REPEATED_SELECTOR, codePointName)
    .replace(LONE_SELECTORS, codePointName)
    .replace(EXTRA_MARKS, '$1');
}

/** What a stream of chunks remembers between two of them. A value: it can be kept in an immutable state. */
export interface SafeTextState {
  /** Raw characters that may be the beginning of something. */
  readonly held: string;
  /** The end of what was given out: marks and joiners depend on what they follow. */
  readonly context: string;
}

/** The state before the first chunk. */
export const SAFE_TEXT_START: SafeTextState = { held: '', context: '' };

/** Longest beginning of a sequence that is held back; the rest of a longer one is dropped as it comes. */
const MAX_HELD = 4096;

/**
 * Makes one chunk of a stream safe. However a text is cut into chunks, the pieces and {@link endSafeText} join to what
 * {@link safeText} makes of the whole.
 */
export function pushSafeText(state: SafeTextState, chunk: string): { state: SafeTextState; text: string } {
  if (state.held === '' && !isSuspicious(chunk) && !beginsJoined(chunk)) {
    return { state: { held: '', context: tail(chunk.length < 8 ? state.context + chunk : chunk) }, text: chunk };
  }
  const raw = state.held + chunk;
  const open = OPEN_SEQUENCE.exec(raw)?.[0] ?? '';
  const visible = stripped(raw.slice(0, raw.length - open.length));
  const undecided = UNDECIDED.exec(visible)?.[0] ?? '';
  const ready = visible.slice(0, visible.length - undecided.length);
  const text = tamed(state.context + ready).slice(state.context.length);
  return { state: { held: undecided + shortened(open), context: tail(state.context + text) }, text };
}

/** Gives what was still held back at the end of a stream, made safe. */
export function endSafeText(state: SafeTextState): string {
  return safeText(state.context + state.held).slice(state.context.length);
}

/** A filter for chunks of one stream. */
export interface SafeTextStream {
  push(chunk: string): string;
  /** Gives the rest, and starts again. */
  end(): string;
}

/** Makes a filter that remembers sequences split across chunks. */
export function createSafeText(): SafeTextStream {
  let state = SAFE_TEXT_START;
  return {
    push: (chunk) => {
      const next = pushSafeText(state, chunk);
      state = next.state;
      return next.text;
    },
    end: () => {
      const rest = endSafeText(state);
      state = SAFE_TEXT_START;
      return rest;
    },
  };
}

function isSuspicious(text: string): boolean {
  return !HARMLESS.test(text) && SUSPICIOUS.test(text);
}

/** Tells whether text begins with something that depends on what stands before it. */
function beginsJoined(text: string): boolean {
  return !HARMLESS.test(text) && /^[\p{M}\u200c\u200d]/u.test(text);
}

function clean(text: string): string {
  return tamed(stripped(text));
}

/** Takes out what has no place on a screen at all. */
function stripped(text: string): string {
  return text.replace(SEQUENCE, '').replace(LINE_SEPARATORS, '\n').replace(DROPPED, '');
}

/** Takes out what is wrong only where it stands. */
function tamed(text: string): string {
  return withJoiners(text.replace(LONE_SURROGATES, '\ufffd').replace(EXTRA_SELECTORS, '$1'), () => '')
    .replace(EXTRA_SELECTORS, '$1')
    .replace(EXTRA_MARKS, '$1');
}

/** Keeps the joiners that spell something, judged from left to right, and replaces the others. */
function withJoiners(text: string, replacement: (joiner: string) => string): string {
  const [first = '', ...rest] = text.split(JOINER);
  let result = first;
  for (let i = 0; i + 1 < rest.length; i += 2) {
    const [joiner = '', next = ''] = rest.slice(i, i + 2);
    result += (isSpelling(result.slice(-4) + joiner, next) ? joiner : replacement(joiner)) + next;
  }
  return result;
}

let spelling: { before: RegExp; after: RegExp } | undefined;

/** Tells whether a joiner at the end of a text is part of how it is written. */
function isSpelling(before: string, after: string): boolean {
  spelling ??= {
    before: new RegExp(
      `(?:\\p{Extended_Pictographic}[\\ufe0f\\u{1f3fb}-\\u{1f3ff}]?\\u200d|[${JOINING_SCRIPTS}][${JOINERS}])$`,
      'u',
    ),
    after: new RegExp(`^[\\p{Extended_Pictographic}${JOINING_SCRIPTS}]`, 'u'),
  };
  return spelling.after.test(after) && spelling.before.test(before);
}

/** Keeps the beginning of an endless string sequence, which says how to go on, and drops its body. */
function shortened(held: string): string {
  if (held.length <= MAX_HELD) return held;
  const start = held.startsWith('\x1b') ? held.slice(0, 2) : held.slice(0, 1);
  return held.endsWith('\x1b') ? `${start}\x1b` : start;
}

/** The last characters, from one that means the same without what stood before it. */
function tail(text: string): string {
  let end = text.slice(-8);
  while (isSuspicious(end) && clean(end) !== end) end = end.slice(1);
  return end;
}

function codePointName(character: string): string {
  return `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
