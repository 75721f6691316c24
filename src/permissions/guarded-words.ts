import { join } from 'node:path';
import { resolvePath } from '../tools/resolve-path.ts';
import type { CommandFacts } from './access-facts.ts';
import { writtenWords } from './command-touch.ts';
import type { Layers } from './layers.ts';
import { type Place, placeOfRead, placeOfWrite, type Surroundings } from './places.ts';
import type { ShellScript, ShellWord } from './shell-script.ts';

export interface GuardedLine extends Layers {
  readonly script: ShellScript;
  readonly cwd: string;
}

/** Finds what a command line names that file tools would ask about in every mode, or where keys are. */
export async function guardedIn(
  { script, layers, cwd }: GuardedLine,
  around: Surroundings,
): Promise<Pick<CommandFacts, 'guarded_write' | 'guarded_read'>> {
  const targets = script.redirects
    .filter(({ operator }) => !operator.includes('<'))
    .flatMap(({ target }) => target ?? []);
  const written = [...layers.flatMap(({ words }) => writtenWords(words)), ...targets];
  const read = layers.flatMap(({ words }) => words.slice(1));
  const writes = await firstIn(written, {
    cwd,
    judge: (path) => placeOfWrite(path, around),
    guarded: ['own', 'protected'],
  });
  const reads = await firstIn(read, { cwd, judge: (path) => placeOfRead(path, around), guarded: ['own', 'secret'] });
  return {
    ...(writes === undefined ? {} : { guarded_write: writes }),
    ...(reads === undefined ? {} : { guarded_read: reads }),
  };
}

interface Looking {
  readonly cwd: string;
  readonly judge: (path: string) => Place;
  readonly guarded: readonly Place[];
}

async function firstIn(words: readonly ShellWord[], { cwd, judge, guarded }: Looking): Promise<string | undefined> {
  for (const word of words) {
    const path = pathIn(word);
    const place = path === undefined ? undefined : await placeOf(path, cwd, judge);
    if (place !== undefined && guarded.includes(place)) return word.text;
  }
  return undefined;
}

async function placeOf(path: string, cwd: string, judge: (path: string) => Place): Promise<Place | undefined> {
  try {
    const absolute = path.startsWith('/') || path.startsWith('~/') ? path : join(cwd, path);
    return judge((await resolvePath(absolute, cwd)).resolved);
  } catch {
    return undefined;
  }
}

/** Reads a word as a path; of what is only known at run time only the home. */
function pathIn({ value, text, is_static }: ShellWord): string | undefined {
  if (is_static) return value === '' || value.startsWith('-') ? undefined : value;
  const home = /^"?(?:~|\$HOME|\$\{HOME\})"?(\/[\w./-]+)"?$/.exec(text);
  return home === null ? undefined : `~${home[1]}`;
}
