import { ownEntry } from '../../own-entry.ts';
import { runsByBuiltin } from './builtin-code.ts';
import { isPlainSed } from './sed-script.ts';
import type { ShellWord } from './shell-script.ts';

/** What a command that runs another command runs. */
export type Unwrapped =
  /** It runs nothing else. */
  | { readonly kind: 'plain' }
  /** It runs these commands, or one of them where its options leave a doubt. */
  | { readonly kind: 'words'; readonly commands: readonly (readonly ShellWord[])[] }
  /** It runs this text through a shell. */
  | { readonly kind: 'script'; readonly script: string }
  /** It runs something that cannot be known. */
  | { readonly kind: 'opaque' };

const PLAIN: Unwrapped = { kind: 'plain' };
const OPAQUE: Unwrapped = { kind: 'opaque' };

interface Wrapper {
  /** Options that take the next word as their value. */
  readonly valued?: string;
  /** Options that take none. The word behind any other may be its value, or what is run. */
  readonly flags?: RegExp;
  /** Words between the options and the command: the seconds of `timeout`. */
  readonly operands?: number;
  /** So many more may be there. */
  readonly optional_operands?: number;
  readonly has_assignments?: true;
}

const ARCHITECTURE: Wrapper = { flags: /^-[BFILRSTXZv3]+$/ };
const LOADER: Wrapper = { valued: '--library-path --preload --audit --argv0 --inhibit-rpath' };
const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  env: {
    valued: '-u -C -a --unset --chdir --argv0',
    flags: /^(-[i0v]*|--ignore-environment|--null|--debug)$/,
    has_assignments: true,
  },
  sudo: {
    valued: '-u -g -h -p -C -T -r -t -U -D -R --user --group --host --prompt --chdir --chroot',
    flags: /^(-[nEHAbikKPsvl]+|--(non-interactive|preserve-env|set-home|login|shell|background))$/,
    has_assignments: true,
  },
  doas: { valued: '-u -C', flags: /^-[nsL]+$/ },
  time: { valued: '-f -o --format --output', flags: /^(-[pvaq]+|--(portability|verbose|append|quiet))$/ },
  nice: { valued: '-n --adjustment', flags: /^--?\d+$/ },
  ionice: { valued: '-c -n -p --class --classdata --pid', flags: /^-t$/ },
  nohup: {},
  setsid: { flags: /^-[cfw]+$/ },
  timeout: {
    valued: '-s -k --signal --kill-after',
    flags: /^(-v|--(foreground|preserve-status|verbose))$/,
    operands: 1,
  },
  stdbuf: { valued: '-i -o -e --input --output --error' },
  command: { flags: /^-[pvV]+$/ },
  builtin: {},
  exec: { valued: '-a', flags: /^-[cl]+$/ },
  xargs: {
    valued: '-I -n -P -L -d -E -s -a -J -R --max-args --max-procs --max-lines --max-chars --arg-file --delimiter',
    flags: /^(-[0rtpxo]+|--(null|no-run-if-empty|verbose|interactive|exit|replace))$/,
  },
  busybox: {},
  toybox: {},
  chroot: { operands: 1 },
  unshare: { flags: /^-[muinpUCTfrc]+$/ },
  setarch: { ...ARCHITECTURE, optional_operands: 1 },
  ...{ linux32: ARCHITECTURE, linux64: ARCHITECTURE, i386: ARCHITECTURE, x86_64: ARCHITECTURE, uname26: ARCHITECTURE },
  taskset: { flags: /^(-[acp]+|--all-tasks|--cpu-list|--pid)$/, operands: 1 },
  chrt: { valued: '-T -P -D', flags: /^-[abdfiorRmpv]+$/, operands: 1 },
  setpriv: {},
  prlimit: {},
  numactl: {},
  choom: { valued: '-n --adjust' },
  eatmydata: {},
  nsenter: {},
  runuser: { valued: '-u -g -G --user --group' },
  pkexec: { valued: '--user' },
};
/** The program that loads others: `/lib64/ld-linux-x86-64.so.2 /bin/ls`. */
const LOADERS = /^ld(-[\w-]+)?\.so(\.\d+)*$|^ld-musl-[\w-]+\.so/;
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
  const wrapper = wrapperOf(name);
  if (wrapper !== undefined) return unwrapOptions(words.slice(1), wrapper);
  if (name === 'find') return unwrapFind(words);
  if (name === 'sed') return isPlainSed(words) ? PLAIN : OPAQUE;
  if (name === 'watch') return unwrapWatch(words.slice(1));
  if (name === 'git' && isConfigured(words)) return OPAQUE;
  if (runsByBuiltin(name, words)) return OPAQUE;
  return OPAQUE_PROGRAMS.test(name) || hasInlineCode(words) ? OPAQUE : PLAIN;
}

