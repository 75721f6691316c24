import { ownEntry } from '../../own-entry.ts';
import type { CommandLayer } from './layers.ts';
import type { ShellScript } from './shell-script.ts';
import { wordSet } from './word-set.ts';
import { isWrapper, programName } from './wrappers.ts';

/** Programs whose first word after the name says what they do. */
const WITH_SUBCOMMANDS = wordSet(
  'git npm pnpm yarn bun cargo go make just task deno pip pip3 uv poetry mvn gradle dotnet swift rake bundle composer hg svn cmake terraform',
);
const WITH_SCRIPTS = wordSet('run run-script exec task');
/** Never allowed for good: what they do depends on the rest of their words too much. */
const EACH_TIME = wordSet(
  'rm rmdir mv cp dd chmod chown chgrp kill pkill killall ln curl wget ssh scp rsync nc mkfs shutdown reboot tee install shred truncate find sort rg fd tree sed awk tar unzip git-filter-branch',
);
const EACH_TIME_SUBCOMMANDS: Readonly<Record<string, ReadonlySet<string>>> = {
  git: wordSet(
    'push reset clean config bisect difftool mergetool worktree apply am filter-branch gc rebase checkout restore clone submodule',
  ),
  npm: wordSet('publish config exec x login token'),
  pnpm: wordSet('publish exec dlx config'),
  yarn: wordSet('publish exec dlx config'),
  bun: wordSet('x publish'),
  uv: wordSet('run tool publish'),
  cargo: wordSet('publish login install'),
};

/**
 * Says which words "always" would cover for a line, undefined when it cannot be offered: a wrapper, a redirect, an
 * expansion, more than one command, or a program that must be looked at each time.
 */
export function alwaysWords(script: ShellScript, layers: readonly CommandLayer[]): readonly string[] | undefined {
  const [only] = layers;
  if (script.doubts.length > 0 || only === undefined || layers.length !== 1) return undefined;
  const { words } = only;
  if (!words.every((word) => word.is_static) || isWrapper(words)) return undefined;
  const [program = '', first = '', second = ''] = words.map((word) => word.value);
  const name = programName(words[0]) ?? '';
  const refused = ownEntry(EACH_TIME_SUBCOMMANDS, name);
  if (EACH_TIME.has(name) || refused?.has(first) === true) return undefined;
  if (words.length === 1) return [program];
  if (first.startsWith('-')) return words.map((word) => word.value);
  if (!WITH_SUBCOMMANDS.has(name)) return [program, first];
  if (!WITH_SCRIPTS.has(first)) return [program, first];
  return second === '' || second.startsWith('-') ? undefined : [program, first, second];
}

/** Writes the words as a person would type them. */
export function quoteWords(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}
