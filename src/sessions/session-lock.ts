import { randomUUID } from 'node:crypto';
import { closeSync, constants, linkSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { errorCode } from '../errors.ts';
import { parseJson } from '../parse-json.ts';
import { readProcessStat } from '../process-stat.ts';
import { openPrivate } from './private-file.ts';

/** Who holds a session open. */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** When the process started, in the kernel's own count; empty where it cannot be known. */
  readonly started: string;
  /** Changes with every start of the machine; empty where it cannot be known. */
  readonly boot: string;
}

/** Names a holder in a sentence. */
export function nameHolder({ pid, host }: LockHolder): string {
  return `process ${pid}${host === '' ? '' : ` on ${host}`}`;
}

export interface SessionLock {
  release(): void;
}

/**
 * Takes the lock of a session, or says who holds it. A lock whose process is gone is taken over. Throws when the lock
 * file cannot be written at all.
 */
export function takeSessionLock(path: string): SessionLock | { readonly holder: LockHolder } {
  const own = JSON.stringify(ownHolder());
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (create(path, own)) return { release: () => release(path, own) };
    const found = read(path);
    if (found === undefined) continue;
    const holder = parse(found);
    if (holder !== undefined && isAlive(holder)) return { holder };
    removeStale(path, found);
  }
  return { holder: parse(read(path) ?? '') ?? { pid: 0, host: '', started: '', boot: '' } };
}

/** Makes the lock with its text in one step, so that nobody finds it empty and takes it for stale. */
function create(path: string, text: string): boolean {
  const whole = `${path}.${randomUUID()}`;
  try {
    write(whole, text);
    linkSync(whole, path);
    return true;
  } catch (error) {
    const code = errorCode(error) ?? '';
    if (code === 'EEXIST') return false;
    if (!NO_LINKS.has(code)) throw error;
    return createInSteps(path, text);
  } finally {
    rmSync(whole, { force: true });
  }
}

/** What file systems say that have no second names: FAT, some of those over a network. */
const NO_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

function createInSteps(path: string, text: string): boolean {
  try {
    write(path, text);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function write(path: string, text: string): void {
  const descriptor = openPrivate(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL);
  try {
    writeSync(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function parse(text: string): LockHolder | undefined {
  const { pid, host = '', started = '', boot = '' } = (parseJson(text) ?? {}) as Partial<LockHolder>;
  return typeof pid === 'number' ? { pid, host, started, boot } : undefined;
}

function isAlive(holder: LockHolder): boolean {
  // A process of another machine or container cannot be looked at.
  if (holder.host !== hostname()) return true;
  if (holder.boot !== bootId()) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (errorCode(error) !== 'EPERM') return false;
  }
  return startTime(holder.pid) === holder.started;
}

/** Moves the lock away first: of several that found it stale, one gets it, and a fresh one goes back. */
function removeStale(path: string, stale: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    if (read(aside) === stale) rmSync(aside, { force: true });
    else renameSync(aside, path);
  } catch {
    // Somebody else was faster.
  }
}

function release(path: string, own: string): void {
  if (read(path) === own) rmSync(path, { force: true });
}

function ownHolder(): LockHolder {
  return { pid: process.pid, host: hostname(), started: startTime(process.pid) ?? '', boot: bootId() };
}

function bootId(): string {
  return read('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
}

/**
 * Says when a process started; empty where that cannot be known. Nothing for one that is dead but was not taken notice of
 * by its parent: it still has its number.
 */
function startTime(pid: number): string | undefined {
  const { state, start = '' } = readProcessStat(pid) ?? {};
  return state === 'Z' || state === 'X' ? undefined : start;
}
