import { wrappedRows } from './reflow.ts';

/** The lines that were printed last, to print them again should they be lost. */
export interface PrintedLines {
  /** How many were printed so far. */
  readonly count: number;
  add(lines: readonly string[]): void;
  /** Gives what took the last rows, so many, when `count` lines were printed, and everything since. */
  lastRows(rows: number, at: { readonly count: number; readonly columns: number }): readonly string[];
}

/** Lines that are kept: more than a screen has rows. */
const KEPT_LINES = 200;

/** Makes an empty list. */
export function createPrintedLines(): PrintedLines {
  let kept: readonly string[] = [];
  let count = 0;
  return {
    get count() {
      return count;
    },
    add: (lines) => {
      count += lines.length;
      kept = [...kept, ...lines].slice(-KEPT_LINES);
    },
    lastRows: (rows, at) => {
      const end = Math.max(0, kept.length - (count - at.count));
      let first = end;
      while (first > 0 && wrappedRows(kept.slice(first, end), at.columns) < rows) first -= 1;
      return kept.slice(first);
    },
  };
}
