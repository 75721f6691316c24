import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../../errors.ts';
import { NO_FOLLOW } from '../files/open-file.ts';

const MAX_SPILL_BYTES = 64 * 1024 * 1024;

/** A file that takes what is too long for the model. Its failures end it; they never end the tool. */
export interface SpillFile {
  readonly path: string;
  /** Why the file does not hold everything; undefined as long as it does. */
  problem(): string | undefined;
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Makes a new file, readable by its owner only, in a folder that only its owner can enter. */
export async function openSpillFile(folder: string, label: string): Promise<SpillFile> {
  const name = `${label.replace(/[^\w-]/g, '').slice(0, 40)}-${randomBytes(6).toString('hex')}.txt`;
  const path = join(folder, name);
  let problem: string | undefined;
  let handle: FileHandle | undefined;
  let room = MAX_SPILL_BYTES;
  const guarded = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      problem ??= errorCode(error) ?? String(error);
    }
  };
  await guarded(async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
    handle = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW, 0o600);
  });
  return {
    path,
    problem: () => problem,
    write: (bytes) =>
      guarded(async () => {
        if (problem !== undefined || handle === undefined) return;
        await handle.writeFile(bytes.subarray(0, room));
        room -= bytes.length;
        if (room < 0) problem = `only the first ${MAX_SPILL_BYTES / 1024 / 1024} MB were kept`;
      }),
    close: () => guarded(async () => handle?.close()),
  };
}
