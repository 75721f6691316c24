import type { ServerResponse } from 'node:http';

/** How an event stream is kept alive and given up. Milliseconds. */
export interface EventStreamOptions {
  readonly heartbeat_ms: number;
  /** How long a reader may read nothing before it is cut off. */
  readonly stall_ms: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A response of server-sent events.
 *
 * Contract: `write` resolves when the reader has room for more, so that one who waits for it keeps nothing in memory.
 * `signal` is aborted when the reader is gone or was cut off; writing then does nothing.
 */
export interface EventStream {
  readonly signal: AbortSignal;
  write(text: string): Promise<void>;
  end(): void;
}

/** Answers with an event stream; the first bytes go out at once. */
export function openEventStream(response: ServerResponse, options: EventStreamOptions): EventStream {
  const gone = new AbortController();
  let isWaiting = false;
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
    ...options.headers,
  });
  response.flushHeaders();
  const heartbeat = setInterval(() => {
    if (!isWaiting) response.write(': still here\n\n');
  }, options.heartbeat_ms);
  response.on('error', () => undefined);
  response.once('close', () => {
    clearInterval(heartbeat);
    gone.abort();
  });

  const drained = (): Promise<void> =>
    new Promise((resolve) => {
      isWaiting = true;
      const cutOff = setTimeout(() => cut(response), options.stall_ms);
      const settle = (): void => {
        isWaiting = false;
        clearTimeout(cutOff);
        response.off('drain', settle);
        response.off('close', settle);
        resolve();
      };
      response.once('drain', settle);
      response.once('close', settle);
    });

  return {
    signal: gone.signal,
    write: async (text) => {
      if (text === '' || gone.signal.aborted || response.writableEnded) return;
      if (!response.write(text)) await drained();
    },
    end: () => {
      clearInterval(heartbeat);
      response.end();
    },
  };
}

/** Resets the connection: an orderly end would keep what was written in the kernel until somebody reads it. */
function cut(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
  response.destroy();
}
