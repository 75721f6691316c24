import { readFileSync } from 'node:fs';

/** What Linux says of a process. */
export interface ProcessStat {
  /** One letter; `Z` and `X` are dead, and only wait to be taken notice of by their parent. */
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** When it began, in ticks since the system did. */
  readonly start: string;
}

/** Reads what the system says of a process; undefined where it is gone, or there is no `/proc`. */
export function readProcessStat(pid: number): ProcessStat | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name of the program before these fields may hold anything, parentheses too.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state = '', parent, group, session] = fields;
    return {
      state,
      parent: Number(parent),
      group: Number(group),
      session: Number(session),
      start: fields[19] ?? '',
    };
  } catch {
    return undefined;
  }
}
