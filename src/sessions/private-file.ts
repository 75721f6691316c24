import { chmodSync, constants, fchmodSync, fstatSync, openSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode, errorLine } from '../errors.ts';
import { makeFolder } from '../make-folder.ts';

const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;

/**
 * Makes a directory that only its owner can enter. Throws when it cannot be made, is no directory, or belongs to
 * somebody else.
 */
export function ensurePrivateDirectory(directory: string): void {
  makeFolder(directory);
  const stats = statSync(directory);
  const uid = process.getuid?.();
  if (uid !== undefined && stats.uid !== uid && uid !== 0) {
    throw new Error(`${directory} belongs to another user; use another state directory`);
  }
  if (process.platform === 'win32' || (stats.mode & 0o777) === DIRECTORY_MODE) return;
  chmodSync(directory, DIRECTORY_MODE);
}

/** Opens a file that only its owner can read, never through a symbolic link. Gives the descriptor. */
export function openPrivate(path: string, flags: number): number {
  // Windows has no O_NOFOLLOW.
  const descriptor = openSync(path, flags | (constants.O_NOFOLLOW ?? 0), FILE_MODE);
  // A device or a pipe keeps its own mode.
  if (process.platform !== 'win32' && fstatSync(descriptor).isFile()) fchmodSync(descriptor, FILE_MODE);
  return descriptor;
}

/** Replaces a file in one step: another reader sees the old text or the new one, never a part. */
export async function replacePrivateFile(path: string, text: string): Promise<void> {
  makeFolder(dirname(path));
  const temporary = join(dirname(path), `.${process.pid}-${Date.now().toString(36)}.tmp`);
  try {
    const file = await open(temporary, 'wx', FILE_MODE);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Says an error of the file system as a person reads it: the cause without the call and its flags. */
export function fileProblem(error: unknown): string {
  return CAUSES[errorCode(error) ?? ''] ?? errorLine(error);
}

const CAUSES: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file has reached its size limit',
  EIO: 'the disk reports an error',
  EROFS: 'the file system is read-only',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  ENOTDIR: 'a part of the path is not a directory',
  ELOOP: 'the file is a symbolic link',
  EMFILE: 'too many files are open',
  ENOENT: 'the directory does not exist',
  EEXIST: 'the file exists already',
};
