import { ownEntry } from '../../own-entry.ts';

/** Which options make a program run, load or write what its arguments name. */
interface Gadgets {
  /** Long ones. An abbreviation counts, as many programs take one. */
  readonly long?: string;
  /** One-letter options, also in the middle of others: `-sf` is `-s -f`. */
  readonly letters?: string;
  /** Words of another form. */
  readonly other?: RegExp;
}

const ANY_PROGRAM = list(
  'exec exec-batch eval command shell script-shell shell-arg require import loader experimental-loader pre hostname-bin node-options ' +
    'userconfig globalconfig compress-program use-compress-program to-command checkpoint-action rsh init-command ' +
    'upload-pack receive-pack extcmd open-files-in-pager output ext-diff textconv template toolexec vettool overlay',
);
const PROGRAMS: Readonly<Record<string, Gadgets>> = {
  git: { long: 'no-index config-env exec-path sendmail-cmd to-cmd cc-cmd', other: /^-[xO]/ },
  make: { long: 'file makefile directory include-dir', letters: 'fCEI', other: /^\w+[?:+!]*=/ },
  just: { long: 'justfile working-directory set dotenv-path', letters: 'cfd' },
  cargo: { long: 'config manifest-path', letters: 'ZC' },
  npm: { long: 'prefix', letters: 'cC' },
  pnpm: { long: 'prefix dir', letters: 'cC' },
  yarn: { long: 'cwd' },
  go: { other: /^--?(exec|toolexec|vettool|overlay|modfile|C|o)(=|$)/ },
  find: { other: /^-(exec|ok|delete|fprint|fls)/ },
  fd: { letters: 'xX' },
  sort: { letters: 'oT' },
  shuf: { letters: 'o' },
  tree: { letters: 'o' },
  tar: { long: 'rsh-command rmt-command info-script new-volume-script', letters: 'IF' },
  split: { long: 'filter' },
  zip: { long: 'unzip-command', letters: 'T' },
  curl: { long: 'config dump-header cookie-jar remote-name trace stderr', letters: 'oOKDc' },
  wget: { long: 'config append-output directory-prefix use-askpass', letters: 'oOaeP' },
  rsync: { long: 'log-file', letters: 'e' },
  man: { long: 'pager html browser', letters: 'PH' },
  mocha: { letters: 'r' },
  pytest: { letters: 'pc' },
};
/** The same for the words behind one of git's subcommands. */
const OF_GIT: Readonly<Record<string, string>> = {
  clone: 'uc',
  grep: 'O',
  rebase: 'x',
  archive: 'o',
  'format-patch': 'o',
  difftool: 'x',
};
/** Subcommands of git that run what stands behind them, or change what it runs. */
const RUNNING = new Set(
  list(
    'config filter-branch difftool mergetool instaweb daemon for-each-repo send-email maintenance hook remote-ext credential',
  ),
);

/** Subcommands of package managers that run the program or the package behind them. */
const PACKAGE_RUNNERS = /^(exec|x|dlx|explore|create|init)$/;

/**
 * Tells whether the words behind the first `from` make a program run, load or write what they name, so that a rule
 * of that many words which allows the program does not cover them.
 */
export function hasGadget(program: string, words: readonly string[], from: number): boolean {
  const { long = '', letters = '', other } = gadgetsOf(program);
  const names = [...ANY_PROGRAM, ...list(long)];
  const isBundled = (word: string, of: string): boolean =>
    /^-[^-]/.test(word) && [...of].some((letter) => word.includes(letter));
  const given = words.slice(from);
  // The first word of `tar` may be letters without a dash.
  if (program === 'tar' && from === 1 && isBundled(`-${words[1] ?? ''}`, letters)) return true;
  if (program === 'git' && runsByGit(words, from)) return true;
  if (/^(npm|pnpm|yarn|bun)$/.test(program) && runsPackage(words, from)) return true;
  return given.some((word) => {
    const name = /^--([\w-]+)/.exec(word)?.[1];
    if (name !== undefined && names.some((gadget) => gadget.startsWith(name))) return true;
    return isBundled(word, letters) || other?.test(word) === true;
  });
}

function runsPackage(words: readonly string[], from: number): boolean {
  const at = words.findIndex((word, index) => index > 0 && !word.startsWith('-'));
  return at >= from && PACKAGE_RUNNERS.test(words[at] ?? '');
}

function runsByGit(words: readonly string[], from: number): boolean {
  const at = words.findIndex((word, index) => index > 0 && !word.startsWith('-'));
  const subcommand = words[at] ?? '';
  const given = words.slice(Math.max(from, at + 1));
  if (at >= from && RUNNING.has(subcommand)) return true;
  if (subcommand === 'bisect' && given.includes('run')) return true;
  if (subcommand === 'submodule' && given.includes('foreach')) return true;
  const letters = ownEntry(OF_GIT, subcommand) ?? '';
  return given.some((word) => /^-[^-]/.test(word) && [...letters].some((letter) => word.includes(letter)));
}

function gadgetsOf(program: string): Gadgets {
  return ownEntry(PROGRAMS, program) ?? {};
}

function list(names: string): readonly string[] {
  return names === '' ? [] : names.split(' ');
}
