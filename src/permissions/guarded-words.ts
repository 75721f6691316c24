import { join, resolve } from 'node:path';
import type { CommandFacts } from './access-facts.ts';
import { writtenWords } from './command-touch.ts';
import type { Layers } from './layers.ts';
import { type Place, placeOfRead, placeOfWrite, type Surroundings } from './places.ts';
import type { ShellScript, ShellWord } from './shell-script.ts';
import { walkPath } from './walk-path.ts';

export interface GuardedLine extends Layers {
  readonly script: ShellScript;
  readonly cwd: string;
}

/** Finds what a command line names that file tools would ask about in every mode, or where keys are. */
export function guardedIn(
  { script, layers, cwd }: GuardedLine,
  around: Surroundings,
): Pick<CommandFacts, 'guarded_write' | 'guarded_read'> {
  const targets = script.redirects
    .filter(({ operator }) => !operator.includes('<'))
    .flatMap(({ target }) => target ?? []);
  const written = [...layers.flatMap(({ words }) => writtenWords(words)), ...targets];
  const read = layers.flatMap(({ words }) => words.slice(1));
  const writes = firstIn(written, {
    cwd,
    home: around.home,
    judge: (path) => placeOfWrite(path, around),
    guarded: ['own', 'protected'],
  });
  const reads = firstIn(read, {
    cwd,
    home: around.home,
    judge: (path) => placeOfRead(path, around),
    guarded: ['own', 'secret'],
  });
  return {
    ...(writes === undefined ? {} : { guarded_write: writes }),
    ...(reads === undefined ? {} : { guarded_read: reads }),
  };
}

interface Looking {
  readonly cwd: string;
  readonly home: string;
  readonly judge: (path: string) => Place;
  readonly guarded: readonly Place[];
}

function firstIn(words: readonly ShellWord[], looking: Looking): string | undefined {
  const { judge, guarded } = looking;
  const found = words.find((word) => {
    const path = pathIn(word);
    return path !== undefined && placesOf(path, looking).some((place) => guarded.includes(judge(place)));
  });
  return found?.text;
}

function placesOf(path: string, { cwd, home }: Looking): readonly string[] {
  const absolute = path.startsWith('~/') ? join(home, path.slice(1)) : path;
  return [walkPath(absolute, cwd).place, resolve(cwd, absolute)];
}

/** Reads a word as a path; of what is only known at run time only the home. */
function pathIn({ value, text, is_static }: ShellWord): string | undefined {
  if (is_static) return value === '' || value.startsWith('-') ? undefined : value;
  const home = /^"?(?:~|\$HOME|\$\{HOME\})"?(\/[\w./-]+)"?$/.exec(text);
  return home === null ? undefined : `~${home[1]}`;
}
