import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Reads the checked-out branch of the folder's repository as text; git itself is never run, its settings can run programs. */
export function readGitBranch(cwd: string): string | undefined {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const head = readHead(join(folder, '.git'));
    if (head !== undefined) return branchName(head);
    if (dirname(folder) === folder) return undefined;
  }
}

function readHead(git: string): string | undefined {
  try {
    if (statSync(git).isDirectory()) return readFileSync(join(git, 'HEAD'), 'utf8');
    const [, directory] = /^gitdir: (.+)$/m.exec(readFileSync(git, 'utf8')) ?? [];
    return directory === undefined ? undefined : readFileSync(join(resolve(dirname(git), directory), 'HEAD'), 'utf8');
  } catch {
    return undefined;
  }
}

function branchName(head: string): string {
  return /^ref: refs\/heads\/(.+)$/m.exec(head)?.[1] ?? head.trim().slice(0, 8);
}
