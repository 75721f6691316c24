import type { Glob } from './glob.ts';

/** One search, wherever it is done. */
export interface Search {
  readonly pattern: string;
  readonly is_case_insensitive: boolean;
  /** Absolute; the folder that is searched. */
  readonly root: string;
  /** Set when only this file of `root` is searched. */
  readonly file?: string;
  readonly glob?: Glob;
  readonly signal: AbortSignal;
  /** A search stops after so many matches. */
  readonly max_matches: number;
}

/** A line that matches; `path` is relative to the root of the search. */
export interface Match {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}
