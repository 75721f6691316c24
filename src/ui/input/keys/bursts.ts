import type { KeyEvent } from './key-event.ts';

/** What follows a burst this soon, in milliseconds, belongs to it: a long paste comes in several reads. */
const GOES_ON_MS = 50;
/** Nobody types so many lines between two reads. */
const LINES = 2;

/**
 * Finds pastes of terminals that do not mark them: several lines that arrive in one read are a paste, so that none of
 * them is sent by itself.
 */
export function createBursts(): { take(events: readonly KeyEvent[], now: number): readonly KeyEvent[] } {
  let last = Number.NEGATIVE_INFINITY;
  return {
    take: (events, now) => {
      const isBurst = isText(events) && (linesOf(events) >= LINES || (now - last < GOES_ON_MS && linesOf(events) > 0));
      if (!isBurst) return events;
      last = now;
      return [{ type: 'paste', text: events.map(textOf).join('') }];
    },
  };
}

function isText(events: readonly KeyEvent[]): boolean {
  return events.some((event) => event.type === 'text') && events.every((event) => textOf(event) !== undefined);
}

/** Counts the lines that end and hold something. */
function linesOf(events: readonly KeyEvent[]): number {
  return events.filter((event, index) => isLineEnd(event) && events[index - 1]?.type === 'text').length;
}

function isLineEnd(event: KeyEvent): boolean {
  return event.type === 'key' && (event.key === 'enter' || event.key === 'ctrl+j');
}

function textOf(event: KeyEvent): string | undefined {
  if (event.type === 'text') return event.text;
  if (isLineEnd(event)) return '\n';
  return event.type === 'key' && event.key === 'tab' ? '\t' : undefined;
}
