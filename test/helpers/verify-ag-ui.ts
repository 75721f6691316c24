import type { BaseEvent } from '@ag-ui/client';
import { enforceEvents, verifyEvents } from '@ag-ui/client';
import { EventSchemas } from '@ag-ui/core/schemas';
import { from, lastValueFrom, toArray } from 'rxjs';

/** An event as it came over the wire. */
export type WireEvent = { readonly type: string } & Readonly<Record<string, unknown>>;

/** Parses a stream of server-sent events as strictly as the format is. */
export function parseFrames(text: string): WireEvent[] {
  if (text !== '' && !text.endsWith('\n\n'))
    throw new Error(`The last event is cut: ${JSON.stringify(text.slice(-80))}`);
  return text
    .split('\n\n')
    .map((frame) => frame.split('\n').filter((line) => line.startsWith('data:')))
    .filter((lines) => lines.length > 0)
    .map((lines) => JSON.parse(lines.map((line) => line.slice(5).replace(/^ /, '')).join('\n')) as WireEvent);
}

/** Fails unless every event has the shape that @ag-ui/core wants and the order that @ag-ui/client wants. */
export async function verifyAgUi(events: readonly WireEvent[]): Promise<void> {
  for (const event of events) {
    const parsed = EventSchemas.safeParse(event);
    if (!parsed.success) throw new Error(`${JSON.stringify(event)} is no AG-UI event: ${parsed.error.message}`);
  }
  const stripped: string[] = [];
  const warn = console.warn;
  console.warn = (text: string) => stripped.push(text);
  try {
    await lastValueFrom(from(events as unknown as BaseEvent[]).pipe(enforceEvents(), verifyEvents(), toArray()));
  } finally {
    console.warn = warn;
  }
  if (stripped.length > 0) throw new Error(`The client had to strip something: ${stripped.join('; ')}`);
}
