import { hasGadget } from './gadget-options.ts';
import { READING_PROGRAMS } from './program-grammar.ts';
import type { ShellWord } from './shell-script.ts';
import { wordSet } from './word-set.ts';
import { programName } from './wrappers.ts';

/** Programs whose operands are names, messages, targets or files to them, never a command. */
const KNOWN = new Set([
  ...Object.keys(READING_PROGRAMS),
  ...wordSet(
    'git npm pnpm yarn bun cargo go make just pip pip3 uv poetry gem bundle composer dotnet mvn gradle apt apt-get brew dnf ' +
      'yum pacman apk cp mv mkdir touch rm rmdir unlink ln chmod chown chgrp install test [ cd pushd popd export unset declare ' +
      'typeset local readonly read set shift return exit wait sleep kill pkill killall pgrep ps type which whereis man help ' +
      'history sort tee dd truncate tar zip unzip gzip gunzip curl wget gh glab tsc pytest jest vitest eslint prettier biome mypy ruff ' +
      'rustc gcc g++ clang javac sed find fd',
  ),
]);
/** Subcommands that run the rest. */
const RUN = /^(exec|x|dlx|run|foreach|shell|tool)$/;

/** Tells whether a program may run some of its words as a command. */
export function mayRunWords(words: readonly ShellWord[]): boolean {
  const name = programName(words[0]);
  if (name === undefined || !KNOWN.has(name)) return true;
  const subcommand = words.find(({ value }, at) => at > 0 && !value.startsWith('-'))?.value ?? '';
  const values = words.map(({ value, text }) => value || text);
  return RUN.test(subcommand) || hasGadget(name, values, 1);
}
