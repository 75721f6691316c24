import {
  deleteRows,
  ERASE_BELOW,
  ERASE_FROM_ROW,
  HIDE_CURSOR,
  insertRows,
  moveRows,
  moveToColumn,
  NO_WRAP,
  SHOW_CURSOR,
  WRAP,
} from '../terminal/sequences.ts';
import { firstRows, rowsWithin, type Wrapping, wrappedRows } from './reflow.ts';
import { isAlike, rowChange, visibleWidth } from './row-change.ts';

/** Where the cursor stands for the person: its row counts from the top of the rows it goes with. */
export interface Caret {
  readonly row: number;
  readonly column: number;
}

/** The rows that are redrawn in place, as they are written: text and styles only, each within the width. */
export interface Frame {
  readonly rows: readonly string[];
  /** Absent: the cursor is hidden. */
  readonly caret?: Caret;
}

/** What is on the screen now. The cursor stands on `cursor.row` of it. */
export interface Painted {
  readonly rows: readonly string[];
  readonly cursor: Caret;
  readonly isCursorShown: boolean;
}

/** Nothing is on the screen yet; the cursor stands in the first column. */
export const NOTHING_PAINTED: Painted = { rows: [], cursor: { row: 0, column: 0 }, isCursorShown: true };

/**
 * Gives the bytes that turn what is on the screen into lines that stay above, and the next frame below them. Writes
 * only what differs: a line that is settled just as the frame showed it costs nothing, rows that only moved are moved.
 * Never erases anything above the old frame.
 */
export function paintFrame(
  old: Painted,
  next: { printed: readonly string[]; frame: Frame },
  size: PaintingOn,
): PaintedBytes {
  const { printed } = next;
  const frame = next.frame.rows.length === 0 ? { ...next.frame, rows: [''] } : next.frame;
  const { columns, rows } = size;
  const brush = new Brush(old, columns);
  const { isUnsure = false } = size;
  const longEnd = isUnsure ? printed.length : printed.findLastIndex((text) => visibleWidth(text) > columns) + 1;
  if (longEnd > 0) brush.printAbove(printed.slice(0, longEnd));
  if (isUnsure) brush.cutRows();
  const target = [...printed.slice(longEnd), ...frame.rows];
  // What scrolls off the screen cannot be moved or written any more: long pictures are written from top to bottom.
  if (target.length <= rows) {
    brush.scroll(target);
    brush.shift(target);
  }
  brush.transform(target);
  return brush.finish(frame, target.length - frame.rows.length, isUnsure || size.isCursorKept === true);
}

/** What was painted on a terminal that may have another size by now, and has wrapped it anew. */
export interface Resized extends Wrapping {
  /**
   * Rows of earlier frames right above this one: what a terminal that became smaller has moved into its scrollback comes
   * back when it grows.
   */
  readonly stale: readonly string[];
  /** The row of the screen in which the terminal says that its cursor is. */
  readonly row?: number | undefined;
  readonly rows: number;
}

/**
 * Gives the bytes that take the frame and stale rows off the screen; the cursor then stands, visible, where the first of
 * them was. `up` is how many rows that is above the cursor, `stale` what was not on the screen.
 */
export function eraseFrame(old: Painted, on: Resized): { bytes: string; up: number; stale: readonly string[] } {
  const shown = old.isCursorShown ? '' : SHOW_CURSOR;
  if (old.rows.length === 0) return { bytes: shown, up: 0, stale: on.stale };
  const above = rowsAbove(old, on);
  const up = Math.min(above, on.row ?? on.rows - 1);
  const bytes = `${moveRows(-up)}${ERASE_FROM_ROW}${shown}`;
  return { bytes, up, stale: firstRows(textsAbove(old, on), above - up, on.columns) };
}

/** Counts the rows of the frame and the stale ones that are above the cursor, on the screen or in the scrollback. */
export function rowsAbove(old: Painted, on: Resized): number {
  return (
    wrappedRows(textsAbove(old, on), on.columns) + rowsWithin(old.rows[old.cursor.row] ?? '', old.cursor.column, on)
  );
}

/** Gives the rows of the frame and the stale ones that are above the row of the cursor, from the top. */
export function textsAbove(old: Painted, on: Resized): readonly string[] {
  return [...on.stale, ...old.rows.slice(0, old.cursor.row)];
}

/** The size of a terminal in cells. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** What is known of the terminal that is painted on. */
interface PaintingOn extends TerminalSize {
  /** It may be narrower: rows of the frame are then cut off there, and only what stays above is wrapped. */
  readonly isUnsure?: boolean;
  /**
   * It keeps the cursor at its text when it wraps rows below anew. A hidden cursor stands in the first row then: what is
   * below it a terminal that becomes lower drops, what is above it goes to the scrollback. Others, such as xterm.js, have
   * it in the last row.
   */
  readonly isCursorKept?: boolean;
}

interface PaintedBytes {
  readonly bytes: string;
  readonly painted: Painted;
}

/** Bytes that every terminal takes in one go. */
const SMALL = 512;

/** Knows what is on the screen and where the cursor stands, while it is changed step by step. */
class Brush {
  readonly #columns: number;
  readonly #wasCursorShown: boolean;
  #bytes = '';
  /** How much of it the terminal may wrap. */
  #wrapped: number | undefined;
  /** Blank rows that are on the screen below the others. */
  #spare = 0;
  #rows: string[];
  #row: number;
  /** -1: past the last column, where the terminal waits with wrapping. */
  #column: number;

  constructor(old: Painted, columns: number) {
    this.#columns = columns;
    this.#wasCursorShown = old.isCursorShown;
    this.#rows = [...old.rows];
    this.#row = old.cursor.row;
    this.#column = old.cursor.column;
  }

