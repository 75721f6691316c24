/**
 * A queue between one writer and one reader. Writing never waits and never reorders; a writer that can wait asks for
 * room first, so that a slow reader slows the source down instead of growing the queue.
 */
export interface Channel<Value> extends AsyncIterable<Value> {
  /** Adds a value. Ignored after `close`. */
  push(value: Value): void;
  /** Resolves when fewer than `capacity` values wait, when the channel is closed, or when the signal is aborted. */
  room(signal?: AbortSignal): Promise<void>;
  /** Ends the reader after the values that already wait. */
  close(): void;
  /** How many values wait. */
  readonly size: number;
}

/** Makes a channel that has room for `capacity` waiting values. */
export function createChannel<Value>(capacity = 1024): Channel<Value> {
  let waiting: Value[] = [];
  let isClosed = false;
  let readerWake: (() => void) | undefined;
  let roomWakes: (() => void)[] = [];

  const wakeWriters = (): void => {
    for (const wake of roomWakes.splice(0)) wake();
  };
  const wakeReader = (): void => {
    readerWake?.();
    readerWake = undefined;
  };

  async function* read(): AsyncGenerator<Value> {
    try {
      for (;;) {
        const batch = waiting;
        waiting = [];
        wakeWriters();
        yield* batch;
        if (waiting.length > 0) continue;
        if (isClosed) return;
        await new Promise<void>((resolve) => {
          readerWake = resolve;
        });
      }
    } finally {
      isClosed = true;
      waiting = [];
      wakeWriters();
    }
  }

  return {
    push: (value) => {
      if (isClosed) return;
      waiting.push(value);
      wakeReader();
    },
    room: (signal) => {
      if (waiting.length < capacity || isClosed || signal?.aborted === true) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = (): void => {
          signal?.removeEventListener('abort', wake);
          roomWakes = roomWakes.filter((other) => other !== wake);
          resolve();
        };
        roomWakes.push(wake);
        signal?.addEventListener('abort', wake, { once: true });
      });
    },
    close: () => {
      isClosed = true;
      wakeReader();
      wakeWriters();
    },
    get size() {
      return waiting.length;
    },
    [Symbol.asyncIterator]: read,
  };
}
