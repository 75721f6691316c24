import { simpleWidth } from './simple-text.ts';
import { line, plainText, type Role, type Span, type StyledLine, span } from './styled-line.ts';
import { expandTabs, graphemes, lineWidth, textWidth } from './width.ts';

/** A part of a text, from `start` to before `end`. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** What a wrapped text is made of: a word, some blanks or one character, between which it may be broken. */
interface Atom extends Range {
  readonly width: number;
}

/** Scripts written without spaces: a line may be broken between any two characters. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\u3000-\u303f\uff00-\uffef]/u;

/**
 * Breaks a line at spaces so that no row is wider than `width`; a word that is too wide is broken at a grapheme. Rows
 * have no blanks at their end. A grapheme wider than `width` becomes `?`.
 */
export function wrapLine(tabbed: StyledLine, width: number): readonly StyledLine[] {
  const styled = withoutTabs(tabbed);
  if (lineWidth(styled) <= width) return [withoutTrailingBlanks(styled)];
  const fitting = withoutTooWide(styled, width);
  const text = plainText(fitting);
  return slicesOf(fitting, rowsOf(text, atomsOf(text), width)).map(withoutTrailingBlanks);
}

/** Breaks a line at exactly `width` columns, as a terminal would; nothing is dropped. */
export function cutLine(tabbed: StyledLine, width: number): readonly StyledLine[] {
  const styled = withoutTabs(tabbed);
  if (lineWidth(styled) <= width) return [styled];
  const fitting = withoutTooWide(styled, width);
  const text = plainText(fitting);
  return slicesOf(fitting, cutText(text, { start: 0, end: text.length }, width));
}

/** Wraps text of several lines. */
export function wrapText(text: string, width: number, role?: Role): readonly StyledLine[] {
  return text.split('\n').flatMap((row) => wrapLine(line(row, role), width));
}

/** Puts rows behind a mark, the others below the first one. `draw` makes them for the columns that the mark leaves. */
export function behindMark(
  mark: Span,
  width: number,
  draw: (width: number) => readonly StyledLine[],
): readonly StyledLine[] {
  const columns = textWidth(mark.text);
  return indentLines(draw(Math.max(1, width - columns)), [mark], [span(' '.repeat(columns))]);
}

/** Puts blanks, or another line, before each row; before the first one perhaps something else than before the rest. */
export function indentLines(
  lines: readonly StyledLine[],
  first: StyledLine,
  rest: StyledLine = first,
): readonly StyledLine[] {
  return lines.map((styled, row) => {
    const before = row === 0 ? first : rest;
    return styled.length === 0 && isBlank(before) ? [] : [...before, ...styled];
  });
}

/** Gives a line with blanks in place of its tabs. */
export function withoutTabs(styled: StyledLine): StyledLine {
  if (!styled.some((part) => part.text.includes('\t'))) return styled;
  return styled.map((part) => ({ ...part, text: expandTabs(part.text) }));
}

function isBlank(styled: StyledLine): boolean {
  return styled.every((part) => part.text.trim() === '');
}

function withoutTooWide(styled: StyledLine, width: number): StyledLine {
  return styled.map((part) => {
    if (width > 1 && simpleWidth(part.text) !== undefined) return part;
    const shown = graphemes(part.text).map((grapheme) => (textWidth(grapheme) > width ? '?' : grapheme));
    return { ...part, text: shown.join('') };
  });
}

/** Places atoms in rows; the blanks that a row is broken at are in none. */
function rowsOf(text: string, atoms: readonly Atom[], width: number): readonly Range[] {
  const rows: Range[] = [];
  let start = 0;
  let column = 0;
  const breakAt = (end: number, next = end): void => {
    rows.push({ start, end });
    start = next;
    column = 0;
  };
  for (const atom of atoms) {
    if (column + atom.width <= width) column += atom.width;
    else if (text[atom.start] === ' ') breakAt(atom.start, atom.end);
    else {
      if (column > 0) breakAt(atom.start);
      for (const part of cutText(text, atom, width).slice(0, -1)) breakAt(part.end);
      column = textWidth(text.slice(start, atom.end));
    }
  }
  return [...rows, { start, end: text.length }];
}

