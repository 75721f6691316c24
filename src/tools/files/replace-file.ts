import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorCode } from '../../errors.ts';
import { ToolFailure } from '../tool.ts';
import { checkPlace, explainOpenError, NO_FOLLOW, type OpenedFile } from './open-file.ts';

/** A change of one file that is ready to be written: the whole of it. */
export interface FileChange {
  /** Absolute, every link followed. */
  readonly resolved: string;
  /** How messages call it. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The file as it was read; absent when there was none. */
  readonly previous?: OpenedFile;
}

/** The folder of a file, held open so that it cannot be exchanged for another on the way. */
interface HeldFolder {
  readonly handle: FileHandle | undefined;
  /** A path to an entry that goes through the held folder where the system has such paths. */
  at(entry: string): string;
}

/**
 * Writes a file whole or not at all: beside it first, flushed, then renamed over it. Keeps the permission bits and the
 * owner, makes missing folders, and never follows a link. Throws a {@link ToolFailure}.
 */
export async function replaceFile(change: FileChange): Promise<void> {
  try {
    const folder = await holdFolder(dirname(change.resolved), change.name);
    try {
      await writeInto(folder, change);
    } finally {
      await folder.handle?.close();
    }
  } catch (error) {
    if (error instanceof ToolFailure) throw error;
    throw new ToolFailure(explainOpenError(error, change.name));
  }
}

/** Gives the digest by which a file is recognised as the one that was shown. */
export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function writeInto(folder: HeldFolder, { resolved, bytes, previous }: FileChange): Promise<void> {
  const leaf = basename(resolved);
  const draft = folder.at(`.agent-chat-${randomBytes(6).toString('hex')}.tmp`);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW;
  const handle = await open(draft, flags, previous === undefined ? 0o666 : 0o600);
  try {
    try {
      await handle.writeFile(bytes);
      if (previous !== undefined) await keepOwnerAndMode(handle, previous);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, folder.at(leaf));
  } catch (error) {
    await unlink(draft).catch(() => undefined);
    throw error;
  }
  // Some file systems cannot sync a folder.
  await folder.handle?.sync().catch(() => undefined);
}

async function keepOwnerAndMode(handle: FileHandle, previous: OpenedFile): Promise<void> {
  // Only root may give a file away.
  await handle.chown(previous.uid, previous.gid).catch(() => undefined);
  await handle.chmod(previous.mode);
}

async function holdFolder(path: string, name: string): Promise<HeldFolder> {
  const missing: string[] = [];
  let existing = path;
  while (!(await isFolder(existing)) && existing !== dirname(existing)) {
    missing.unshift(basename(existing));
    existing = dirname(existing);
  }
  let folder = await openFolder(existing, existing, name);
  for (const entry of missing) {
    existing = join(existing, entry);
    const inner = folder.at(entry);
    await mkdir(inner).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error;
    });
    const next = await openFolder(inner, existing, name);
    await folder.handle?.close();
    folder = next;
  }
  return folder;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

async function openFolder(path: string, resolved: string, name: string): Promise<HeldFolder> {
  if (process.platform === 'win32') return { handle: undefined, at: (entry) => join(resolved, entry) };
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | NO_FOLLOW);
  try {
    await checkPlace(handle, resolved, `The folder of ${name}`);
  } catch (error) {
    await handle.close();
    throw error;
  }
  const held = `/proc/self/fd/${handle.fd}`;
  const base = (await isFolder(held)) ? held : resolved;
  return { handle, at: (entry) => join(base, entry) };
}
