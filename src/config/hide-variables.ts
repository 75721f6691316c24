import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';

/** Where `/proc/self/stat` says that the environment begins and ends, counted behind the name of the program. */
const ENV_START = 47;
const ENV_END = 48;

/**
 * Empties variables in what the system shows of this process's environment: on Linux every process of the same user
 * can read `/proc/PID/environ`, so every command that runs without a sandbox. What was read before stays known. Where
 * it cannot be done, nothing happens.
 */
export function hideVariables(names: readonly string[]): void {
  if (process.platform !== 'linux' || names.length === 0) return;
  try {
    const stat = readFileSync('/proc/self/stat', 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [start, end] = [Number(fields[ENV_START]), Number(fields[ENV_END])];
    if (!(start > 0 && end > start)) return;
    const memory = openSync('/proc/self/mem', 'r+');
    try {
      emptyIn(memory, { start, size: end - start, names: new Set(names) });
    } finally {
      closeSync(memory);
    }
  } catch {
    // No such files, or no right to them: then it is as the documentation says.
  }
}

interface Block {
  /** An address. */
  readonly start: number;
  /** Bytes. */
  readonly size: number;
  readonly names: ReadonlySet<string>;
}

/** Writes zeros over values; an entry is `NAME=VALUE` and a zero. */
function emptyIn(memory: number, { start, size, names }: Block): void {
  const block = Buffer.alloc(size);
  const read = readSync(memory, block, 0, size, start);
  for (let at = 0; at < read; ) {
    const end = block.indexOf(0, at) === -1 ? read : block.indexOf(0, at);
    const equals = block.indexOf('=', at);
    if (equals !== -1 && equals < end && names.has(block.toString('utf8', at, equals))) {
      writeSync(memory, Buffer.alloc(end - equals - 1), 0, end - equals - 1, start + equals + 1);
    }
    at = end + 1;
  }
}
