import { editDistance } from '../../edit-distance.ts';
import type { ReasoningEffort } from '../../messages.ts';
import { splitEffort } from '../../model-name.ts';

/** A model's name in its parts. */
export interface ParsedName {
  /** What stands before the first slash; absent without a slash. */
  readonly provider?: string;
  readonly id: string;
  readonly effort?: ReasoningEffort;
}

/** Splits `provider/model[:effort]` at the first slash. A last `:word` is an effort only if it is one. */
export function parseModelName(name: string): ParsedName {
  const { model, ...effort } = splitEffort(name);
  const slash = model.indexOf('/');
  return slash > 0
    ? { provider: model.slice(0, slash), id: model.slice(slash + 1), ...effort }
    : { id: model, ...effort };
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
