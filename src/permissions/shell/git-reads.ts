import type { ShellScript } from './shell-script.ts';

const SUBCOMMANDS = new Set(['status', 'diff', 'log', 'show']);
/** Options that write, run programs of the repository's choice, or leave the repository. */
const REFUSED = /^(--output|--ext-diff|--textconv|--no-index|--open-files-in-pager|-O|--paginate|-c$|-C$)/;

/**
 * Tells whether a line is one of git's reading commands. Even those run programs that a repository names, so they are
 * for a sandbox in which nothing can be written.
 */
export function isGitReading({ commands, doubts }: ShellScript): boolean {
  const [only] = commands;
  if (only === undefined || commands.length !== 1 || doubts.length > 0) return false;
  const [program, subcommand, ...rest] = only.words.map((word) => word.value);
  if (!only.words.every((word) => word.is_static) || program !== 'git' || !SUBCOMMANDS.has(subcommand ?? ''))
    return false;
  return rest.every((word) => !REFUSED.test(word) && !/^[/~]/.test(word) && !word.split('/').includes('..'));
}
