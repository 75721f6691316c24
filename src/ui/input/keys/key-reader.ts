import type { KeyEvent } from './key-event.ts';
import { createKeyParser } from './parser.ts';

/** A parser with a clock: what stays open is decided when nothing follows. */
export interface KeyReader {
  feed(bytes: Uint8Array): void;
  dispose(): void;
}

/** Calls `take` with the keys of every read. A timer runs only while a sequence or a paste is open. */
export function createKeyReader(take: (events: readonly KeyEvent[]) => void): KeyReader {
  const parser = createKeyParser();
  let timer: NodeJS.Timeout | undefined;
  const wait = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (parser.pending_ms !== undefined) timer = setTimeout(decide, parser.pending_ms);
  };
  const decide = (): void => {
    const events = parser.flush();
    wait();
    if (events.length > 0) take(events);
  };
  return {
    feed: (bytes) => {
      const events = parser.push(bytes);
      wait();
      if (events.length > 0) take(events);
    },
    dispose: () => clearTimeout(timer),
  };
}
