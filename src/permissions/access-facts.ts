import type { Place } from './places.ts';
import type { Ruling } from './rules.ts';

/** Everything that a decision about one access rests on; gathered beforehand, so that the decision is pure. */
export type AccessFacts =
  | { readonly kind: 'none' }
  /** It names something that no policy can be trusted to understand. */
  | { readonly kind: 'unclear'; readonly reason: string }
  | PathFacts
  | CommandFacts
  | FetchFacts
  | McpFacts;

/** `places` has one entry for each spelling of each path; the strictest counts. */
export interface PathFacts {
  readonly kind: 'read' | 'write';
  readonly shown: string;
  readonly places: readonly Place[];
  readonly rule?: Ruling;
  /** The absolute file, or folder with all that is in it, that "always" would cover. */
  readonly always?: { readonly path: string; readonly is_folder: boolean };
}

export interface CommandFacts {
  readonly kind: 'command';
  /** What it can be shown to do at most. */
  readonly effect: 'reads' | 'reads_outside' | 'git_reads' | 'changes_files' | 'unknown';
  readonly needs_network: boolean;
  /** It reads outputs that were kept for the model, which the sandbox hides with this program's other files. */
  readonly is_hidden?: true;
  /** What would be destroyed beyond repair. */
  readonly catastrophe?: string;
  readonly rule?: Ruling;
  /** What its words say that it writes although it is protected, or this program's own. */
  readonly guarded_write?: string;
  /** What its words name that holds keys, or is this program's own. */
  readonly guarded_read?: string;
  /** For the person who decides: what is easily overlooked. */
  readonly facts: readonly string[];
  /** The words that "always" would cover. */
  readonly always?: string;
}

export interface FetchFacts {
  readonly kind: 'fetch';
  readonly host: string;
  readonly is_private: boolean;
  readonly rule?: Ruling;
}

/** A tool of an MCP server; what the server says of its effects is a claim, and counts for nothing. */
export interface McpFacts {
  readonly kind: 'mcp';
  /** `mcp__server__tool`. */
  readonly name: string;
  /** "Always" was said of it when its server described it otherwise. */
  readonly has_changed?: true;
  readonly rule?: Ruling;
}