function wrapperOf(name: string): Wrapper | undefined {
  if (LOADERS.test(name)) return LOADER;
  return ownEntry(WRAPPERS, name);
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
  return name === undefined || SHELLS.has(name) || wrapperOf(name) !== undefined || unwrap(words).kind !== 'plain';
}

function unwrapShell(words: readonly ShellWord[]): Unwrapped {
  const at = words.findIndex(({ value }) => /^-[a-z]*c[a-z]*$/.test(value));
  const script = words[at + 1];
  if (at === -1 || script?.is_static !== true) return OPAQUE;
  return words.slice(0, at).every(({ value }) => value.startsWith('-'))
    ? { kind: 'script', script: script.value }
    : OPAQUE;
}

function unwrapOptions(words: readonly ShellWord[], wrapper: Wrapper): Unwrapped {
  const { operands = 0, optional_operands = 0 } = wrapper;
  const read = readOptions(words, wrapper);
  if (read === undefined) return OPAQUE;
  const more = read.isDoubtful ? unwrapOptions(words.slice(read.at + 1), wrapper) : PLAIN;
  if (more.kind === 'opaque') return OPAQUE;
  const starts = Array.from({ length: optional_operands + 1 }, (_, extra) => words.slice(read.at + operands + extra));
  const commands = [...starts, ...(more.kind === 'words' ? more.commands : [])].filter(({ length }) => length > 0);
  return commands.length === 0 ? PLAIN : { kind: 'words', commands };
}

/** Finds the first word that is no option; undefined when one of them is not known before it runs. */
function readOptions(
  words: readonly ShellWord[],
  wrapper: Wrapper,
): { readonly at: number; readonly isDoubtful: boolean } | undefined {
  let isDoubtful = false;
  let at = 0;
  for (; at < words.length; at += 1) {
    const word = words[at];
    if (word?.is_static !== true && !isAssignment(word)) return undefined;
    const { value } = word ?? { value: '' };
    if (/^(-S|--split-string|-i?S)/.test(value)) return undefined;
    const isSetting = wrapper.has_assignments === true && isAssignment(word);
    if (!value.startsWith('-') && !isSetting) break;
    const kind = isSetting ? 'flag' : kindOfOption(value, wrapper);
    if (kind === 'valued') at += 1;
    isDoubtful = kind === 'doubtful';
  }
  return { at, isDoubtful };
}

function kindOfOption(value: string, { valued = '', flags }: Wrapper): 'valued' | 'flag' | 'doubtful' {
  const taking = valued.split(' ');
  if (taking.includes(value)) return 'valued';
  const isGlued = taking.some((option) => option.length === 2 && value.startsWith(option));
  return isGlued || value === '--' || value.includes('=') || flags?.test(value) === true ? 'flag' : 'doubtful';
}

function isAssignment(word: ShellWord | undefined): boolean {
  return word !== undefined && /^\w+=/.test(word.text);
}

const WATCH_FLAGS = /^(-[dtbegcpvCrwx]+|--(differences|no-title|beep|errexit|chgexit|color|precise|exec))$/;

/** It hands its words to a shell, joined. */
function unwrapWatch(words: readonly ShellWord[]): Unwrapped {
  const inner = unwrapOptions(words, { valued: '-n --interval', flags: WATCH_FLAGS });
  if (inner.kind !== 'words') return inner;
  const [run, doubtful] = inner.commands;
  if (run === undefined || doubtful !== undefined || !run.every((word) => word.is_static)) return OPAQUE;
  return { kind: 'script', script: run.map(({ value }) => value).join(' ') };
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

/** Each of its `-exec` runs what stands before the next `;` or `+`. */
function unwrapFind(words: readonly ShellWord[]): Unwrapped {
  const commands = words.flatMap(({ value }, at) => {
    if (!/^-(exec|execdir|ok|okdir)$/.test(value)) return [];
    const rest = words.slice(at + 1);
    const end = rest.findIndex(
      (word, index) => word.value === ';' || (word.value === '+' && rest[index - 1]?.value === '{}'),
    );
    return [end === -1 ? rest : rest.slice(0, end)];
  });
  return commands.length === 0 ? PLAIN : { kind: 'words', commands };
}
