import { randomUUID } from 'node:crypto';
import { appendFileSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../make-folder.ts';

const RECORD = /^stand-ins-(\d+)-/;

/** The empty folders that stand in a workspace for what is absent, as long as a command runs. */
export interface StandIns {
  /** Whether a path is one; from then on it stays at least until {@link removeAll}, whoever made it. */
  has(path: string): boolean;
  /** Makes one where there is none yet. If it cannot be made or written down, nothing is said: then the sandbox makes it itself. */
  make(path: string): void;
  /** Removes all of them, but for those that another running process needs. Never removes what holds something. */
  removeAll(): void;
}

/** Writes down in an absolute folder of our own, made on first use, which folders are stand-ins; all processes do. */
export function createStandIns(folder: string): StandIns {
  const record = `stand-ins-${process.pid}-${randomUUID()}`;
  const paths = new Set<string>();
  const need = (path: string): void => {
    paths.add(path);
    try {
      makeFolder(folder);
      appendFileSync(join(folder, record), `${JSON.stringify([path, identity(path)])}\n`, { mode: 0o600 });
    } catch {
      // Unrecorded it is only not removed after a kill -9.
    }
  };
  return {
    has: (path) => {
      if (paths.has(path)) return true;
      if (identity(path) === undefined || !isOfOthers(path, folder)) return false;
      need(path);
      return true;
    },
    make: (path) => {
      if (paths.has(path)) return;
      try {
        mkdirSync(path);
      } catch {
        // The sandbox says why.
      }
      need(path);
    },
    removeAll: () => {
      const gone = [...paths];
      paths.clear();
      // Forgotten first: of two processes that end at once, the later one then sees that nobody needs them.
      rmSync(join(folder, record), { force: true });
      for (const path of gone) if (!isOfOthers(path, folder)) removeEmpty(path);
    },
  };
}

/** Removes the stand-ins of processes that were killed: the very folders that were made, if still empty and not needed. */
export function sweepStandIns(folder: string): void {
  for (const name of recordsIn(folder)) {
    if (isAlive(name)) continue;
    const left = entriesOf(join(folder, name));
    rmSync(join(folder, name), { force: true });
    for (const [path, made] of left) if (identity(path) === made && !isOfOthers(path, folder)) removeEmpty(path);
  }
}

/** A folder that cannot be removed holds something, or has gone: then it is no stand-in. */
function removeEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // Not to be touched.
  }
}

function isOfOthers(path: string, folder: string): boolean {
  const found = identity(path);
  return recordsIn(folder)
    .filter(isAlive)
    .flatMap((name) => entriesOf(join(folder, name)))
    .some(([known, made]) => known === path && made === found);
}

/** Tells the same folder from one that was made anew at its path; undefined where there is none. */
function identity(path: string): string | undefined {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return found?.isDirectory() === true ? `${found.dev}:${found.ino}:${found.birthtimeNs}` : undefined;
}

function recordsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => RECORD.test(name));
  } catch {
    return [];
  }
}

/** Reads a record; a torn line is left out. */
function entriesOf(record: string): readonly (readonly [string, string])[] {
  try {
    const lines = readFileSync(record, 'utf8').split('\n');
    return lines.flatMap((line) => (line.endsWith(']') ? [JSON.parse(line) as [string, string]] : []));
  } catch {
    return [];
  }
}

function isAlive(record: string): boolean {
  try {
    process.kill(Number(RECORD.exec(record)?.[1]), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
