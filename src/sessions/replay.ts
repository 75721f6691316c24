import type { AgentMessage } from '../messages.ts';

export interface ReplayOptions {
  /** How many times faster than it happened; `Infinity` never waits. 1 when absent. */
  readonly speed?: number;
  /** Where to stop, in seconds from the beginning of the recording. */
  readonly until_s?: number;
  /** Waits; ends early, without an error, when the signal is aborted. */
  readonly sleep: (duration_ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Plays a recorded log: the same messages in the same order, as far apart as they were. */
export async function* replayLog(
  log: readonly AgentMessage[],
  { speed = 1, until_s = Number.POSITIVE_INFINITY, sleep, signal }: ReplayOptions,
): AsyncGenerator<AgentMessage> {
  const start = log[0]?.at ?? 0;
  let played_ms = 0;
  for (const message of log) {
    // The clock of a recording may have been set back meanwhile.
    const due_ms = Math.max(played_ms, message.at - start);
    if (due_ms > until_s * 1000) return;
    const wait_ms = (due_ms - played_ms) / speed;
    if (wait_ms >= 1 && !signal.aborted) await sleep(wait_ms, signal);
    if (signal.aborted) return;
    if (wait_ms >= 1 || speed === Number.POSITIVE_INFINITY) played_ms = due_ms;
    yield message;
  }
}
