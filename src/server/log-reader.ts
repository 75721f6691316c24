import type { AgentMessage } from '../messages.ts';
import type { SessionHandle } from './session-host.ts';

/** What a reader got: a message, the end of the session, its own stop, or a nudge to look around. */
export type LogStep =
  | { readonly kind: 'message'; readonly message: AgentMessage }
  | { readonly kind: 'end' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'nudge'; readonly isLate: boolean };

/** Where to read, and how long. */
export interface LogReaderOptions {
  readonly from_seq: number;
  readonly until: AbortSignal;
  readonly timeout_ms: number;
}

/** Reads a session's messages one by one, and can be woken in between. */
export class LogReader {
  readonly #stop = new AbortController();
  readonly #messages: AsyncIterator<AgentMessage>;
  readonly #timeout: NodeJS.Timeout;
  readonly #until: AbortSignal;
  readonly #onAbort = (): void => this.#stop.abort();
  #reading: Promise<LogStep> | undefined;
  #nudged: LogStep | undefined;
  #wake: () => void = () => undefined;
  #later: NodeJS.Timeout | undefined;

  constructor(session: SessionHandle, options: LogReaderOptions) {
    this.#until = options.until;
    if (options.until.aborted) this.#stop.abort();
    options.until.addEventListener('abort', this.#onAbort, { once: true });
    this.#timeout = setTimeout(this.#onAbort, options.timeout_ms);
    this.#messages = session.messages(options.from_seq, this.#stop.signal)[Symbol.asyncIterator]();
  }

  async next(): Promise<LogStep> {
    this.#reading ??= this.#messages.next().then((read) => this.#stepOf(read));
    const woken = new Promise<undefined>((resolve) => {
      this.#wake = () => resolve(undefined);
    });
    if (this.#nudged === undefined) {
      const step = await Promise.race([this.#reading, woken]);
      if (step !== undefined) {
        this.#reading = undefined;
        return step;
      }
    }
    const nudge = this.#nudged ?? { kind: 'nudge', isLate: false };
    this.#nudged = undefined;
    return nudge;
  }

  /** Makes the next step a nudge. */
  nudge(isLate = false): void {
    this.#nudged = { kind: 'nudge', isLate };
    this.#wake();
  }

  /** Nudges once, late; a second call changes nothing while the first one waits. */
  nudgeAfter(delay_ms: number): void {
    this.#later ??= setTimeout(() => {
      this.#later = undefined;
      this.nudge(true);
    }, delay_ms);
  }

  close(): void {
    clearTimeout(this.#timeout);
    clearTimeout(this.#later);
    this.#until.removeEventListener('abort', this.#onAbort);
    this.#stop.abort();
  }

  #stepOf(read: IteratorResult<AgentMessage>): LogStep {
    if (read.done !== true) return { kind: 'message', message: read.value };
    return { kind: this.#stop.signal.aborted ? 'stopped' : 'end' };
  }
}
