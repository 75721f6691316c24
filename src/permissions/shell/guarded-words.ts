import { join, resolve } from 'node:path';
import type { CommandFacts } from '../access-facts.ts';
import { kindBehind } from '../path-kind.ts';
import { type Place, placeOfRead, placeOfWrite, type Surroundings } from '../places.ts';
import { walkPath } from '../walk-path.ts';
import { type PlacedLine, pathsIn, placeCommands } from './command-walk.ts';
import { type WrittenWord, writtenWords } from './written-words.ts';

/** Finds what a command line names that file tools would ask about in every mode, or where keys are. */
export function guardedIn(
  line: PlacedLine,
  around: Surroundings,
): Pick<CommandFacts, 'guarded_write' | 'guarded_read'> {
  const { commands, cwds } = placeCommands(line);
  const targets = line.redirects.flatMap(({ operator, target }) =>
    operator.includes('<') && operator !== '<>' ? [] : (target ?? []),
  );
  const writes: Looking = { line, judge: (path) => placeOfWrite(path, around), guarded: ['own', 'protected'] };
  const reads: Looking = { line, judge: (path) => placeOfRead(path, around), guarded: ['own', 'secret'] };
  const written = [
    ...commands.flatMap(({ words, cwds: at }) => writtenWords(words).map((word) => ({ ...word, cwds: at }))),
    ...targets.map((word) => ({ word, cwds })),
  ];
  const read = commands.flatMap(({ words, cwds: at }) => words.slice(1).map((word) => ({ word, cwds: at })));
  const [guarded_write, guarded_read] = [firstIn(written, writes), firstIn(read, reads)];
  return {
    ...(guarded_write === undefined ? {} : { guarded_write }),
    ...(guarded_read === undefined ? {} : { guarded_read }),
  };
}

interface Looking {
  readonly line: PlacedLine;
  readonly judge: (path: string) => Place;
  readonly guarded: readonly Place[];
}

type Candidate = WrittenWord & { readonly cwds: readonly string[] };

function firstIn(candidates: readonly Candidate[], looking: Looking): string | undefined {
  const found = candidates.find((candidate) => {
    const { word } = candidate;
    if (word.is_static && word.value.startsWith('-')) return false;
    return pathsIn(word, looking.line).some((path) => isGuarded(path, candidate, looking));
  });
  return found?.word.text;
}

/** Judges a path in each folder where it may be meant, as the system walks it and as it is spelled. */
function isGuarded(path: string, { cwds, within }: Candidate, { judge, guarded }: Looking): boolean {
  const places = cwds.flatMap((cwd) => [walkPath(path, cwd).place, resolve(cwd, path)]);
  const inside =
    within === undefined
      ? places
      : places.filter((place) => kindBehind(place) === 'folder').map((place) => join(place, within));
  return [...new Set(inside)].some((place) => guarded.includes(judge(place)));
}
