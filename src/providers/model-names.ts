import type { ReasoningEffort } from '../messages.ts';

const EFFORTS: readonly string[] = ['none', 'low', 'medium', 'high', 'xhigh'] satisfies ReasoningEffort[];

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
  const isEffort = colon > 0 && EFFORTS.includes(word);
  const plain = isEffort ? name.slice(0, colon) : name;
  const slash = plain.indexOf('/');
  return {
    ...(slash > 0 ? { provider: plain.slice(0, slash) } : {}),
    id: slash > 0 ? plain.slice(slash + 1) : plain,
    ...(isEffort ? { effort: word as ReasoningEffort } : {}),
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

/** How many letters must be put in, taken out or changed (Levenshtein). */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      const change = (previous[column - 1] ?? 0) + (isSame ? 0 : 1);
      current.push(Math.min(change, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
