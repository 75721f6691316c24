import { safeText } from '../../../safe-text.ts';
import { textWidth, truncateText } from '../../../view/width.ts';
import { type Atom, atomAt, atomLabel } from './atoms.ts';
import { clustersOf } from './boundaries.ts';
import { type EditorState, moveTo } from './editor.ts';

/** One row of the text as it is wrapped on the screen. Every offset belongs to exactly one row. */
export interface VisualRow {
  readonly start: number;
  /** Where the next row starts, or the line end. */
  readonly end: number;
  /** The same line goes on in the next row. */
  readonly isWrapped: boolean;
  readonly cells: readonly Cell[];
}

/** One character as it is shown. */
export interface Cell {
  readonly offset: number;
  readonly shown: string;
  readonly columns: number;
  readonly isAtom: boolean;
}

const BLANK = /^\s/;
const MAX_CACHED = 256;
const cache = new Map<string, readonly VisualRow[]>();

/**
 * Wraps the text at `width` columns, between words where it can. The last column stays free, so that a caret after the
 * last character stands on the row.
 */
export function visualRows(state: Pick<EditorState, 'text' | 'atoms'>, width: number): readonly VisualRow[] {
  const rows: VisualRow[] = [];
  let offset = 0;
  for (const line of state.text.split('\n')) {
    for (const row of wrappedLine(line, Math.max(1, width - 1), state.atoms)) rows.push(shifted(row, offset));
    offset += line.length + 1;
  }
  return rows;
}

/** Finds where an offset stands. */
export function caretPlace(rows: readonly VisualRow[], caret: number): { row: number; column: number } {
  let row = 0;
  while (row + 1 < rows.length && (rows[row + 1]?.start ?? 0) <= caret) row += 1;
  let column = 0;
  for (const cell of rows[row]?.cells ?? []) if (cell.offset < caret) column += cell.columns;
  return { row, column };
}

/** Moves the caret by rows as they are seen, keeping its column; undefined: there is no row there. */
export function moveByRow(state: EditorState, width: number, step: 1 | -1): EditorState | undefined {
  const rows = visualRows(state, width);
  const place = caretPlace(rows, state.caret);
  const target = rows[place.row + step];
  if (target === undefined) return undefined;
  const wanted = state.column ?? place.column;
  return moveTo(state, offsetAt(target, wanted), wanted);
}

function offsetAt(row: VisualRow, column: number): number {
  let left = column;
  for (const cell of row.cells) {
    if (left < cell.columns) return cell.offset;
    left -= cell.columns;
  }
  // The end of a wrapped row is the start of the next one: stay on this row.
  return row.isWrapped ? (row.cells.at(-1)?.offset ?? row.start) : row.end;
}

function shifted(row: VisualRow, by: number): VisualRow {
  if (by === 0) return row;
  const cells = row.cells.map((cell) => ({ ...cell, offset: cell.offset + by }));
  return { ...row, start: row.start + by, end: row.end + by, cells };
}

function wrappedLine(line: string, width: number, atoms: readonly Atom[]): readonly VisualRow[] {
  const key = `${width}:${line}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const rows = wrapCells(cellsOf(line, width, atoms), line.length, width);
  if (cache.size >= MAX_CACHED) cache.clear();
  // What an atom stands for is not in the key.
  if (!rows.some((row) => row.cells.some((cell) => cell.isAtom))) cache.set(key, rows);
  return rows;
}

function cellsOf(line: string, width: number, atoms: readonly Atom[]): Cell[] {
  let offset = 0;
  return clustersOf(line).map((cluster) => {
    const atom = atomAt(atoms, cluster);
    const shown = atom === undefined ? shownCharacter(cluster, width) : truncateText(atomLabel(atom), width);
    const cell = { offset, shown, columns: textWidth(shown), isAtom: atom !== undefined };
    offset += cluster.length;
    return cell;
  });
}

/** What cannot be seen, or does not fit, gets a stand-in of one column: the caret always moves. */
function shownCharacter(cluster: string, width: number): string {
  if (cluster === '\t') return width > 1 ? '  ' : ' ';
  const safe = safeText(cluster);
  const columns = textWidth(safe);
  if (columns === 0) return '·';
  return columns > width ? '?' : safe;
}

function wrapCells(cells: readonly Cell[], length: number, width: number): VisualRow[] {
  const rows: VisualRow[] = [];
  let row: Cell[] = [];
  let columns = 0;
  for (const [index, cell] of cells.entries()) {
    // The blank after a word that fills the row takes the last column.
    if (width > 1 && columns === width && cell.columns === 1 && BLANK.test(cell.shown)) {
      rows.push(rowOf([...row, cell], cells[index + 1]?.offset ?? length, true));
      row = [];
      columns = 0;
      continue;
    }
    // The word that goes on in the next row may itself fill it.
    while (columns + cell.columns > width && row.length > 0) {
      const kept = BLANK.test(cell.shown) ? row.length : lastBreak(row);
      const rest = row.slice(kept);
      rows.push(rowOf(row.slice(0, kept), rest[0]?.offset ?? cell.offset, true));
      row = rest;
      columns = rest.reduce((sum, other) => sum + other.columns, 0);
    }
    row.push(cell);
    columns += cell.columns;
  }
  return [...rows, rowOf(row, length, false)];
}

/** How many cells stay on a row that is full: up to its last blank, or all. */
function lastBreak(row: readonly Cell[]): number {
  return row.findLastIndex((cell) => BLANK.test(cell.shown)) + 1 || row.length;
}

function rowOf(cells: readonly Cell[], end: number, isWrapped: boolean): VisualRow {
  return { start: cells[0]?.offset ?? end, end, isWrapped, cells };
}
