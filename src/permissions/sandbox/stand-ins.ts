import { randomUUID } from 'node:crypto';
import {
  appendFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../errors.ts';
import { makeFolder } from '../../make-folder.ts';
import { readPlainText } from '../../plain-file.ts';

const RECORD = /^stand-ins-(\d+)-/;

/**
 * The empty folders, and files with a text that changes nothing, that stand in a workspace for what is absent, as long
 * as a command runs.
 */
export interface StandIns {
  /** Whether a path is one; from then on it stays at least until {@link removeAll}, whoever made it. */
  has(path: string): boolean;
  /**
   * Makes one, a file if it is given a text, where there is none yet. If it cannot be made or written down, nothing is
   * said: then the sandbox makes it itself.
   */
  make(path: string, text?: string): void;
  /** Removes all of them, but for those that another running process needs. Never removes what holds something. */
  removeAll(): void;
}

/** Writes down in an absolute folder of our own, made on first use, which folders are stand-ins; all processes do. */
export function createStandIns(folder: string): StandIns {
  const record = `stand-ins-${process.pid}-${randomUUID()}`;
  const paths = new Map<string, string | undefined>();
  const need = (path: string, text: string | undefined): void => {
    paths.set(path, text);
    try {
      makeFolder(folder);
      appendFileSync(join(folder, record), `${JSON.stringify([path, identity(path), text])}\n`, { mode: 0o600 });
    } catch {
      // Unrecorded it is only not removed after a kill -9.
    }
  };
  return {
    has: (path) => {
      if (paths.has(path)) return true;
      const other = identity(path) === undefined ? undefined : findOfOthers(path, folder);
      if (other === undefined) return false;
      need(path, other[2] ?? undefined);
      return true;
    },
    make: (path, text) => {
      if (paths.has(path)) return;
      try {
        if (text === undefined) mkdirSync(path);
        else writeFileSync(path, text, { flag: 'wx' });
      } catch {
        // The sandbox says why.
      }
      need(path, text);
    },
    removeAll: () => {
      const gone = [...paths];
      paths.clear();
      // Forgotten first: of two processes that end at once, the later one then sees that nobody needs them.
      rmSync(join(folder, record), { force: true });
      for (const [path, text] of gone) if (findOfOthers(path, folder) === undefined) remove(path, text);
    },
  };
}

/** Removes the stand-ins of processes that were killed: the very folders that were made, if still empty and not needed. */
export function sweepStandIns(folder: string): void {
  for (const name of recordsIn(folder)) {
    if (isAlive(name)) continue;
    const left = entriesOf(join(folder, name));
    rmSync(join(folder, name), { force: true });
    for (const [path, made, text] of left) {
      if (identity(path) === made && findOfOthers(path, folder) === undefined) remove(path, text ?? undefined);
    }
  }
}

/**
 * A folder that cannot be removed holds something, or has gone, and a file may say something else: then it is no
 * stand-in.
 */
function remove(path: string, text: string | undefined): void {
  try {
    if (text === undefined) rmdirSync(path);
    else if ([text, ''].includes(readPlainText(path, 16) ?? '-')) rmSync(path);
  } catch {
    // Not to be touched.
  }
}

/** Finds the stand-in at a path that another running process needs. */
function findOfOthers(path: string, folder: string): Recorded | undefined {
  const found = identity(path);
  return recordsIn(folder)
    .filter(isAlive)
    .flatMap((name) => entriesOf(join(folder, name)))
    .find(([known, made]) => known === path && made === found);
}

/** The path, the {@link identity} and, of a file, the text. */
type Recorded = readonly [string, string, (string | null)?];

/** Tells the same folder or file from one that was made anew at its path; undefined where there is none. */
function identity(path: string): string | undefined {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  const isKind = found?.isDirectory() === true || found?.isFile() === true;
  return isKind ? `${found.dev}:${found.ino}:${found.birthtimeNs}` : undefined;
}

function recordsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => RECORD.test(name));
  } catch {
    return [];
  }
}

/** Reads a record; a torn line is left out. */
function entriesOf(record: string): readonly Recorded[] {
  try {
    const lines = readFileSync(record, 'utf8').split('\n');
    return lines.flatMap((line) => (line.endsWith(']') ? [JSON.parse(line) as Recorded] : []));
  } catch {
    return [];
  }
}

function isAlive(record: string): boolean {
  try {
    process.kill(Number(RECORD.exec(record)?.[1]), 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}
