import type { Span, StyledLine } from './styled-line.ts';
import { graphemes, lineWidth, textWidth } from './width.ts';

/** What a wrapped line is made of: runs between which it may be broken. */
interface Atom {
  readonly spans: readonly Span[];
  readonly width: number;
  readonly isSpace: boolean;
}

const ATOMS = / +|[^ ]+/g;
/** Scripts written without spaces: a line may be broken between any two characters. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\u3000-\u303f\uff00-\uffef]/u;

/**
 * Breaks a line at spaces so that no row is wider than `width`; a word that is too wide is broken at a grapheme. Rows
 * have no blanks at their end. A grapheme wider than `width` becomes `?`.
 */
export function wrapLine(tabbed: StyledLine, width: number): readonly StyledLine[] {
  const styled = withoutTabs(tabbed);
  if (lineWidth(styled) <= width) return [withoutTrailingBlanks(styled)];
  const rows: Span[][] = [[]];
  let column = 0;
  for (const atom of atomsOf(styled)) {
    if (column + atom.width <= width) {
      if (atom.isSpace && column === 0 && rows.length > 1) continue;
      rows.at(-1)?.push(...atom.spans);
      column += atom.width;
    } else if (atom.isSpace) {
      rows.push([]);
      column = 0;
    } else {
      if (column > 0) rows.push([]);
      column = placeWord(rows, atom, width);
    }
  }
  return rows.map((row) => withoutTrailingBlanks(joined(row)));
}

/** Breaks a line at exactly `width` columns, as a terminal would; nothing is dropped. */
export function cutLine(tabbed: StyledLine, width: number): readonly StyledLine[] {
  const styled = withoutTabs(tabbed);
  if (lineWidth(styled) <= width) return [styled];
  const rows: Span[][] = [[]];
  let column = 0;
  for (const part of styled) column = placeGraphemes(rows, part, { width, column });
  return rows.map(joined);
}

/** Wraps text of several lines with blanks, or another line, before each row. */
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

/** A tab has no width of its own: where it leads depends on the terminal. */
export function withoutTabs(styled: StyledLine): StyledLine {
  if (!styled.some((part) => part.text.includes('\t'))) return styled;
  return styled.map((part) => ({ ...part, text: part.text.replaceAll('\t', '    ') }));
}

function isBlank(styled: StyledLine): boolean {
  return styled.every((part) => part.text.trim() === '');
}

function placeWord(rows: Span[][], atom: Atom, width: number): number {
  if (atom.width <= width) {
    rows.at(-1)?.push(...atom.spans);
    return atom.width;
  }
  let column = 0;
  for (const part of atom.spans) column = placeGraphemes(rows, part, { width, column });
  return column;
}

function placeGraphemes(rows: Span[][], part: Span, at: { width: number; column: number }): number {
  let column = at.column;
  let text = '';
  for (const grapheme of graphemes(part.text)) {
    const shown = textWidth(grapheme) > at.width ? '?' : grapheme;
    const columns = textWidth(shown);
    if (column + columns > at.width && column > 0) {
      if (text !== '') rows.at(-1)?.push({ ...part, text });
      rows.push([]);
      text = '';
      column = 0;
    }
    text += shown;
    column += columns;
  }
  if (text !== '') rows.at(-1)?.push({ ...part, text });
  return column;
}

/** Words may run through several spans; they are broken only at blanks and around unspaced scripts. */
function atomsOf(styled: StyledLine): readonly Atom[] {
  const atoms: Atom[] = [];
  let word: Span[] = [];
  let wordWidth = 0;
  const flush = (): void => {
    if (word.length > 0) atoms.push({ spans: word, width: wordWidth, isSpace: false });
    word = [];
    wordWidth = 0;
  };
  for (const part of styled) {
    for (const [text] of part.text.matchAll(ATOMS)) {
      if (text.startsWith(' ')) {
        flush();
        atoms.push({ spans: [{ ...part, text }], width: textWidth(text), isSpace: true });
      } else if (UNSPACED.test(text)) {
        flush();
        atoms.push(...unspacedAtoms(part, text));
      } else {
        word.push({ ...part, text });
        wordWidth += textWidth(text);
      }
    }
  }
  flush();
  return atoms;
}

/** Characters that a row does not begin with: they stay with the one before. */
const CLINGING = /^[\p{Pe}\p{Pf}、。，．！？：；・ー…\u3005]/u;

function unspacedAtoms(part: Span, text: string): readonly Atom[] {
  const pieces: string[] = [];
  for (const grapheme of graphemes(text)) {
    const previous = pieces.at(-1);
    const isJoined =
      previous !== undefined && (CLINGING.test(grapheme) || !(UNSPACED.test(grapheme) || UNSPACED.test(previous)));
    if (isJoined) pieces[pieces.length - 1] = previous + grapheme;
    else pieces.push(grapheme);
  }
  return pieces.map((piece) => ({ spans: [{ ...part, text: piece }], width: textWidth(piece), isSpace: false }));
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
