import { graphemes, takeColumns, textWidth } from '../../view/width.ts';
import { bareText } from './row-change.ts';

/** Where a terminal has its cursor, and how large it is at that moment. Rows and columns count from 0. */
export interface TerminalPlace {
  readonly row: number;
  /** May be one past the last column, where a terminal waits with wrapping. */
  readonly column: number;
  readonly columns: number;
  readonly rows: number;
}

/** Counts the rows that texts below each other take on a terminal of so many columns that has wrapped them. Styles take none. */
export function wrappedRows(texts: readonly string[], columns: number): number {
  return texts.reduce((sum, text) => sum + textEnd(bareText(text), columns).row + 1, 0);
}

/** A terminal's width, and what is known of how it wraps what is too long for it. */
export interface Wrapping {
  /** Infinite for a terminal that cuts rows off. */
  readonly columns: number;
  /** It is certain that the row of the cursor is wrapped too. */
  readonly isCursorWrapped: boolean;
  /** The column in which the terminal says that its cursor is. */
  readonly seen?: number | undefined;
}

/**
 * Counts the rows above the cursor in its own text, after a terminal has wrapped that anew. Where the column that the
 * terminal says leaves a doubt, none is.
 */
export function rowsWithin(text: string, cursor: number, { columns, isCursorWrapped, seen }: Wrapping): number {
  if (cursor < columns) return 0;
  const bare = bareText(text);
  const before = takeColumns(bare, cursor) + ' '.repeat(Math.max(0, cursor - textWidth(bare)));
  const end = textEnd(before, columns);
  if (seen === undefined) return isCursorWrapped ? end.row : 0;
  const isNext = seen === 0 && end.column === columns;
  // A row that was cut off has the cursor in its last column.
  const isDoubtful = seen === columns - 1 && !isCursorWrapped;
  if (isDoubtful || !(seen === end.column || isNext)) return 0;
  return isNext ? end.row + 1 : end.row;
}

/** Gives, of texts below each other, what takes the first so many rows; the last of them may be cut within. */
export function firstRows(texts: readonly string[], count: number, columns: number): readonly string[] {
  const kept: string[] = [];
  let left = count;
  for (const text of texts) {
    if (left <= 0) break;
    const rows = wrappedRows([text], columns);
    kept.push(rows <= left ? text : rowsOf(bareText(text), left, columns));
    left -= rows;
  }
  return kept;
}

interface End {
  readonly row: number;
  /** As many as there are columns: the row is full. */
  readonly column: number;
}

/** Where a text ends that a terminal wraps: a character that does not fit goes to the next row. */
function textEnd(bare: string, columns: number): End {
  const width = textWidth(bare);
  if (width === bare.length) {
    const row = Math.max(0, Math.ceil(width / columns) - 1);
    return { row, column: width - row * columns };
  }
  let row = 0;
  let column = 0;
  for (const character of graphemes(bare)) {
    const needed = textWidth(character);
    if (column + needed > columns && column > 0) {
      row += 1;
      column = 0;
    }
    column += needed;
  }
  return { row, column };
}

/** The beginning of a text that takes so many rows. */
function rowsOf(bare: string, count: number, columns: number): string {
  let taken = '';
  for (const character of graphemes(bare)) {
    if (textEnd(taken + character, columns).row >= count) break;
    taken += character;
  }
  return taken;
}