  /** Writes lines that may be longer than a row in place of the frame. */
  printAbove(lines: readonly string[]): void {
    this.#goTo(0, 0);
    if (this.#rows.length > 0) this.#bytes += ERASE_FROM_ROW;
    for (const text of lines) this.#bytes += `${text}\r\n`;
    this.#rows = [];
  }

  /** What is written from now on is not wrapped. */
  cutRows(): void {
    this.#wrapped = this.#bytes.length;
  }

  /** Takes out the rows that left at the top of what changed, where what was below them is now in their place. */
  scroll(target: readonly string[]): void {
    const from = this.#rows.findIndex((text, row) => text !== target[row]);
    if (from === -1) return;
    const gone = this.#rows.indexOf(target[from] ?? '', from + 1) - from;
    if (gone <= 0 || !isWorthMoving(this.#rows.slice(from), target.slice(from), gone)) return;
    this.#goTo(from, 0);
    this.#bytes += deleteRows(gone);
    this.#rows.splice(from, gone);
    this.#spare += gone;
  }

  /** Moves the rows that end both pictures to their new places, so that only what is between them is written. */
  shift(target: readonly string[]): void {
    const kept = commonEnd(this.#rows, target);
    const added = target.length - this.#rows.length;
    if (kept === 0 || added === 0) return;
    const at = this.#rows.length - kept;
    if (added < 0) {
      this.#goTo(at + added, 0);
      this.#bytes += deleteRows(-added);
      this.#rows.splice(at + added, -added);
      return;
    }
    for (let i = 0; i < added; i++) this.#addRow();
    this.#goTo(at, 0);
    this.#bytes += insertRows(added);
    this.#rows.splice(at, 0, ...this.#rows.splice(-added));
  }

  /** Rewrites what differs. */
  transform(target: readonly string[]): void {
    if (this.#rows.length > target.length) {
      this.#goTo(target.length, 0);
      this.#bytes += ERASE_BELOW;
      this.#rows.length = target.length;
    }
    for (const [row, text] of target.entries()) {
      if (row >= this.#rows.length) this.#addRow();
      this.#rewrite(row, text);
    }
  }

  /** Puts the cursor where it belongs; what is above row `top` is no longer part of the frame. */
  finish(frame: Frame, top: number, isHighest: boolean): PaintedBytes {
    const { caret } = frame;
    const last = this.#rows.length - 1;
    if (caret !== undefined) this.#goTo(Math.min(top + caret.row, last), Math.min(caret.column, this.#columns - 1));
    else this.#goTo(isHighest ? top : last, 0);
    const cursor = { row: this.#row - top, column: this.#column };
    if (this.#wrapped !== undefined) this.#bytes = withCutRows(this.#bytes, this.#wrapped);
    return {
      bytes: this.#withCursor(caret !== undefined),
      painted: { rows: this.#rows.slice(top), cursor, isCursorShown: caret !== undefined },
    };
  }

  /** Hides the cursor while it moves about, unless it is back before anybody sees it. */
  #withCursor(isShown: boolean): string {
    if (this.#bytes === '') return isShown === this.#wasCursorShown ? '' : isShown ? SHOW_CURSOR : HIDE_CURSOR;
    if (isShown && this.#wasCursorShown && this.#bytes.length <= SMALL) return this.#bytes;
    return (this.#wasCursorShown ? HIDE_CURSOR : '') + this.#bytes + (isShown ? SHOW_CURSOR : '');
  }

  #goTo(row: number, column: number): void {
    if (row === this.#row && column === this.#column) return;
    const down = row - this.#row;
    // On a terminal that is already narrower than we know rows take more room than here: a line feed then scrolls where
    // the cursor would stay on the last row, and overwrite it.
    this.#bytes += down > 0 ? `\r${'\n'.repeat(down)}` : moveRows(down);
    const before = down > 0 ? 0 : this.#column;
    this.#bytes += column === before ? '' : moveToColumn(column);
    this.#row = row;
    this.#column = column;
  }

  #addRow(): void {
    if (this.#spare > 0) this.#spare -= 1;
    else if (this.#rows.length > 0) {
      this.#bytes += `\r${'\n'.repeat(this.#rows.length - this.#row)}`;
      this.#row = this.#rows.length;
      this.#column = 0;
    }
    this.#rows.push('');
  }

  #rewrite(row: number, text: string): void {
    const before = this.#rows[row] ?? '';
    if (before === text) return;
    const change = rowChange(before, text);
    this.#goTo(row, change.column);
    this.#bytes += change.bytes;
    this.#column = change.end >= this.#columns ? -1 : change.end;
    this.#rows[row] = text;
  }
}

/** Turns wrapping off from a place on. */
function withCutRows(bytes: string, from: number): string {
  const cut = bytes.slice(from).replaceAll(NO_WRAP, '').replaceAll(WRAP, '');
  return cut === '' ? bytes : bytes.slice(0, from) + NO_WRAP + cut + WRAP;
}

/** Tells whether moving rows up by so many leaves much less to write than writing what differs. */
function isWorthMoving(old: readonly string[], target: readonly string[], gone: number): boolean {
  let saved = 0;
  for (let row = 0; row < target.length && target[row] === old[row + gone]; row++) {
    if (target[row] !== old[row]) saved += target[row]?.length ?? 0;
  }
  return saved > MOVE_COST;
}

/** Bytes that it takes to move rows, and a little more. */
const MOVE_COST = 48;

function commonEnd(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (
    count < a.length &&
    count < b.length &&
    isAlike(a[a.length - 1 - count] ?? '', b[b.length - 1 - count] ?? '')
  ) {
    count += 1;
  }
  return count;
}
