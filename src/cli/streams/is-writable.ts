import { readFileSync } from 'node:fs';

/** The bits of the flags of `open` that say for what; 0 is for reading alone. */
const ACCESS_MODE = 3;

/** Tells whether a process (an id, or `self`) has a descriptor open for writing. On Linux; throws where it is gone. */
export function isWritable(pid: number | 'self', fd: string): boolean {
  const [, flags = '0'] = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8')) ?? [];
  return (Number.parseInt(flags, 8) & ACCESS_MODE) !== 0;
}
