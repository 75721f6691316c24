import type { Writable } from 'node:stream';
import { createSafeText } from '../../safe-text.ts';

/** Standard output for a program that others read: waits for slow readers, and takes a closed pipe for the end. */
export interface Output {
  /** Writes text; resolves when there is room for more. Does nothing once the reader is gone. */
  write(text: string): Promise<void>;
  /** Resolves when everything written has been handed over. */
  flush(): Promise<void>;
  readonly isClosed: boolean;
  /** Why nothing more can be written; undefined while all is well, and where the reader has just gone away. */
  readonly failure: Error | undefined;
  /** Called once when nothing more can be written. */
  onClose(listener: () => void): void;
}

/**
 * Wraps a stream. A closed pipe (EPIPE) is an end, not an error; any other error stays in `failure`. Never throws. Into
 * a terminal nothing goes that it would obey: whatever wrote it has no signs of its own.
 */
export function openOutput(stream: Writable): Output {
  const filter = 'isTTY' in stream && stream.isTTY === true ? createSafeText() : undefined;
  let failure: Error | undefined;
  let isClosed = false;
  const listeners: (() => void)[] = [];
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    for (const listener of listeners) listener();
  };
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') failure = error;
    close();
  });
  stream.on('close', close);

  const settled = (start: (settle: () => void) => boolean): Promise<void> =>
    new Promise((resolve) => {
      const settle = (): void => {
        stream.off('error', settle).off('close', settle);
        resolve();
      };
      stream.once('error', settle).once('close', settle);
      if (start(settle)) settle();
    });

  return {
    write: async (written) => {
      const text = filter === undefined ? written : filter.push(written);
      if (isClosed || text === '') return;
      if (!stream.write(text)) await settled((settle) => !stream.writableNeedDrain || !stream.once('drain', settle));
    },
    flush: async () => {
      if (isClosed) return;
      // A failed write says so to its callback first, and then to everybody: what is told then must be known.
      await settled((settle) => !stream.write(filter?.end() ?? '', (error) => (error ? undefined : settle())) && false);
    },
    get isClosed() {
      return isClosed;
    },
    get failure() {
      return failure;
    },
    onClose: (listener) => {
      if (isClosed) listener();
      else listeners.push(listener);
    },
  };
}
