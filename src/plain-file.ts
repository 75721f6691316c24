import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';

/** Absent on Windows, which has neither. */
const QUIETLY = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/**
 * Reads a file that somebody else may have put there, links followed. Undefined for what is no regular file (a named
 * pipe and a terminal would be waited for without end), is missing, cannot be read, or has more than `limit_bytes`.
 */
export function readPlainFile(path: string, limit_bytes: number): Buffer | undefined {
  let descriptor: number | undefined;
  try {
    // Some devices do something when they are opened.
    if (!statSync(path).isFile()) return undefined;
    descriptor = openSync(path, QUIETLY);
    if (!fstatSync(descriptor).isFile()) return undefined;
    return readUpTo(descriptor, limit_bytes);
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Reads the text of such a file, as UTF-8. */
export function readPlainText(path: string, limit_bytes: number): string | undefined {
  return readPlainFile(path, limit_bytes)?.toString('utf8');
}

/** The size that the system tells is a guess: a file of /proc says 0, and others may grow. */
function readUpTo(descriptor: number, limit_bytes: number): Buffer | undefined {
  const room = Math.min(limit_bytes, Math.max(fstatSync(descriptor).size, 4096));
  const chunks: Buffer[] = [];
  for (let total = 0; ; ) {
    const chunk = Buffer.allocUnsafe(room + 1);
    const read = readSync(descriptor, chunk);
    if (read === 0) return Buffer.concat(chunks);
    total += read;
    if (total > limit_bytes) return undefined;
    chunks.push(chunk.subarray(0, read));
  }
}
