import { createHash } from 'node:crypto';
import { formatBytes, isBinary } from './file-text.ts';
import { plainOutput } from './model-text.ts';
import { openSpillFile, type SpillFile } from './spill-file.ts';

/** What the model is shown of each end of an output, in bytes. */
export const SHOWN_BYTES = 16 * 1024;

/** An output of any length in bounded memory: its two ends here, the whole of it in a file once it is too long. */
export interface Capture {
  /** Takes the next bytes; resolves when there is room for more. */
  add(bytes: Uint8Array): Promise<void>;
  finish(): Promise<CapturedOutput>;
}

export interface CapturedOutput {
  /** For the model: plain, bounded, with a note on what was left out. */
  readonly text: string;
  readonly total_bytes: number;
  readonly lines: number;
  readonly is_binary: boolean;
  /** Absent when `text` is everything. */
  readonly full_output_path?: string;
}

/** Starts a capture; `label` begins the name of the file in `folder`. */
export function startCapture(folder: string, label: string): Capture {
  const hash = createHash('sha256');
  let head = Buffer.alloc(0);
  let tail: Buffer[] = [];
  let tailBytes = 0;
  let total = 0;
  let newlines = 0;
  let spill: SpillFile | undefined;

  const keepTail = (bytes: Buffer): void => {
    tail.push(bytes);
    tailBytes += bytes.length;
    if (tailBytes < SHOWN_BYTES * 4 && tail.length < 256) return;
    const kept = Buffer.concat(tail);
    tail = [Buffer.from(kept.subarray(Math.max(0, kept.length - SHOWN_BYTES)))];
    tailBytes = tail[0]?.length ?? 0;
  };
  const append = async (bytes: Buffer): Promise<void> => {
    hash.update(bytes);
    total += bytes.length;
    newlines += countNewlines(bytes);
    const room = SHOWN_BYTES - head.length;
    if (room > 0) head = Buffer.concat([head, bytes.subarray(0, room)]);
    const rest = bytes.subarray(Math.max(0, room));
    if (spill === undefined && total > 2 * SHOWN_BYTES) {
      spill = await openSpillFile(folder, label);
      await spill.write(Buffer.concat([head, ...tail]));
      if (rest.length > 0) await spill.write(rest);
    } else if (spill !== undefined) {
      await spill.write(bytes);
    }
    if (rest.length > 0) keepTail(Buffer.from(rest));
  };

  let last: Promise<void> = Promise.resolve();
  return {
    add: (bytes) => {
      last = last.then(() => append(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)));
      return last;
    },
    finish: async () => {
      await last;
      await spill?.close();
      const ends = { head, tail: Buffer.concat(tail), total, newlines, sha256: hash.digest('hex') };
      return describe(ends, spill);
    },
  };
}

interface Ends {
  readonly head: Buffer;
  /** At least the last {@link SHOWN_BYTES} of what follows the head. */
  readonly tail: Buffer;
  readonly total: number;
  readonly newlines: number;
  readonly sha256: string;
}

function describe(ends: Ends, spill: SpillFile | undefined): CapturedOutput {
  const { head, tail, total, newlines } = ends;
  const isKept = spill !== undefined;
  const base = { total_bytes: total, lines: newlines, ...(isKept ? { full_output_path: spill.path } : {}) };
  if (isBinary(head) || isBinary(tail)) {
    const where = isKept ? `; ${whereIsIt(spill)}` : '';
    return { ...base, is_binary: true, text: `[binary, ${total} bytes, sha256 ${ends.sha256}${where}]` };
  }
  if (spill === undefined) return { ...base, is_binary: false, text: decode(Buffer.concat([head, tail])) };
  const start = cutEnd(head);
  const end = cutStart(tail.subarray(Math.max(0, tail.length - SHOWN_BYTES)));
  const left = formatBytes(total - start.length - end.length);
  const note = `[… ${left} left out; ${whereIsIt(spill)} …]`;
  return { ...base, is_binary: false, text: `${decode(start)}\n${note}\n${decode(end)}` };
}

function whereIsIt(spill: SpillFile): string {
  const problem = spill.problem();
  return problem === undefined
    ? `the whole output is in ${spill.path}`
    : `the output in ${spill.path} is not whole: ${problem}`;
}

function decode(bytes: Buffer): string {
  return plainOutput(new TextDecoder().decode(bytes));
}

function countNewlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count += 1;
  return count;
}

/** Cuts at the last line end if that is near, else between two characters. */
function cutEnd(bytes: Buffer): Buffer {
  const newline = bytes.lastIndexOf(10);
  if (newline > bytes.length * 0.75) return bytes.subarray(0, newline);
  let end = bytes.length;
  while (end > 0 && end > bytes.length - 4 && ((bytes[end - 1] ?? 0) & 0xc0) === 0x80) end -= 1;
  return end > 0 && (bytes[end - 1] ?? 0) >= 0xc0 ? bytes.subarray(0, end - 1) : bytes;
}

function cutStart(bytes: Buffer): Buffer {
  const newline = bytes.indexOf(10);
  if (newline !== -1 && newline < bytes.length * 0.25) return bytes.subarray(newline + 1);
  let start = 0;
  while (start < 4 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return bytes.subarray(start);
}
