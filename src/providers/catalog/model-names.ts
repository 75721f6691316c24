import { editDistance } from '../../edit-distance.ts';
import { REASONING_EFFORTS, type ReasoningEffort } from '../../messages.ts';

/** A model's name in its parts. */
export interface ParsedName {
  /** What stands before the first slash; absent without a slash. */
  readonly provider?: string;
  readonly id: string;
  readonly effort?: ReasoningEffort;
}

/** Splits `provider/model[:effort]` at the first slash. A last `:word` is an effort only if it is one. */
export function parseModelName(name: string): ParsedName {
  const colon = name.lastIndexOf(':');
  const word = colon === -1 ? '' : name.slice(colon + 1);
  const effort = colon > 0 ? REASONING_EFFORTS.find((known) => known === word) : undefined;
  const plain = effort === undefined ? name : name.slice(0, colon);
  const slash = plain.indexOf('/');
  return {
    ...(slash > 0 ? { provider: plain.slice(0, slash) } : {}),
    id: slash > 0 ? plain.slice(slash + 1) : plain,
    ...(effort === undefined ? {} : { effort }),
  };
}

/** Gives the names that a mistyped one may have meant, nearest first, at most three. */
export function nearNames(wanted: string, known: readonly string[]): readonly string[] {
  const goal = wanted.toLowerCase();
  return known
    .map((name) => ({ name, distance: nearness(goal, name.toLowerCase()) }))
    .filter(({ distance, name }) => distance <= Math.max(2, Math.floor(name.length / 4)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => name);
}

function nearness(goal: string, name: string): number {
  const id = name.slice(name.indexOf('/') + 1);
  return Math.min(editDistance(goal, name), editDistance(goal, id));
}
