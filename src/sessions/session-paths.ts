import { join } from 'node:path';

/** The files of one session. */
export interface SessionPaths {
  /** The log: the only truth. */
  readonly log: string;
  readonly lock: string;
  /** Records that were cut off. */
  readonly torn: string;
  /** What a person calls it, and where it came from. */
  readonly about: string;
}

const SESSION_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;

/** Tells whether a text can be the id of a session, and so a part of a path. */
export function isSessionId(text: string): boolean {
  return SESSION_ID.test(text);
}

/** Gives the paths of a session's files. Throws for what cannot be an id. */
export function sessionPaths(directory: string, session_id: string): SessionPaths {
  if (!isSessionId(session_id)) throw new Error(`"${session_id}" is not the id of a session.`);
  const path = (ending: string): string => join(directory, `${session_id}.${ending}`);
  return { log: path('jsonl'), lock: path('lock'), torn: path('torn'), about: path('about.json') };
}

/** Makes the id of a new session: ids sort by the time at which they were made. `random` gives 0 to 1. */
export function newSessionId(now_ms: number, random: () => number): string {
  const time = new Date(now_ms).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const suffix = Array.from({ length: 6 }, () => Math.floor(random() * 36).toString(36)).join('');
  return `${time}-${suffix}`;
}
