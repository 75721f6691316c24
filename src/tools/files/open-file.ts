import { constants } from 'node:fs';
import { type FileHandle, open, readlink, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode, errorMessage } from '../../errors.ts';
import { formatBytes } from '../../format.ts';
import { ToolFailure } from '../tool.ts';

/** The largest file that is read or written, in bytes. */
export const MAX_FILE_BYTES = 10 * 1024 * 1024;

/** Absent on Windows, where opening follows links; the place of the opened file is checked everywhere. */
export const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
const NO_BLOCK = constants.O_NONBLOCK ?? 0;

/** A regular file as it was when it was opened. */
export interface OpenedFile {
  readonly bytes: Buffer;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly links: number;
}

/**
 * Reads the regular file at a resolved path. Never follows a link at its end, never waits on a pipe, and never reads a
 * file that lies elsewhere than the path says. Throws a {@link ToolFailure} whose message starts with `name`.
 */
export async function readRegularFile(resolved: string, name: string): Promise<OpenedFile> {
  const handle = await openChecked(resolved, name);
  try {
    const stat = await handle.stat();
    if (stat.isDirectory()) throw new ToolFailure(`${name} is a directory. Use list_files to see what is in it.`);
    if (!stat.isFile()) throw new ToolFailure(notRegular(name));
    if (stat.size > MAX_FILE_BYTES) throw new FileTooLarge(tooLarge(name, stat.size));
    await checkPlace(handle, resolved, name);
    const bytes = await readUpTo(handle, MAX_FILE_BYTES + 1);
    if (bytes.length > MAX_FILE_BYTES) throw new FileTooLarge(tooLarge(name, bytes.length));
    return { bytes, mode: stat.mode & 0o777, uid: stat.uid, gid: stat.gid, links: stat.nlink };
  } finally {
    await handle.close();
  }
}

/** A file over {@link MAX_FILE_BYTES}. */
export class FileTooLarge extends ToolFailure {}

function tooLarge(name: string, size: number): string {
  return `${name} has ${formatBytes(size)}; files over ${formatBytes(MAX_FILE_BYTES)} are not read whole. Use search_files, or run_command with head, tail or sed.`;
}

async function openChecked(resolved: string, name: string): Promise<FileHandle> {
  try {
    return await open(resolved, constants.O_RDONLY | NO_FOLLOW | NO_BLOCK);
  } catch (error) {
    throw new ToolFailure(explainOpenError(error, name));
  }
}

/** Says why what is neither a file nor a directory is not read: it could be waited for without end. */
export function notRegular(name: string): string {
  return `${name} is not a regular file (a device, pipe or socket).`;
}

/** Says why a file could not be opened, and what to do. */
export function explainOpenError(error: unknown, name: string): string {
  switch (errorCode(error)) {
    case 'ENOENT':
      return `${name} does not exist. Use list_files to see what is there.`;
    case 'ENOTDIR':
      return `${name} does not exist: a part of its path is a file.`;
    case 'EACCES':
    case 'EPERM':
      return `${name} cannot be opened: permission denied.`;
    case 'ELOOP':
      return `${name} became a symbolic link while it was being opened. Look at it again.`;
    case 'ENXIO':
      return notRegular(name);
    case 'EISDIR':
      return `${name} is a directory.`;
    case 'ENOSPC':
    case 'EDQUOT':
      return `${name} cannot be written: the disk is full.`;
    case 'EROFS':
      return `${name} cannot be written: the file system is read-only.`;
    case 'ENAMETOOLONG':
      return `${name} cannot be used: the name is too long.`;
    default:
      return `${name} cannot be used: ${errorMessage(error)}`;
  }
}

/** Throws when the open file is not the one at the path that was judged. */
export async function checkPlace(handle: FileHandle, resolved: string, name: string): Promise<void> {
  const place = await placeOf(handle, resolved);
  if (place !== resolved)
    throw new ToolFailure(`${name} moved to ${place} while it was being opened. Look at it again.`);
}

async function placeOf(handle: FileHandle, resolved: string): Promise<string> {
  try {
    return await readlink(`/proc/self/fd/${handle.fd}`);
  } catch {
    return realpath(resolved).catch(() => dirname(resolved));
  }
}

async function readUpTo(handle: FileHandle, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let total = 0; total < limit; ) {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(Math.min(256 * 1024, limit - total)));
    if (bytesRead === 0) break;
    chunks.push(buffer.subarray(0, bytesRead));
    total += bytesRead;
  }
  return Buffer.concat(chunks);
}