/** Cuts a part of a text at graphemes, into as few as fit the width. */
function cutText(text: string, { start, end }: Range, width: number): readonly Range[] {
  const parts: Range[] = [];
  let from = start;
  let at = start;
  let column = 0;
  for (const grapheme of graphemes(text.slice(start, end))) {
    const columns = textWidth(grapheme);
    if (column + columns > width) {
      parts.push({ start: from, end: at });
      from = at;
      column = 0;
    }
    column += columns;
    at += grapheme.length;
  }
  return [...parts, { start: from, end }];
}

/** Words may run through several spans; they are broken only at blanks and around unspaced scripts. */
function atomsOf(text: string): readonly Atom[] {
  const atoms: Atom[] = [];
  const hasUnspaced = UNSPACED.test(text);
  for (let start = 0; start < text.length; start = atoms.at(-1)?.end ?? text.length) {
    const end = endOfAtom(text, start);
    const part = text.slice(start, end);
    if (!hasUnspaced || !UNSPACED.test(part)) atoms.push({ start, end, width: textWidth(part) });
    else for (const atom of unspacedAtoms(part, start)) atoms.push(atom);
  }
  return atoms;
}

/** Gives where the word, or the blanks, that begin at a place end. */
function endOfAtom(text: string, start: number): number {
  if (text[start] !== ' ') {
    const end = text.indexOf(' ', start);
    return end === -1 ? text.length : end;
  }
  let end = start + 1;
  while (text[end] === ' ') end += 1;
  return end;
}

/** Characters that a row does not begin with: they stay with the one before. */
const CLINGING = /^[\p{Pe}\p{Pf}、。，．！？：；・ー…\u3005]/u;
/** Characters that a row does not end with, such as opening brackets: they stay with the one behind. */
const OPENING = /^[\p{Ps}\p{Pi}]/u;

function unspacedAtoms(word: string, start: number): readonly Atom[] {
  const pieces: string[] = [];
  let isOpened = false;
  for (const grapheme of graphemes(word)) {
    const previous = pieces.at(-1);
    const isJoined =
      previous !== undefined &&
      (isOpened || CLINGING.test(grapheme) || !(UNSPACED.test(grapheme) || UNSPACED.test(previous)));
    if (isJoined) pieces[pieces.length - 1] = previous + grapheme;
    else pieces.push(grapheme);
    isOpened = OPENING.test(grapheme);
  }
  let end = start;
  return pieces.map((piece) => {
    end += piece.length;
    return { start: end - piece.length, end, width: textWidth(piece) };
  });
}

/** Cuts a line into parts of its text, which follow each other. */
function slicesOf(styled: StyledLine, ranges: readonly Range[]): readonly StyledLine[] {
  let index = 0;
  let offset = 0;
  return ranges.map(({ start, end }) => {
    const spans: Span[] = [];
    for (let part = styled[index]; part !== undefined; part = styled[index]) {
      const { length } = part.text;
      const from = Math.max(start - offset, 0);
      const to = Math.min(end - offset, length);
      if (from < to) spans.push(to - from === length ? part : { ...part, text: part.text.slice(from, to) });
      if (offset + length > end) break;
      offset += length;
      index += 1;
    }
    return joined(spans);
  });
}

function withoutTrailingBlanks(styled: StyledLine): StyledLine {
  const last = styled.at(-1);
  if (last === undefined || !last.text.endsWith(' ')) return styled;
  const text = last.text.trimEnd();
  const rest = styled.slice(0, -1);
  return text === '' ? withoutTrailingBlanks(rest) : [...rest, { ...last, text }];
}

/** Joins neighbours of the same style: fewer spans, fewer escapes. */
export function joined(spans: readonly Span[]): StyledLine {
  const result: Span[] = [];
  for (const part of spans) {
    const last = result.at(-1);
    if (last !== undefined && isSameStyle(last, part))
      result[result.length - 1] = { ...last, text: last.text + part.text };
    else result.push(part);
  }
  return result;
}

function isSameStyle(a: Span, b: Span): boolean {
  return (
    a.role === b.role &&
    a.bold === b.bold &&
    a.italic === b.italic &&
    a.underline === b.underline &&
    a.strike === b.strike &&
    a.href === b.href
  );
}
