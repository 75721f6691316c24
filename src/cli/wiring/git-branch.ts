import { dirname, join, resolve } from 'node:path';
import { readPlainText } from '../../plain-file.ts';

const LARGEST_BYTES = 64 * 1024;

/** Reads the checked-out branch of the folder's repository. git itself is never run: its settings can run programs. */
export function readGitBranch(cwd: string): string | undefined {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const head = readHead(join(folder, '.git'));
    if (head !== undefined) return branchName(head);
    if (dirname(folder) === folder) return undefined;
  }
}

function readHead(git: string): string | undefined {
  const head = readPlainText(join(git, 'HEAD'), LARGEST_BYTES);
  if (head !== undefined) return head;
  const [, directory] = /^gitdir: (.+)$/m.exec(readPlainText(git, LARGEST_BYTES) ?? '') ?? [];
  if (directory === undefined) return undefined;
  return readPlainText(join(resolve(dirname(git), directory), 'HEAD'), LARGEST_BYTES);
}

function branchName(head: string): string {
  return /^ref: refs\/heads\/(.+)$/m.exec(head)?.[1] ?? head.trim().slice(0, 8);
}
