import { createHash } from 'node:crypto';
import { HttpError } from './http-error.ts';
import type { OpenSession } from './session-host.ts';
import { Thread } from './thread.ts';

/** What the threads of a server share. */
export interface ThreadsOptions {
  readonly openSession: OpenSession;
  readonly newId: () => string;
  /** Sessions kept open; the one that was used longest ago and is idle is closed for another. */
  readonly max_sessions: number;
}

/** The threads that a server has open, by the id of their session. */
export class Threads {
  readonly #options: ThreadsOptions;
  readonly #threads = new Map<string, Thread>();

  constructor(options: ThreadsOptions) {
    this.#options = options;
  }

  /** Lends a thread, which may not have a session yet, for as long as a task lasts. */
  async use<Result>(session_id: string, task: (thread: Thread) => Promise<Result>): Promise<Result> {
    if (!this.#threads.has(session_id)) await this.#makeRoom();
    const { openSession, newId } = this.#options;
    const thread = this.#threads.get(session_id) ?? new Thread({ session_id, newId, openSession });
    this.#threads.delete(session_id);
    this.#threads.set(session_id, thread);
    thread.users += 1;
    try {
      return await task(thread);
    } finally {
      thread.users -= 1;
      if (thread.users === 0 && thread.session === undefined) this.#threads.delete(session_id);
    }
  }

  /** Ends every session; their readers are told to the end. */
  async close(): Promise<void> {
    const threads = [...this.#threads.values()];
    this.#threads.clear();
    await Promise.all(threads.map((thread) => thread.session?.close()));
    await Promise.all(threads.map((thread) => thread.running));
  }

  async #makeRoom(): Promise<void> {
    if (this.#threads.size < this.#options.max_sessions) return;
    for (const [id, thread] of this.#threads) {
      if (thread.users > 0) continue;
      this.#threads.delete(id);
      await thread.session?.close();
      return;
    }
    throw new HttpError(429, `All ${this.#options.max_sessions} sessions are in use. Try again later.`, {
      'retry-after': '5',
    });
  }
}

/** The session of a thread: of the same name where that is safe as a file name, else of a name made from it. */
export function sessionIdOf(thread_id: string): string {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(thread_id)) return thread_id;
  return `thread-${createHash('sha256').update(thread_id).digest('hex').slice(0, 32)}`;
}
