import type { Glob } from '../files/glob.ts';

/** One search, wherever it is done. */
export interface Search {
  readonly pattern: string;
  readonly is_case_insensitive: boolean;
  /** Absolute; the folder that is searched. */
  readonly root: string;
  /** Set when only this file of `root` is searched. */
  readonly file?: string;
  readonly glob?: Glob;
  /** Absolute files and folders that are not searched. */
  readonly left_out: readonly string[];
  readonly signal: AbortSignal;
  /** A search stops after so many matches. */
  readonly max_matches: number;
}

/** What a search found. */
export interface Found {
  readonly matches: readonly Match[];
  /** Files over `limit_bytes`, relative to the root: they were not searched. */
  readonly too_large?: { readonly paths: readonly string[]; readonly limit_bytes: number };
  /** Where the search was stopped before its end, as in "after 60 seconds". */
  readonly stopped?: string;
}

/** A line that matches; `path` is relative to the root of the search. */
export interface Match {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}
