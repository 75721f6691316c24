import { basename } from 'node:path';
import { ownEntry } from '../../own-entry.ts';
import { readingCommand } from './reading-commands.ts';
import { plainWord, type ShellWord } from './shell-script.ts';
import { wordSet } from './word-set.ts';
import { programName } from './wrappers.ts';

/** A word that names what a command writes, moves or removes; with `within`, a file of that name if it is a folder. */
export interface WrittenWord {
  readonly word: ShellWord;
  readonly within?: string;
}

const WRITERS = wordSet(
  'rm rmdir unlink touch tee truncate shred chmod chown chgrp mkdir mkfifo mknod patch gzip gunzip bzip2 xz zstd ' +
    'vi vim nvim nano emacs ed ex',
);
/** The last word is written, or what an option names. */
const COPIERS = wordSet('cp mv ln install rsync scp link uniq xxd');
/** Of these the others go too, or what they hold is written by another name. */
const MOVERS = wordSet('mv rsync ln link');
const CHANGING_GIT = wordSet('mv rm checkout restore clean');
/** One-letter options whose value is written. */
const OUTPUT_LETTERS: Readonly<Record<string, string>> = {
  cp: 't',
  mv: 't',
  ln: 't',
  install: 't',
  sort: 'oT',
  tar: 'Cf',
  unzip: 'd',
  wget: 'OoaP',
  curl: 'oDc',
  patch: 'or',
};
const OUTPUT_NAMES = /^--(o[\w-]*|t|ta[\w-]*|di[\w-]*|dest[\w-]*|log-file|report[\w-]*|prefix)(?:=|$)/;

/** Gives the words of a command that name what it writes, as far as its program is known or its options say. */
export function writtenWords(words: readonly ShellWord[]): readonly WrittenWord[] {
  if (readingCommand({ words }) !== undefined) return [];
  const name = programName(words[0]) ?? '';
  const rest = words.slice(1);
  const operands = rest.filter(({ value }) => !value.startsWith('-'));
  const outputs = rest.flatMap((word, at) => valuesOf(word, rest[at + 1], name));
  if (COPIERS.has(name)) return copied(operands, outputs, MOVERS.has(name));
  const written = WRITERS.has(name) || isInPlace(name, rest) ? operands : writtenByOperands(name, rest);
  return [...written, ...outputs].map((word) => ({ word }));
}

function writtenByOperands(name: string, rest: readonly ShellWord[]): readonly ShellWord[] {
  if (name === 'dd') return rest.flatMap((word) => behind(word, /^of=/));
  const [first, second] = rest.map(({ value }) => value);
  const isSetting = first === 'set' || (first === 'config' && /^(set|delete|edit)$/.test(second ?? ''));
  if (/^(npm|pnpm)$/.test(name) && isSetting) return [{ value: '', text: '~/.npmrc', is_static: false }];
  if (name !== 'git') return [];
  const at = rest.findIndex(({ value }, index) => !value.startsWith('-') && rest[index - 1]?.value !== '-C');
  const subcommand = rest[at]?.value ?? '';
  if (subcommand === 'config') return configured(rest.slice(at + 1));
  if (!CHANGING_GIT.has(subcommand)) return [];
  return rest.slice(at + 1).filter(({ value }) => !value.startsWith('-') && value !== 'HEAD');
}

function copied(
  operands: readonly ShellWord[],
  outputs: readonly ShellWord[],
  isMove: boolean,
): readonly WrittenWord[] {
  const targets = outputs.length > 0 ? outputs : operands.slice(-1);
  const sources = operands.filter((word) => !targets.includes(word));
  return [
    ...targets.map((word) => ({ word })),
    ...targets.flatMap((word) => sources.map(({ value }) => ({ word, within: basename(value) }))),
    ...(isMove || outputs.length > 0 ? sources.map((word) => ({ word })) : []),
  ];
}

function isInPlace(name: string, rest: readonly ShellWord[]): boolean {
  if (!/^(sed|perl|ruby)$/.test(name)) return false;
  return rest.some(({ value }) => /^-[\w]*i/.test(value) || /^--i/.test(value));
}

/** Gives the value of an option that names an output: glued to it, or the next word. */
function valuesOf(word: ShellWord, next: ShellWord | undefined, name: string): readonly ShellWord[] {
  const following = next === undefined ? [] : [next];
  if (word.value.startsWith('--')) {
    if (!OUTPUT_NAMES.test(word.value)) return [];
    return word.value.includes('=') ? behind(word, /^--[\w-]+=/) : following;
  }
  const letters = ownEntry(OUTPUT_LETTERS, name) ?? 'oO';
  const glued = behind(word, new RegExp(`^-\\w*?[${letters}]=?`));
  if (glued.length === 0) return [];
  return [...glued.filter(({ value }) => value !== ''), ...following];
}

function behind(word: ShellWord, form: RegExp): readonly ShellWord[] {
  const [before] = form.exec(word.text) ?? [];
  const [plain] = form.exec(word.value) ?? [];
  if (before === undefined || plain === undefined) return [];
  return [{ value: word.value.slice(plain.length), text: word.text.slice(before.length), is_static: word.is_static }];
}

const READING_CONFIG = /^(get|list|--get[\w-]*|-l|--list)$/;
const WRITING_CONFIG =
  /^(set|unset|edit|rename-section|remove-section|-e|--edit|--add|--unset[\w-]*|--replace-all|--rename-section|--remove-section)$/;

/** Gives the file that `git config` changes. */
function configured(rest: readonly ShellWord[]): readonly ShellWord[] {
  const isValue = (at: number): boolean => /^(-f|--file|--type|--default|--blob)$/.test(rest[at - 1]?.value ?? '');
  const operands = rest.filter(({ value }, at) => !value.startsWith('-') && !isValue(at));
  if (rest.some(({ value }) => READING_CONFIG.test(value))) return [];
  if (operands.length < 2 && !rest.some(({ value }) => WRITING_CONFIG.test(value))) return [];
  const file = rest.flatMap((word, at) => [
    ...behind(word, /^--file=/),
    ...(/^(-f|--file)$/.test(rest[at - 1]?.value ?? '') ? [word] : []),
  ]);
  if (file.length > 0) return file;
  const isGlobal = rest.some(({ value }) => value === '--global');
  return [isGlobal ? { value: '', text: '~/.gitconfig', is_static: false } : plainWord('.git/config')];
}
