import { resolve } from 'node:path';
import { walkPath } from '../walk-path.ts';
import type { CommandLayer, Layers } from './layers.ts';
import type { ShellWord } from './shell-script.ts';
import { programName } from './wrappers.ts';

/** A line, and where it begins to run; absolute. */
export interface PlacedLine extends Layers {
  readonly cwd: string;
  readonly home: string;
}

/** A command of a line, with the folders in which it may run; the last one is the likeliest. */
export interface PlacedCommand extends CommandLayer {
  readonly cwds: readonly string[];
}

/** Most folders that are kept of a line. */
const MOST_FOLDERS = 32;
/** Most paths that one word may stand for. */
const MOST_PATHS = 32;
const CHANGES = /^(cd|pushd)$/;
const WITH_FOLDER = /^(?:-[CD]|--chdir|--directory|--cwd|--work-tree)$/;
const WITH_FOLDER_GLUED = /^(?:-C|--(?:chdir|directory|cwd|work-tree)=)(.+)$/s;

/**
 * Follows a line from folder to folder: what stands behind a `cd` may run there or, if that failed, where it was
 * before.
 */
export function placeCommands(line: PlacedLine): { commands: readonly PlacedCommand[]; cwds: readonly string[] } {
  let cwds: readonly string[] = [line.cwd];
  const commands = line.layers.map((layer) => {
    const { words } = layer;
    const folders = words.slice(1).flatMap((word, at) => foldersIn(folderOf(word, words[at + 2]), line));
    if (folders.length > 0) cwds = besides(cwds, folders);
    const placed = { ...layer, cwds };
    if (isChange(words)) cwds = entering(cwds, foldersIn(words.slice(1).find(isOperand), line));
    return placed;
  });
  return { commands, cwds };
}

/** Tells whether a command changes the folder. */
export function isChange(words: readonly ShellWord[]): boolean {
  return CHANGES.test(programName(words[0]) ?? '');
}

/** Gives what an option names as the folder to run in. */
function folderOf(word: ShellWord, next: ShellWord | undefined): ShellWord | undefined {
  const [, glued] = WITH_FOLDER_GLUED.exec(word.value) ?? [];
  if (glued !== undefined) return { value: glued, text: glued, is_static: word.is_static };
  return WITH_FOLDER.test(word.value) ? next : undefined;
}

function isOperand({ value }: ShellWord): boolean {
  return !/^-[LPe@-]+$/.test(value);
}

function foldersIn(word: ShellWord | undefined, line: PlacedLine): readonly string[] {
  return word === undefined ? [] : pathsIn(word, line);
}

function entering(cwds: readonly string[], folders: readonly string[]): readonly string[] {
  const likely = folders.map((folder) => resolve(cwds.at(-1) ?? '/', folder)).at(-1);
  return likely === undefined ? cwds : atMost([...besides(cwds, folders).filter((cwd) => cwd !== likely), likely]);
}

/** The shell takes `..` away as it is spelled, other programs as the system walks. */
function besides(cwds: readonly string[], folders: readonly string[]): readonly string[] {
  const found = cwds.flatMap((cwd) => folders.flatMap((path) => [resolve(cwd, path), walkPath(path, cwd).place]));
  const likely = cwds.at(-1) ?? '/';
  return atMost([...[...cwds, ...found].filter((cwd) => cwd !== likely), likely]);
}

function atMost(cwds: readonly string[]): readonly string[] {
  return [...new Set(cwds)].slice(-MOST_FOLDERS);
}

const READABLE = /^(?:[\w./@%+,:=-]|"|~(?=\/|$)|\$\w+|\$\{\w+\}|\{[\w./@%+:=,-]*\})+$/;
const DEEPEST = 4;

/**
 * Reads a word as paths, with braces, the home and what the line itself sets put in; none for what is only known when it
 * runs, but the folder before a pattern.
 */
export function pathsIn({ value, text, is_static }: ShellWord, line: PlacedLine): readonly string[] {
  if (is_static) return value === '' ? [] : [value];
  if (/^[\w./@%+,:=-]+[*?[]/.test(text)) return [text.replace(/[^/]*[*?[].*$/s, '') || '.'];
  if (!READABLE.test(text)) return [];
  let paths: readonly string[] = [text.replaceAll('"', '')];
  for (let depth = 0; depth < DEEPEST && paths.some((path) => /[{$]/.test(path)); depth += 1)
    paths = paths.flatMap((path) => expanded(path, line)).slice(0, MOST_PATHS);
  return paths.filter((path) => !path.includes('$')).map((path) => path.replace(/^~(?=\/|$)/, () => line.home));
}

/** Puts in what the first variable or the first brace of a path stands for. */
function expanded(path: string, { variables, home, cwd }: PlacedLine): readonly string[] {
  const [spelled, braced, plain, list] = /\$(?:\{(\w+)\}|(\w+))|\{([^{}]*)\}/.exec(path) ?? [];
  if (spelled === undefined) return [path];
  const name = braced ?? plain;
  const put = (given: string): string => path.replace(spelled, () => given);
  if (name === undefined) return (list ?? '').split(',').map(put);
  if (name === 'HOME') return [put(home)];
  if (name === 'PWD' || name === 'OLDPWD') return [put(cwd), path.replace(spelled, '.')];
  return variables.flatMap((set) => (set.name === name ? set.values.map(put) : []));
}
