import { lstat } from 'node:fs/promises';
import { errorCode } from '../../errors.ts';
import { MASK, type SecretMask } from '../../mask-secrets.ts';
import { isInside } from '../resolve-path.ts';
import { ToolFailure } from '../tool.ts';
import { type OpenedFile, readRegularFile } from './open-file.ts';
import { digestOf, type FileChange } from './replace-file.ts';

const ABSENT = 'absent';

/** Reads the file that a change would replace; undefined when there is none. */
export async function previousFile(resolved: string, name: string): Promise<OpenedFile | undefined> {
  try {
    await lstat(resolved);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return undefined;
    if (code === 'ENOTDIR') throw new ToolFailure(`${name} cannot be made: a part of its path is a file.`);
    throw new ToolFailure(`${name} cannot be used: ${code ?? String(error)}.`);
  }
  return readRegularFile(resolved, name);
}

/** Recognises the file that a change would replace. */
export function digestOfPrevious({ previous }: FileChange): string {
  return previous === undefined ? ABSENT : digestOf(previous.bytes);
}

/** Throws when the file is no longer the one that the approval showed. */
export function checkUnchanged(change: FileChange, shown: string | undefined): void {
  if (shown === undefined || shown === digestOfPrevious(change)) return;
  throw new ToolFailure(
    `${change.name} was changed after the edit was shown for approval. Read it again, then repeat the edit.`,
  );
}

/** Throws when a change would put what stands for a secret in the place of the secret itself. */
export function refuseMasked(
  name: string,
  { before, after }: { readonly before: string; readonly after: string },
  secrets: SecretMask | undefined,
): void {
  const count = (text: string): number => text.split(MASK).length;
  if (secrets === undefined || secrets.mask(before) === before || count(after) <= count(before)) return;
  throw new ToolFailure(
    `${name} holds a key that is shown as ${MASK}; writing that would lose it. Use edit_file and leave that line as it is.`,
  );
}

/** Throws when the file has other names that may lie outside the working directory. */
export function refuseSharedFile({ previous, resolved, name }: FileChange, cwd: string): void {
  if (previous === undefined || previous.links < 2 || isInside(resolved, cwd)) return;
  throw new ToolFailure(
    `${name} has ${previous.links} hard links and lies outside the working directory; it is not written.`,
  );
}
