import { ownEntry } from '../../own-entry.ts';
import { READING_PROGRAMS } from './program-grammar.ts';
import { readWords } from './read-words.ts';
import type { ShellCommand, ShellScript } from './shell-script.ts';
import { wordSet } from './word-set.ts';

/** What a command that only reads would read. */
export interface ReadingCommand {
  readonly paths: readonly string[];
  /** Folders are not allowed among the paths. */
  readonly has_files_only: boolean;
}

/** Tells what a line reads, if it can be shown to do nothing else; undefined when it cannot. */
export function readingCommands(script: ShellScript): readonly ReadingCommand[] | undefined {
  if (script.doubts.length > 0 || script.commands.length === 0) return undefined;
  const readings = script.commands.map(readingCommand);
  return readings.every((reading) => reading !== undefined) ? readings : undefined;
}

/** The same for one command of a line. */
export function readingCommand({ words }: ShellCommand): ReadingCommand | undefined {
  if (words.length === 0 || !words.every((word) => word.is_static)) return undefined;
  const [name = '', ...rest] = words.map((word) => word.value);
  if (name === 'find') return readFind(rest);
  if (name === 'sed') return readSed(rest);
  const grammar = ownEntry(READING_PROGRAMS, name);
  const read = grammar === undefined ? undefined : readWords(rest, grammar);
  return read === undefined ? undefined : { paths: read.paths, has_files_only: grammar?.has_files_only === true };
}

const FIND_TESTS = wordSet(
  '-name -iname -path -ipath -wholename -iwholename -regex -iregex -regextype -type -maxdepth -mindepth -size -mtime -mmin ' +
    '-ctime -cmin -atime -amin -user -group -perm -links -inum -printf',
);
const FIND_WORDS = wordSet(
  '-empty -print -print0 -not ! -o -or -a -and ( ) , -prune -readable -writable -executable -true -false -depth -mount -xdev -ls -quit -daystart -nouser -nogroup',
);

function readFind(words: readonly string[]): ReadingCommand | undefined {
  const start = words[0] === '-P' ? 1 : 0;
  const test = words.findIndex((word, at) => at >= start && /^[-(!]/.test(word));
  const end = test === -1 ? words.length : test;
  const paths = [...words.slice(start, end)];
  for (let at = end; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (FIND_WORDS.has(word)) continue;
    at += 1;
    const value = words[at];
    if (value === undefined || !(FIND_TESTS.has(word) || word === '-newer')) return undefined;
    if (word === '-newer') paths.push(value);
  }
  return { paths, has_files_only: false };
}

/** Only `sed -n 'N,Mp'`: every other script may write or run. */
function readSed([flag, script = '', ...paths]: readonly string[]): ReadingCommand | undefined {
  if (flag !== '-n' || !/^(\d+|\$)(,(\d+|\$))?p$/.test(script) || paths.some((path) => path.startsWith('-')))
    return undefined;
  return { paths, has_files_only: false };
}
