import { setImmediate as nextTick } from 'node:timers/promises';
import type { Clock } from '../../src/agent/clock.ts';

/** A clock that moves only when it is told to. */
export interface FakeClock extends Clock {
  /** Moves on and wakes, in order, whatever was to be woken by then. Waits until the work that follows is done. */
  advance(duration_ms: number): Promise<void>;
  /** Moves to the next sleeper; says whether there was one. */
  skip(): Promise<boolean>;
  readonly sleepers: number;
}

interface Sleeper {
  readonly due_ms: number;
  wake(): void;
}

const STARTED_AT = 1_800_000_000_000;

/** Makes a clock that stands at a fixed moment. */
export function createFakeClock(): FakeClock {
  let now_ms = 0;
  let sleepers: Sleeper[] = [];

  const wakeDue = async (until_ms: number): Promise<void> => {
    for (;;) {
      const next = sleepers
        .filter(({ due_ms }) => due_ms <= until_ms)
        .sort((left, right) => left.due_ms - right.due_ms)[0];
      if (next === undefined) break;
      now_ms = Math.max(now_ms, next.due_ms);
      next.wake();
      await settled();
    }
    now_ms = Math.max(now_ms, until_ms);
  };

  return {
    now: () => STARTED_AT + now_ms,
    monotonic: () => now_ms,
    sleep: (duration_ms, signal) =>
      new Promise((resolve) => {
        const sleeper: Sleeper = {
          due_ms: now_ms + duration_ms,
          wake: () => {
            sleepers = sleepers.filter((other) => other !== sleeper);
            signal?.removeEventListener('abort', sleeper.wake);
            resolve();
          },
        };
        sleepers.push(sleeper);
        if (signal?.aborted === true || duration_ms <= 0) sleeper.wake();
        else signal?.addEventListener('abort', sleeper.wake, { once: true });
      }),
    advance: async (duration_ms) => {
      await settled();
      await wakeDue(now_ms + duration_ms);
      await settled();
    },
    skip: async () => {
      await settled();
      const due = sleepers.map(({ due_ms }) => due_ms);
      if (due.length === 0) return false;
      await wakeDue(Math.min(...due));
      return true;
    },
    get sleepers() {
      return sleepers.length;
    },
  };
}

/** Resolves when everything that waits for nothing outside has run. */
export async function settled(): Promise<void> {
  for (let round = 0; round < 3; round++) await nextTick();
}
