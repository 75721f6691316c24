import type { Span, StyledLine } from '../styled-line.ts';
import { plainText, span } from '../styled-line.ts';
import { graphemes } from '../width.ts';
import { joined, withoutTabs, wrapLine } from '../wrap.ts';
import type { MarkdownBlock } from './split-state.ts';

/** A place in a long line that comes out piece by piece: a shown character of one of its pieces. */
export interface FlowPlace {
  readonly piece: number;
  readonly character: number;
}

export const FLOW_START: FlowPlace = { piece: 0, character: 0 };

/** A row of such a line, and where the next one begins. */
export interface FlowRow {
  readonly line: StyledLine;
  readonly end: FlowPlace;
}

/** Gives the pieces of a line, without so many characters at its beginning. */
export function piecesOf(block: MarkdownBlock, skipped: number): readonly string[] {
  const cuts = [skipped, ...(block.cuts ?? []), block.source.length];
  return cuts.slice(1).map((end, index) => block.source.slice(cuts[index], end));
}

/** Draws one piece: the blank that it begins with belongs to it. */
export function pieceLines(piece: string, draw: (text: string) => readonly StyledLine[]): readonly StyledLine[] {
  const [first = [], ...rest] = draw(piece).map(withoutTabs);
  return [piece.startsWith(' ') ? [span(' '), ...first] : first, ...rest];
}

/** Wraps what pieces say, from a place on that lies in the first of them. */
export function wrapFlow(
  pieces: readonly (readonly StyledLine[])[],
  from: FlowPlace,
  width: number,
): readonly FlowRow[] {
  const ends = pieceEnds(pieces);
  const rows: FlowRow[] = [];
  let start = 0;
  for (const styled of joinPieces(pieces)) {
    const text = plainText(styled);
    const skipped = Math.max(0, from.character - start);
    let at = skipped;
    for (const row of skipped > text.length ? [] : wrapLine(withoutStart(styled, skipped), width)) {
      at = rowEnd(text, at, plainText(row));
      const isLast = at === text.length;
      rows.push({ line: row, end: placeAt(start + at + (isLast ? 1 : 0), ends, from.piece) });
    }
    start += text.length + 1;
  }
  return rows;
}

/** The lines of all pieces: one goes on where the one before it ended. */
function joinPieces(pieces: readonly (readonly StyledLine[])[]): readonly StyledLine[] {
  const lines: StyledLine[] = [[]];
  for (const [first = [], ...rest] of pieces) {
    lines[lines.length - 1] = [...(lines.at(-1) ?? []), ...first];
    lines.push(...rest);
  }
  return lines.map(joined);
}

/** How many characters, line ends with them, there are up to the end of each piece. */
function pieceEnds(pieces: readonly (readonly StyledLine[])[]): readonly number[] {
  let end = 0;
  return pieces.map((lines) => {
    end += lines.reduce((sum, styled) => sum + plainText(styled).length, lines.length - 1);
    return end;
  });
}

function placeAt(at: number, ends: readonly number[], first: number): FlowPlace {
  const index = ends.findIndex((end) => at < end);
  const piece = index === -1 ? Math.max(0, ends.length - 1) : index;
  return { piece: first + piece, character: at - (ends[piece - 1] ?? 0) };
}

function withoutStart(styled: StyledLine, characters: number): StyledLine {
  const spans: Span[] = [];
  let left = characters;
  for (const part of styled) {
    if (left < part.text.length) spans.push(left === 0 ? part : { ...part, text: part.text.slice(left) });
    left = Math.max(0, left - part.text.length);
  }
  return spans;
}

/** Gives where the text goes on after a row of it that begins at a place; the blanks between are in no row. */
function rowEnd(text: string, from: number, row: string): number {
  let at = from + row.length;
  if (!text.startsWith(row, from)) {
    // A character that is too wide for any row was shown as another one.
    const shown = graphemes(row).length;
    at = from + graphemes(text.slice(from)).slice(0, shown).join('').length;
  }
  while (text[at] === ' ') at += 1;
  return at;
}
