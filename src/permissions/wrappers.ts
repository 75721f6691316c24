import { isPlainSed } from './sed-script.ts';
import type { ShellWord } from './shell-script.ts';

/** What a command that runs another command runs. */
export type Unwrapped =
  /** It runs nothing else. */
  | { readonly kind: 'plain' }
  /** It runs these words. */
  | { readonly kind: 'words'; readonly words: readonly ShellWord[] }
  /** It runs this text through a shell. */
  | { readonly kind: 'script'; readonly script: string }
  /** It runs something that cannot be known. */
  | { readonly kind: 'opaque' };

const PLAIN: Unwrapped = { kind: 'plain' };
const OPAQUE: Unwrapped = { kind: 'opaque' };

interface Wrapper {
  /** Options that take the next word as their value. */
  readonly valued?: string;
  /** Words between the options and the command: the seconds of `timeout`. */
  readonly operands?: number;
  readonly has_assignments?: true;
}

const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  env: { valued: '-u -C --unset --chdir', has_assignments: true },
  sudo: { valued: '-u -g -h -p -C -T -r -t -U', has_assignments: true },
  doas: { valued: '-u -C' },
  time: { valued: '-f -o' },
  nice: { valued: '-n' },
  ionice: { valued: '-c -n -p' },
  nohup: {},
  setsid: {},
  timeout: { valued: '-s -k --signal --kill-after', operands: 1 },
  stdbuf: { valued: '-i -o -e' },
  command: {},
  builtin: {},
  exec: { valued: '-a' },
  xargs: { valued: '-I -n -P -L -d -E -s -a --max-args --max-procs --replace' },
  busybox: {},
  toybox: {},
  chroot: { operands: 1 },
  unshare: {},
};
/** Options before git's subcommand that take the next word. */
export const GIT_VALUED = new Set(['-C', '-c', '--git-dir', '--work-tree', '--namespace', '--config-env']);
const SHELLS = new Set(['sh', 'bash', 'dash', 'zsh', 'ksh', 'ash', 'fish']);
const OPAQUE_PROGRAMS =
  /^(eval|source|\.|npx|pnpx|bunx|uvx|pipx|parallel|ssh|su|script|expect|awk|gawk|mawk|trap|alias|socat|gdb|strace|ltrace|flock|entr|at|batch|crontab|docker|podman|kubectl)$/;
const INTERPRETERS = /^(python[\d.]*|node|nodejs|deno|bun|perl|ruby|php|lua|osascript|pwsh|powershell)$/;
const INLINE_CODE = /^(-[a-zA-Z]*[ceEprn].*|-|--eval(=.*)?|--print(=.*)?|eval|--command|-Command|-EncodedCommand|--)$/s;
/** Options of interpreters that take the next word, so that it is not the file they run. */
const INTERPRETER_VALUED =
  /^(-[WXIdCFz]|--(require|import|loader|experimental-loader|conditions|env-file|input-type|title))$/;

/** Names a program without its folder: what is behind the last slash. */
export function programName(word: ShellWord | undefined): string | undefined {
  return word?.is_static === true ? word.value.slice(word.value.lastIndexOf('/') + 1) : undefined;
}

/** Takes one wrapper off: `sudo -u root rm x` runs `rm x`. */
export function unwrap(words: readonly ShellWord[]): Unwrapped {
  const name = programName(words[0]);
  if (name === undefined) return OPAQUE;
  if (SHELLS.has(name)) return unwrapShell(words.slice(1));
  const wrapper = Object.hasOwn(WRAPPERS, name) ? WRAPPERS[name] : undefined;
  if (wrapper !== undefined) return unwrapOptions(words.slice(1), wrapper);
  if (name === 'find') return unwrapFind(words);
  if (name === 'sed') return isPlainSed(words) ? PLAIN : OPAQUE;
  if (name === 'watch') return unwrapWatch(words.slice(1));
  if (name === 'git' && isConfigured(words)) return OPAQUE;
  return OPAQUE_PROGRAMS.test(name) || hasInlineCode(words) ? OPAQUE : PLAIN;
}

/** Tells whether a program runs what is written for it in a language of its own. */
export function isInterpreter(name: string): boolean {
  return INTERPRETERS.test(name);
}

/** Tells whether an option makes an interpreter run the code that it is given. */
export function isInlineCode(option: string): boolean {
  return INLINE_CODE.test(option);
}

/** Tells whether an interpreter gets its program from its arguments or from a pipe: `python -c`, `node -e`, `node`. */
function hasInlineCode(words: readonly ShellWord[]): boolean {
  if (!isInterpreter(programName(words[0]) ?? '')) return false;
  const file = words.findIndex(
    ({ value }, at) =>
      at > 0 && !value.startsWith('-') && value !== 'eval' && !INTERPRETER_VALUED.test(words[at - 1]?.value ?? ''),
  );
  return file === -1 || words.slice(1, file).some((word) => !word.is_static || isInlineCode(word.value));
}

/** Tells whether a program runs what its arguments say, so that no rule may hold for it as a prefix. */
export function isWrapper(words: readonly ShellWord[]): boolean {
  const name = programName(words[0]);
  return name === undefined || SHELLS.has(name) || Object.hasOwn(WRAPPERS, name) || unwrap(words).kind !== 'plain';
}

function unwrapShell(words: readonly ShellWord[]): Unwrapped {
  const at = words.findIndex(({ value }) => /^-[a-z]*c[a-z]*$/.test(value));
  const script = words[at + 1];
  if (at === -1 || script?.is_static !== true) return OPAQUE;
  return words.slice(0, at).every(({ value }) => value.startsWith('-'))
    ? { kind: 'script', script: script.value }
    : OPAQUE;
}

function unwrapOptions(
  words: readonly ShellWord[],
  { valued = '', operands = 0, has_assignments }: Wrapper,
): Unwrapped {
  const taking = valued.split(' ');
  let at = 0;
  for (; at < words.length; at += 1) {
    const word = words[at];
    if (word?.is_static !== true && !isAssignment(word)) return OPAQUE;
    if (/^(-S|--split-string|-i?S)/.test(word?.value ?? '')) return OPAQUE;
    if (taking.includes(word?.value ?? '')) at += 1;
    else if (!(word?.value.startsWith('-') || (has_assignments && isAssignment(word)))) break;
  }
  const rest = words.slice(at + operands);
  return rest.length === 0 ? PLAIN : { kind: 'words', words: rest };
}

function isAssignment(word: ShellWord | undefined): boolean {
  return word !== undefined && /^\w+=/.test(word.text);
}

/** It hands its words to a shell, joined. */
function unwrapWatch(words: readonly ShellWord[]): Unwrapped {
  const inner = unwrapOptions(words, { valued: '-n --interval' });
  if (inner.kind !== 'words') return inner;
  if (!inner.words.every((word) => word.is_static)) return OPAQUE;
  return { kind: 'script', script: inner.words.map(({ value }) => value).join(' ') };
}

/** Settings may name programs, and aliases anything. */
function isConfigured(words: readonly ShellWord[]): boolean {
  for (let at = 1; words[at]?.value.startsWith('-') === true; at += 1) {
    const option = words[at]?.value ?? '';
    if (/^(-c|--config-env|--exec-path=)/.test(option)) return true;
    if (GIT_VALUED.has(option)) at += 1;
  }
  return false;
}

function unwrapFind(words: readonly ShellWord[]): Unwrapped {
  const at = words.findIndex(({ value }) => /^-(exec|execdir|ok|okdir)$/.test(value));
  return at === -1 ? PLAIN : { kind: 'words', words: words.slice(at + 1) };
}
