import type { ProviderEvent } from '../provider.ts';

/**
 * Gathers the provider events that one read brought, joining pieces of the same text, thought or arguments: where they
 * were cut means nothing, and a burst of small ones would cost every consumer dearly.
 */
export interface EventBuffer {
  push(event: ProviderEvent): void;
  /** Gives what was gathered, and begins anew. */
  take(): readonly ProviderEvent[];
}

/** Makes an empty buffer. */
export function createEventBuffer(): EventBuffer {
  let events: ProviderEvent[] = [];
  return {
    push: (event) => {
      const joined = join(events.at(-1), event);
      if (joined === undefined) events.push(event);
      else events[events.length - 1] = joined;
    },
    take: () => {
      const taken = events;
      events = [];
      return taken;
    },
  };
}

function join(last: ProviderEvent | undefined, next: ProviderEvent): ProviderEvent | undefined {
  if (next.type === 'text' && last?.type === 'text') return { type: 'text', chunk: last.chunk + next.chunk };
  if (next.type === 'thought' && last?.type === 'thought') return { type: 'thought', chunk: last.chunk + next.chunk };
  if (next.type === 'tool_call_arguments' && last?.type === 'tool_call_arguments' && last.id === next.id) {
    return { ...next, chunk: last.chunk + next.chunk };
  }
  return undefined;
}
