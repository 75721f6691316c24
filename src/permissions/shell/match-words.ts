import { ownEntry } from '../../own-entry.ts';
import { mayRunWords } from './runs-words.ts';
import { plainWord, type ShellWord } from './shell-script.ts';
import { GIT_VALUED, programName } from './wrappers.ts';

/** How a rule's words meet those of a command; `maybe` when a word is only known at run time. */
export type RuleMatch = 'yes' | 'no' | 'maybe';

/** Compares word by word, as a rule that allows wants it: the program as it is written, and nothing in between. */
export function matchExactly(rule: readonly string[], words: readonly ShellWord[]): RuleMatch {
  let match: RuleMatch = 'yes';
  for (const [at, wanted] of rule.entries()) {
    const word = words[at];
    if (word === undefined) return 'no';
    if (!word.is_static) match = 'maybe';
    else if (word.value !== wanted) return 'no';
  }
  return match;
}

/**
 * Compares as a rule that forbids wants it: the folder of the program is not looked at, options may stand between the
 * words, and those of the rule anywhere behind. Where the words come as arguments of another program, it may run them.
 */
export function matchLoosely(rule: readonly string[], given: readonly ShellWord[]): RuleMatch {
  const words = asGit(given);
  const name = programName(words[0]);
  if (name === undefined) return matchExactly(rule, words);
  if (name.toLowerCase() !== programOf(rule) && words[0]?.value !== rule[0]) {
    return holdsInside(rule, words) ? 'maybe' : 'no';
  }
  let match: RuleMatch = 'yes';
  let at = 1;
  for (const wanted of rule.slice(1)) {
    const found = findWord(wanted, words, { at, isGit: name === 'git' });
    if (found.match === 'no') return 'no';
    if (found.match === 'maybe') match = 'maybe';
    at = found.at + 1;
  }
  return match;
}

function programOf([program = '']: readonly string[]): string {
  return program.toLowerCase();
}

interface Found {
  readonly match: RuleMatch;
  readonly at: number;
}

function findWord(wanted: string, words: readonly ShellWord[], from: { at: number; isGit: boolean }): Found {
  if (wanted.startsWith('-')) return findOption(wanted, words, from.at);
  let { at } = from;
  let match: RuleMatch = 'yes';
  while (isOption(words[at])) {
    const isValued = from.isGit && GIT_VALUED.has(words[at]?.value ?? '');
    // What follows an option may be its value.
    const isDoubtful = !isValued && words[at + 1]?.value !== wanted && words[at + 2]?.value === wanted;
    if (isDoubtful) match = 'maybe';
    at += isValued || isDoubtful ? 2 : 1;
  }
  const word = words[at];
  if (word === undefined) return { match: 'no', at };
  if (!word.is_static) return { match: 'maybe', at };
  return { match: word.value === wanted ? match : 'no', at };
}

function findOption(wanted: string, words: readonly ShellWord[], at: number): Found {
  const found = words.findIndex(({ value }, index) => index >= at && value === wanted);
  if (found !== -1) return { match: 'yes', at: found };
  return { match: words.some(mayBeOption) ? 'maybe' : 'no', at };
}

/** Behind `--` nothing is an option. */
function mayBeOption({ is_static, text }: ShellWord, at: number, words: readonly ShellWord[]): boolean {
  if (is_static || !/^["']?[$`*?[{-]/.test(text)) return false;
  const end = words.findIndex(({ value }) => value === '--');
  return end === -1 || at < end;
}

function isOption(word: ShellWord | undefined): boolean {
  return word?.is_static === true && word.value.startsWith('-');
}

/** Subcommands of git that do what another one does, or that stand before it. */
const SAME_IN_GIT: Readonly<Record<string, string>> = {
  'send-pack': 'push',
  'http-push': 'push',
  'fetch-pack': 'fetch',
  'http-fetch': 'fetch',
};
const GROUPS_IN_GIT = new Set(['subtree', 'lfs']);

/** Writes what git is asked to do in the usual way: `git-push`, `git send-pack` and `git subtree push` are `git push`. */
function asGit(words: readonly ShellWord[]): readonly ShellWord[] {
  const [, dashed] = /^git-([\w-]+)$/.exec(programName(words[0]) ?? '') ?? [];
  const all = dashed === undefined ? words : [plainWord('git'), plainWord(dashed), ...words.slice(1)];
  if (programName(all[0]) !== 'git') return words;
  const at = all.findIndex(
    (word, index) => index > 0 && !isOption(word) && !GIT_VALUED.has(all[index - 1]?.value ?? ''),
  );
  const subcommand = all[at]?.value ?? '';
  if (GROUPS_IN_GIT.has(subcommand)) return all.filter((_, index) => index !== at);
  const same = ownEntry(SAME_IN_GIT, subcommand);
  return same === undefined ? all : all.with(at, plainWord(same));
}

/**
 * Tells whether a rule's words stand behind another program that may run them: side by side, where one word alone says
 * too little of programs that are known to run none, or at the beginning of a line that is one word to it.
 */
function holdsInside(rule: readonly string[], words: readonly ShellWord[]): boolean {
  const isAt = (start: number): boolean =>
    rule.every((wanted, at) => (at === 0 ? programName(words[start]) : words[start + at]?.value) === wanted);
  if (rule.length > 1 && words.some((_, start) => start > 0 && isAt(start))) return true;
  if (!mayRunWords(words)) return false;
  const line = new RegExp(
    String.raw`(?:^|[;&|(\x60\n{=\[!"'])\s*(?:[^\s;&|()]*/)?${rule.map(literally).join(String.raw`\s+`)}(?![\w.-])`,
    'i',
  );
  return words.some(({ value, text }, at) => at > 0 && (line.test(value) || line.test(text)));
}

function literally(word: string): string {
  return word.replace(/[^\w\s]/g, String.raw`\$&`);
}
