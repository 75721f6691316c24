import { textWidth } from '../../view/width.ts';
import { ERASE_RIGHT, NO_WRAP, RESET_STYLE, setStyle, WRAP } from '../terminal/sequences.ts';

const SGR = /\u001b\[[\d;]*m/g;
/** What erases a row, and the rest of one. */
const ERASE = /\u001b\[K/g;
const LINK = /\u001b\]8;;[^\u0007\u001b]*(?:\u0007|\u001b\\)/g;
/** Characters that all terminals give the same width, and that do not melt into their neighbours. */
const SIMPLE =
  /^[\x20-\x7e\u00a1-\u00ff\u2010-\u2027\u2190-\u21ff\u2200-\u22ff\u2500-\u25ff\u2713\u2717\u276f\u2800-\u28ff\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\uac00-\ud7a3]*$/u;
const JOINS_PREVIOUS = /^(?:\p{M}|\u200c|\u200d)/u;

/** How a row is turned into another. */
export interface RowChange {
  readonly column: number;
  readonly bytes: string;
  /** Where the cursor is after them. */
  readonly end: number;
}

/**
 * Rewrites the part of a row that differs. Where terminals may not agree on widths, the whole row is written, nothing of
 * the old one is left behind it, and the terminal must not break it.
 */
export function rowChange(before: string, after: string): RowChange {
  const start = safeStart(before, after);
  const width = visibleWidth(after);
  const oldWidth = visibleWidth(before);
  const isCertain = isSimple(before) && isSimple(after);
  if (!isCertain) return { column: 0, bytes: NO_WRAP + ERASE_RIGHT + after + WRAP, end: -1 };
  // tmux keeps counting what is erased at the end of a row as text and wraps it: such a row is erased from its beginning.
  if (oldWidth > width) return { column: 0, bytes: ERASE_RIGHT + after, end: width };
  const column = visibleWidth(after.slice(0, start));
  const style = activeStyle(after.slice(0, start));
  const end = oldWidth === width ? safeEnd(before, after, start) : 0;
  const middle = after.slice(start, after.length - end);
  const isSameAfter = end > 0 && visibleWidth(middle) === visibleWidth(before.slice(start, before.length - end));
  if (!isSameAfter) return { column, bytes: style + after.slice(start), end: width };
  const isPlain = activeStyle(after.slice(0, after.length - end)) === '';
  return { column, bytes: style + middle + (isPlain ? '' : RESET_STYLE), end: column + visibleWidth(middle) };
}

/** Gives the sequence that brings about the style which holds at the end of a text. */
function activeStyle(text: string): string {
  const active = new Map<string, string>();
  for (const [sequence] of text.matchAll(SGR)) {
    for (const [code] of sequence.matchAll(STYLE_CODE)) {
      const kind = STYLE_KINDS.find(([, on, off]) => on.test(code) || off === code);
      if (kind === undefined) active.clear();
      else if (kind[2] === code) active.delete(kind[0]);
      else active.set(kind[0], code);
    }
  }
  return active.size === 0 ? '' : setStyle([...active.values()].join(';'));
}

/** One code of a sequence that may hold several, such as `0;38;5;111`, or none, which is a reset. */
const STYLE_CODE = /[34]8;5;\d+|[34]8;2;\d+;\d+;\d+|\d+|\[(?=m)/g;

/** A kind of style, what turns it on, what turns it off. Bold and faint share their end. */
const STYLE_KINDS: readonly (readonly [string, RegExp, string])[] = [
  ['color', /^(?:38;.*|3[0-7]|9[0-7])$/, '39'],
  ['background', /^(?:48;.*|4[0-7]|10[0-7])$/, '49'],
  ['weight', /^[12]$/, '22'],
  ['slant', /^3$/, '23'],
  ['underline', /^4$/, '24'],
  ['inverse', /^7$/, '27'],
  ['strike', /^9$/, '29'],
];

/** The length of the text that both begin with; never ends inside an escape sequence or a character. */
function safeStart(a: string, b: string): number {
  const length = sameStart(a, b);
  const sequence = length === 0 ? -1 : b.lastIndexOf('\u001b', length - 1);
  if (sequence !== -1) {
    if (b[sequence + 1] !== '[') return 0;
    const end = b.indexOf('m', sequence);
    if (end >= length || end === -1) return sequence;
  }
  return JOINS_PREVIOUS.test(a.slice(length)) || JOINS_PREVIOUS.test(b.slice(length)) ? 0 : length;
}

/** The length of the text that both end with, in the same style; 0 where that is not certain. */
function safeEnd(a: string, b: string, start: number): number {
  let end = Math.min(sameEnd(a, b), a.length - start, b.length - start);
  const tail = (): string => b.slice(b.length - end);
  const isInside = /^[\d;]*m/.test(tail()) && /\u001b\[[\d;]*$/.test(b.slice(0, b.length - end));
  if (isInside) end -= tail().indexOf('m') + 1;
  if (/^[\udc00-\udfff]/.test(tail())) end -= 1;
  if (end <= 0 || JOINS_PREVIOUS.test(tail()) || tail().includes('\u001b]')) return 0;
  return activeStyle(a.slice(0, a.length - end)) === activeStyle(b.slice(0, b.length - end)) ? end : 0;
}

/** Tells whether one row was made from the other by a small change, such as a clock that went on. */
export function isAlike(a: string, b: string): boolean {
  if (a === b) return true;
  return sameStart(a, b) + sameEnd(a, b) >= Math.max(a.length, b.length) * 0.7;
}

function sameStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return length;
}

function sameEnd(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[a.length - 1 - length] === b[b.length - 1 - length]) length += 1;
  return length;
}

/** Gives the columns that a row takes, styles and links apart. */
export function visibleWidth(row: string): number {
  return textWidth(bareText(row));
}

/** A row with a background of its own is none: what is right of its text belongs to it. */
function isSimple(row: string): boolean {
  return !row.includes('\u001b]') && !row.includes(ERASE_RIGHT) && SIMPLE.test(bareText(row));
}

/** Gives the text of a row without its styles and links. */
export function bareText(row: string): string {
  return row.includes('\u001b') ? row.replace(SGR, '').replace(LINK, '').replace(ERASE, '') : row;
}
