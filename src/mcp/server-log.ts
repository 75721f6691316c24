import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../make-folder.ts';
import { plainOutput } from '../tools/output/model-text.ts';

const MAX_BYTES = 256 * 1024;
const MAX_LINE = 4 * 1024;

/** What a server says on standard error, and what it should not have said on standard output. */
export interface ServerLog {
  readonly path: string;
  /** Takes a piece; only whole lines are written. */
  add(text: string): void;
  /** The last line that says something; empty when there is none. */
  last(): string;
  close(): void;
}

/** Starts the log of one server anew. It is bounded; what cannot be written is lost without a word. */
export function openServerLog(folder: string, name: string, mask: (text: string) => string): ServerLog {
  const path = join(folder, `${name}.log`);
  const file = openFile(folder, path);
  let room = MAX_BYTES;
  let open = '';
  let last = '';
  const write = (line: string): void => {
    const safe = mask(plainOutput(line.slice(0, MAX_LINE)));
    if (safe.trim() !== '') last = safe.trim();
    if (room <= 0) return;
    room -= safe.length + 1;
    file?.write(room <= 0 ? '[more is not kept]\n' : `${safe}\n`);
  };
  return {
    path,
    add: (text) => {
      const lines = (open + text).split('\n');
      open = (lines.pop() ?? '').slice(0, MAX_LINE);
      for (const line of lines) write(line);
    },
    last: () => {
      const rest = mask(plainOutput(open)).trim();
      return rest === '' ? last : rest;
    },
    close: () => {
      if (open !== '') write(open);
      open = '';
      file?.end();
    },
  };
}

function openFile(folder: string, path: string): WriteStream | undefined {
  try {
    makeFolder(folder);
  } catch {
    return undefined;
  }
  const file = createWriteStream(path, { flags: 'w', mode: 0o600 });
  file.on('error', () => undefined);
  return file;
}
