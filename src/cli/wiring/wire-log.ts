import type { SentRequest } from '../../providers/endpoint.ts';

/** How many requests are kept: the newest. */
const KEPT = 10;

/** What was really sent to models, without the headers. */
export interface WireLog {
  take(request: SentRequest): void;
  /** How many requests there were. */
  count(): number;
  /** Gives request `number`, counted from 1; undefined when it was not sent or is no longer kept. */
  request(number: number): SentRequest | undefined;
}

/** Makes an empty log. */
export function wireLog(): WireLog {
  let count = 0;
  const kept = new Map<number, SentRequest>();
  return {
    take: (request) => {
      count += 1;
      kept.set(count, request);
      kept.delete(count - KEPT);
    },
    count: () => count,
    request: (number) => kept.get(number),
  };
}
