import { resolve } from 'node:path';
import { kindBehind } from '../path-kind.ts';
import { isCovered, realFolder } from '../places.ts';
import { walkPath } from '../walk-path.ts';
import { isChange, type PlacedLine, placeCommands } from './command-walk.ts';
import { readingCommand } from './reading-commands.ts';
import type { ShellWord } from './shell-script.ts';
import { pathsBehind } from './word-paths.ts';
import { wordSet } from './word-set.ts';
import { programName } from './wrappers.ts';

/**
 * What a line does to one file or folder, as far as its words say: it may touch a folder `above`, read what git has
 * `stored` of it, or do what is `unknown` until it runs.
 */
export type Touch = 'no' | 'yes' | 'above' | 'stored' | 'unknown';

/** What is touched; `folders` has each of its spellings, absolute. */
export interface TouchTarget {
  readonly kind: 'read' | 'write';
  readonly folders: readonly string[];
}

interface PlacedTarget extends TouchTarget {
  /** Where a command may run; the last one is the likeliest. */
  readonly cwds: readonly string[];
}

const UNKNOWN_DOUBTS = new Set(['syntax', 'expansion', 'hidden']);
/** Programs that tell names and sizes, never what is in a file. */
export const LISTING_PROGRAMS: ReadonlySet<string> = wordSet(
  'ls find tree du stat df realpath readlink basename dirname',
);
const WRITERS = wordSet('cp mv rm rmdir touch tee truncate shred chmod chown ln mkdir install');
/** Of these only the last word is written. */
const COPIERS = new Set(['cp', 'ln', 'install']);
const MAKERS = new Set(['mkdir', 'touch']);

/** Says what a command line does to a target. */
export function touchOf(line: PlacedLine, target: TouchTarget): Touch {
  const { doubts, redirects, is_opaque } = line;
  const isKnown = !is_opaque && !doubts.some((doubt) => UNKNOWN_DOUBTS.has(doubt));
  const touches: Touch[] = [isKnown && process.platform !== 'win32' ? 'no' : 'unknown'];
  const { commands, cwds } = placeCommands(line);
  for (const command of commands) touches.push(touchOfCommand(command.words, { ...target, cwds: command.cwds }));
  for (const { operator, target: file } of redirects) {
    if (file !== undefined && operator.includes('<') === (target.kind === 'read')) {
      touches.push(touchOfWord(file, { ...target, cwds }));
    }
  }
  return strictest(touches);
}

function strictest(touches: readonly Touch[]): Touch {
  return (['yes', 'stored', 'above', 'unknown'] as const).find((touch) => touches.includes(touch)) ?? 'no';
}

function touchOfCommand(words: readonly ShellWord[], place: PlacedTarget): Touch {
  const name = programName(words[0]) ?? '';
  if (isChange(words)) {
    const touch = strictest(words.slice(1).map((word) => touchOfWord(word, place)));
    return touch === 'above' || place.kind === 'write' ? 'no' : touch;
  }
  const reading = readingCommand({ words });
  if (reading !== undefined) return place.kind === 'write' ? 'no' : touchOfReading(words, reading.paths, place);
  const touch = touchOfOther(words, name, place);
  return name === 'git' && touch !== 'yes' && place.kind === 'read' && showsStored(words) ? 'stored' : touch;
}

function touchOfReading(words: readonly ShellWord[], paths: readonly string[], place: PlacedTarget): Touch {
  const name = words[0]?.value ?? '';
  const touch = strictest([...paths, ...impliedPaths(words, paths)].map((path) => touchOfPath(path, place)));
  return touch === 'above' && LISTING_PROGRAMS.has(name) ? 'no' : touch;
}

/** A search without a folder reads the current one; a file with patterns is no such folder. */
function impliedPaths(words: readonly ShellWord[], paths: readonly string[]): readonly string[] {
  const has = (form: RegExp): boolean => words.slice(1).some(({ value }) => form.test(value));
  const isSearch = words[0]?.value === 'rg' || (words[0]?.value === 'grep' && has(/^(-[a-zA-Z]*r|--recursive)/));
  return isSearch && (paths.length === 0 || has(/^(-[a-zA-Z]*f|--file)/)) ? ['.'] : [];
}

/** Tells whether git prints what it has stored of files. */
function showsStored(words: readonly ShellWord[]): boolean {
  const rest = words.slice(1).map(({ value }) => value);
  if (rest.some((word) => /^(diff|show|grep|blame|annotate|cat-file|archive|format-patch|stash)$/.test(word)))
    return true;
  return rest.some((word) => /^(-[a-z]*[puvGS]|--patch|--cc|--verbose)/.test(word));
}

function touchOfOther(words: readonly ShellWord[], name: string, place: PlacedTarget): Touch {
  const isLast =
    place.kind === 'write' && COPIERS.has(name) && !words.some(({ value }) => /^(-t|--target)/.test(value));
  const touch = strictest(words.slice(isLast ? -1 : 1).map((word) => touchOfWord(word, place)));
  if (MAKERS.has(name) && place.kind === 'read') return 'no';
  return touch === 'yes' && place.kind === 'write' && !WRITERS.has(name) ? 'above' : touch;
}

/** Judges a word that may be a path, alone or behind what options and programs put before one. */
function touchOfWord(word: ShellWord, place: PlacedTarget): Touch {
  if (!word.is_static) return touchOfGlob(word.text, place);
  if (pathsBehind(word.value).some((path) => touchOfPath(path, place) === 'yes')) return 'yes';
  return touchOfPath(word.value, place);
}

/** What a pattern can find lies in the folder before it. */
function touchOfGlob(text: string, place: PlacedTarget): Touch {
  if (!/^[^$`{}~<>()\\'"]*$/.test(text) || text.includes('..')) return 'unknown';
  const folder = /^[^*?[]*\//.exec(text)?.[0] ?? '.';
  const touch = touchOfPath(folder, place);
  return touch === 'above' ? 'unknown' : touch;
}

function touchOfPath(path: string, { folders, cwds }: PlacedTarget): Touch {
  if (path === '' || path === '-') return 'no';
  const last = cwds.length - 1;
  return strictest(
    cwds.map((cwd, at) => {
      const touch = touchOfPlaces(placesOf(path, cwd), folders);
      return touch === 'yes' && at < last ? 'above' : touch;
    }),
  );
}

function touchOfPlaces(places: readonly string[], folders: readonly string[]): Touch {
  if (places.some((place) => folders.some((folder) => isCovered(place, folder)))) return 'yes';
  const isAbove = places.some(
    (place) => folders.some((folder) => isCovered(folder, place)) && kindBehind(place) !== 'file',
  );
  return isAbove ? 'above' : 'no';
}

/** Gives where a path may lead: as it is spelled, which is what `cd` goes by, and as the system walks it. */
function placesOf(path: string, cwd: string): readonly string[] {
  const spelled = resolve(cwd, path);
  const { place, is_sure } = walkPath(path, cwd);
  return [spelled, realFolder(spelled), place, ...(is_sure ? [] : ['/'])];
}
