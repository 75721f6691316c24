import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { readProcessStat } from '../../process-stat.ts';
import { isWritable } from './is-writable.ts';

/** A process that holds the writing end of our standard input. */
export interface PipeWriter {
  readonly pid: number;
  /** What the system calls it: `sleep`. */
  readonly name: string;
}

/**
 * Finds who may still write to the pipe that is our standard input: a process of our session, as the others of a pipeline
 * are. Our ancestors do not count: many programs start others with a pipe that they never write to. Undefined where there
 * is none, and where the system does not tell.
 */
export function findPipeWriter(): PipeWriter | undefined {
  try {
    const pipe = readlinkSync('/proc/self/fd/0');
    const own = readProcessStat(process.pid);
    const others = readdirSync('/proc').map(Number).filter(Number.isInteger);
    const ancestors = ancestorsOf(process.pid);
    const pid = others.find((one) => !ancestors.has(one) && isOf(own?.session, one) && hasWritable(one, pipe));
    return pid === undefined ? undefined : { pid, name: readFileSync(`/proc/${pid}/comm`, 'utf8').trim() };
  } catch {
    return undefined;
  }
}

/** Gives a process and all that it was started by. */
function ancestorsOf(pid: number): ReadonlySet<number> {
  const line = new Set<number>();
  for (
    let next: number | undefined = pid;
    next !== undefined && !line.has(next);
    next = readProcessStat(next)?.parent
  ) {
    line.add(next);
  }
  return line;
}

function isOf(session: number | undefined, pid: number): boolean {
  return session !== undefined && readProcessStat(pid)?.session === session;
}

function hasWritable(pid: number, pipe: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      return readlinkSync(`/proc/${pid}/fd/${fd}`) === pipe && isWritable(pid, fd);
    });
  } catch {
    // It ended meanwhile, or is another user's.
    return false;
  }
}
