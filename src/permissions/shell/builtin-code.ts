import { ownEntry } from '../../own-entry.ts';
import type { ShellWord } from './shell-script.ts';
import { wordSet } from './word-set.ts';

/** Builtins that evaluate what stands in the brackets of a name: `test -v 'a[$(x)]'`. */
const EVALUATING = wordSet('let test [ declare typeset local readonly export unset read printf wait mapfile readarray');
const SETTING = wordSet('read printf mapfile readarray export declare typeset local readonly');
/** What else they take runs something, or makes a name run something else. */
const RUNNING_OPTIONS: Readonly<Record<string, RegExp>> = {
  mapfile: /^-\w*C/,
  readarray: /^-\w*C/,
  compgen: /^-\w*[CFW]/,
  complete: /^-\w*[CFW]/,
  compopt: /^$/,
  enable: /^-\w*f/,
  hash: /^-\w*p/,
  bind: /^-/,
  fc: /./,
};
/** Variables by which programs and shells run or load something, or find what they run. */
const RUNNING_VARIABLES =
  /^(GIT_\w+|PATH|CDPATH|LD_\w+|DYLD_\w+|BASH_ENV|BASH_FUNC_.*|ENV|IFS|PS[0-4]|PROMPT_COMMAND|SHELLOPTS|BASHOPTS|NODE_(OPTIONS|PATH)|PYTHON\w+|PERL\w*|RUBY(OPT|LIB)|EDITOR|VISUAL|PAGER|\w+_PAGER|BROWSER|LESS(OPEN|CLOSE)|(SSH|SUDO)_ASKPASS|_?JAVA_(TOOL_)?OPTIONS|MAKEFLAGS|MFLAGS|npm_config_\w+|TAR_OPTIONS|RIPGREP_CONFIG_PATH)$/i;
/** Who a commit is by, and when. */
const GIT_IDENTITY = /^GIT_(AUTHOR|COMMITTER)_(NAME|EMAIL|DATE)$/i;
/** Values with which nothing is run or loaded. */
const HARMLESS_VALUE = /^(cat|true|false|:|[01])?$/;
const ASSIGNING = wordSet('env export declare typeset local readonly sudo doas');

/** Tells whether a builtin of the shell evaluates or remembers what its words say. */
export function runsByBuiltin(name: string, words: readonly ShellWord[]): boolean {
  const rest = words.slice(1);
  if (EVALUATING.has(name) && rest.some(({ value }) => holdsCode(name, value))) return true;
  if (SETTING.has(name) && rest.some(({ value }) => RUNNING_VARIABLES.test(value))) return true;
  const form = ownEntry(RUNNING_OPTIONS, name);
  return form !== undefined && rest.some(({ value }) => form.test(value));
}

function holdsCode(name: string, value: string): boolean {
  return name === 'let' ? /[$`]/.test(value) : holdsIndexCode(value);
}

/** Tells whether code stands in brackets, where the shell evaluates it even if it is quoted. */
export function holdsIndexCode(text: string): boolean {
  return /\[[^\]]*(\$\(|`)/.test(text);
}

/** Tells whether a value makes programs run or load something else than they would without it. */
export function isRunningVariable(name: string, values: readonly string[]): boolean {
  if (!RUNNING_VARIABLES.test(name) || GIT_IDENTITY.test(name)) return false;
  return values.length === 0 || !values.every((value) => HARMLESS_VALUE.test(value));
}

/** The same for words that set variables: `env PATH=. x`. */
export function setsRunningVariable(name: string, words: readonly ShellWord[]): boolean {
  if (!ASSIGNING.has(name)) return false;
  return words.some(({ value, text, is_static }) => {
    const [, variable, given = ''] = /^(\w+)\+?=(.*)$/s.exec(is_static ? value : text) ?? [];
    return variable !== undefined && isRunningVariable(variable, is_static ? [given] : []);
  });
}
