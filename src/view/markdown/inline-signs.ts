/** Characters after which a sign that was not closed counts as text. */
const MAX_OPEN = 1024;

/** Signs that may be open at the same time. Text with more is no text that anybody reads. */
const MAX_SIGNS = 32;

/** A sign of emphasis or of a link that may be closed later. */
interface OpenSign {
  readonly sign: string;
  readonly count: number;
  readonly at: number;
}

/** Where reading goes on, and what is open there; an `at` of -1: nobody knows yet. */
interface Scan {
  readonly at: number;
  readonly open: readonly OpenSign[];
}

/**
 * Finds the first place from `from` on where a text may be cut in two that mean the same as the whole: between two words,
 * with no inline sign open. What comes behind the character after the place changes nothing. -1: there is none so far.
 */
export function closedPlace(text: string, from: number): number {
  let scan: Scan = { at: nextOf(text, 0), open: [] };
  while (scan.at !== -1 && scan.open.length <= MAX_SIGNS) {
    const place = text[scan.at] === ' ' ? scan.at : scan.at + 1;
    if (place >= from && isBetweenWords(text, place) && isNothingOpen(scan.open, place)) return place;
    const { at, open } = takeSign(text, scan);
    scan = { at: at === -1 ? -1 : nextOf(text, at), open };
  }
  return -1;
}

/** Tells whether every sign of the text is closed at its end. */
export function isClosed(text: string): boolean {
  return closedPlace(`${text} x`, text.length) === text.length;
}

/** What may open or close something, escape it, or stand where a text can be cut. */
const SIGNS = /[\\`*_~[\] 。．！？；，、：]/g;
const STOP = /[。．！？；，、：]/;

function nextOf(text: string, from: number): number {
  SIGNS.lastIndex = from;
  return SIGNS.exec(text)?.index ?? -1;
}

/** At the one blank between two words, or behind the comma or full stop of a script that has no blanks. */
function isBetweenWords(text: string, at: number): boolean {
  const before = text[at - 1] ?? ' ';
  if (text[at] === ' ') return !isBlank(before) && /\S/.test(text[at + 1] ?? ' ');
  return STOP.test(before) && /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text[at] ?? '');
}

function isNothingOpen(open: readonly OpenSign[], place: number): boolean {
  return open.every(({ at }) => place - at > MAX_OPEN);
}

function takeSign(text: string, { at, open }: Scan): Scan {
  switch (text[at]) {
    case '\\':
      return { at: at + 2, open };
    case '`':
      return { at: codeEnd(text, at), open };
    case '[':
      return { at: at + 1, open: [...open, { sign: '[', count: 1, at }] };
    case ']':
      return { at: text[at + 1] === '(' ? targetEnd(text, at + 1) : at + 1, open: withoutBracket(open) };
    case '*':
    case '_':
    case '~':
      return takeRun(text, { at, open });
    default:
      return { at: at + 1, open };
  }
}

/** Gives where code ends that begins here; behind its signs if they are text; -1 if that is not known yet. */
function codeEnd(text: string, at: number): number {
  const count = runLength(text, at);
  for (let end = at + count; end < Math.min(text.length, at + MAX_OPEN); end++) {
    if (text[end] !== '`') continue;
    const length = runLength(text, end);
    if (length === count && end + length <= at + MAX_OPEN) return end + length;
    end += length - 1;
  }
  return text.length > at + MAX_OPEN ? at + count : -1;
}

/** Gives where the target of a link ends that begins here; behind its bracket if it is text; -1 if not known yet. */
function targetEnd(text: string, at: number): number {
  let depth = 0;
  for (let end = at; end < Math.min(text.length, at + MAX_OPEN); end++) {
    if (text[end] === '\\') end += 1;
    else if (text[end] === '(') depth += 1;
    else if (text[end] === ')') depth -= 1;
    if (depth === 0) return end + 1;
  }
  return text.length > at + MAX_OPEN ? at + 1 : -1;
}

function withoutBracket(open: readonly OpenSign[]): readonly OpenSign[] {
  const last = open.findLastIndex(({ sign }) => sign === '[');
  return last === -1 ? open : open.toSpliced(last, 1);
}

function runLength(text: string, at: number): number {
  let end = at + 1;
  while (text[end] === text[at]) end += 1;
  return end - at;
}

/** Closes what a run of emphasis signs closes, and opens what it opens. */
function takeRun(text: string, { at, open }: Scan): Scan {
  const sign = text[at] ?? '';
  const count = runLength(text, at);
  const end = at + count;
  // One `~` is a rough number, not a line through the text.
  if (sign === '~' && count !== 2) return { at: end, open };
  const { canOpen, canClose } = sidesOf(sign, text[at - 1] ?? ' ', text[end] ?? ' ');
  const closed = canClose ? closeRun(open, sign, count) : { left: count, open };
  const isOpening = canOpen && closed.left > 0;
  return { at: end, open: isOpening ? [...closed.open, { sign, count: closed.left, at }] : closed.open };
}

/** What the characters around a run let it do (CommonMark 0.31, 6.2). */
function sidesOf(sign: string, before: string, after: string): { canOpen: boolean; canClose: boolean } {
  const isLeft = !isBlank(after) && (!isPunctuation(after) || isBlank(before) || isPunctuation(before));
  const isRight = !isBlank(before) && (!isPunctuation(before) || isBlank(after) || isPunctuation(after));
  if (sign !== '_') return { canOpen: isLeft, canClose: isRight };
  return {
    canOpen: isLeft && (!isRight || isPunctuation(before)),
    canClose: isRight && (!isLeft || isPunctuation(after)),
  };
}

/** Takes as many signs of one kind off as there are; what was opened after them stays open no longer. */
function closeRun(
  open: readonly OpenSign[],
  sign: string,
  count: number,
): { readonly left: number; readonly open: readonly OpenSign[] } {
  const index = open.findLastIndex((other) => other.sign === sign);
  const opener = open[index];
  if (opener === undefined || count === 0) return { left: count, open };
  const outer = open.slice(0, index);
  if (opener.count > count) return { left: 0, open: [...outer, { ...opener, count: opener.count - count }] };
  return closeRun(outer, sign, count - opener.count);
}

function isBlank(character: string): boolean {
  return /\s/.test(character);
}

function isPunctuation(character: string): boolean {
  return /[\p{P}\p{S}]/u.test(character);
}
