import type { ShellWord } from './shell-script.ts';
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
export function matchLoosely(rule: readonly string[], words: readonly ShellWord[]): RuleMatch {
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

/** Tells whether the words of a rule stand side by side behind another program. One word alone says too little. */
function holdsInside(rule: readonly string[], words: readonly ShellWord[]): boolean {
  if (rule.length < 2) return false;
  return words.some((_, start) => start > 0 && rule.every((wanted, at) => words[start + at]?.value === wanted));
}
