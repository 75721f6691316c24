import { untilAborted } from '../abort.ts';

/** Lets so many run at a time, in the order in which they asked. */
export interface Permits {
  /** Resolves with the way to give the permit back. Rejects with the signal's reason when it is aborted first. */
  acquire(signal: AbortSignal): Promise<() => void>;
}

/** Makes so many permits. */
export function createPermits(count: number): Permits {
  let free = count;
  const queue: (() => void)[] = [];
  const release = (): void => {
    const next = queue.shift();
    if (next === undefined) free++;
    else next();
  };
  return {
    acquire: async (signal) => {
      if (free > 0) {
        free--;
        return once(release);
      }
      let isGranted = false;
      const grant = new Promise<void>((resolve) => {
        queue.push(() => {
          isGranted = true;
          resolve();
        });
      });
      try {
        await untilAborted(grant, signal);
      } catch (error) {
        if (isGranted) release();
        else void grant.then(release);
        throw error;
      }
      return once(release);
    },
  };
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    action();
  };
}
