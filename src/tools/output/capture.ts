import { createHash } from 'node:crypto';
import { formatBytes } from '../../format.ts';
import { withoutOverwritten } from '../../overwritten.ts';
import { isBinary } from '../files/file-text.ts';
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
  const count = countLines();
  const overwritten = dropOverwritten();
  let whole: Buffer | undefined = Buffer.alloc(0);
  let head = Buffer.alloc(0);
  let tail: Buffer[] = [];
  let tailBytes = 0;
  let shown = 0;
  let total = 0;
  let spill: SpillFile | undefined;

  const keepTail = (bytes: Buffer): void => {
    tail.push(bytes);
    tailBytes += bytes.length;
    if (tailBytes < SHOWN_BYTES * 4 && tail.length < 256) return;
    const kept = Buffer.concat(tail);
    tail = [Buffer.from(kept.subarray(Math.max(0, kept.length - SHOWN_BYTES)))];
    tailBytes = tail[0]?.length ?? 0;
  };
  const keepEnds = (bytes: Buffer): void => {
    shown += bytes.length;
    const room = SHOWN_BYTES - head.length;
    if (room > 0) head = Buffer.concat([head, bytes.subarray(0, room)]);
    const rest = bytes.subarray(Math.max(0, room));
    if (rest.length > 0) keepTail(Buffer.from(rest));
  };
  const append = async (bytes: Buffer): Promise<void> => {
    hash.update(bytes);
    total += bytes.length;
    count.take(bytes);
    keepEnds(overwritten.pass(bytes));
    if (whole !== undefined) whole = Buffer.concat([whole, bytes]);
    if (whole === undefined) await spill?.write(bytes);
    if (whole === undefined || total <= 2 * SHOWN_BYTES) return;
    const start = whole;
    whole = undefined;
    spill = await openSpillFile(folder, label);
    await spill.write(start);
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
      keepEnds(overwritten.rest());
      const ends = { head, tail: Buffer.concat(tail), shown, total, lines: count.lines(), sha256: hash.digest('hex') };
      return describe(ends, whole, spill);
    },
  };
}

interface Ends {
  readonly head: Buffer;
  /** At least the last {@link SHOWN_BYTES} of what follows the head. */
  readonly tail: Buffer;
  /** How many bytes they are the ends of: without the states of a line that were overwritten. */
  readonly shown: number;
  readonly total: number;
  readonly lines: number;
  readonly sha256: string;
}

function describe(ends: Ends, whole: Buffer | undefined, spill: SpillFile | undefined): CapturedOutput {
  const { head, tail, shown, total, lines } = ends;
  const isKept = spill !== undefined;
  const base = { total_bytes: total, lines, ...(isKept ? { full_output_path: spill.path } : {}) };
  if (isBinary(head) || isBinary(tail)) {
    const where = isKept ? `; ${whereIsIt(spill)}` : '';
    return { ...base, is_binary: true, text: `[binary, ${total} bytes, sha256 ${ends.sha256}${where}]` };
  }
  if (spill === undefined) return { ...base, is_binary: false, text: decode(whole ?? head) };
  if (shown <= 2 * SHOWN_BYTES) {
    const note = `[what was overwritten in a line was left out; ${whereIsIt(spill)}]`;
    return { ...base, is_binary: false, text: `${decode(Buffer.concat([head, tail])).trimEnd()}\n${note}` };
  }
  const start = cutEnd(head);
  const end = cutStart(tail.subarray(Math.max(0, tail.length - SHOWN_BYTES)));
  const left = formatBytes(shown - start.length - end.length);
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

/** Counts lines as they are shown: blank ones at the end are not. */
function countLines(): { take(bytes: Buffer): void; lines(): number } {
  let newlines = 0;
  let lines = 0;
  return {
    take: (bytes) => {
      let end = bytes.length;
      while (end > 0 && isBlank(bytes[end - 1] ?? 0)) end -= 1;
      const before = countNewlines(bytes.subarray(0, end));
      if (end > 0) lines = newlines + before + 1;
      newlines += before + countNewlines(bytes.subarray(end));
    },
    lines: () => lines,
  };
}

function isBlank(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13);
}

function countNewlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count += 1;
  return count;
}

/** A line that is longer is passed on before its end is known. */
const HELD_BYTES = 4096;

/** Leaves out the states of a line that were overwritten after a carriage return, such as those of a progress bar. */
function dropOverwritten(): { pass(bytes: Buffer): Buffer; rest(): Buffer } {
  let held: Buffer = Buffer.alloc(0);
  const rest = (): Buffer => {
    const line = held;
    held = Buffer.alloc(0);
    return line;
  };
  return {
    rest,
    pass: (bytes) => {
      const all = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
      const text = all.includes(13) ? Buffer.from(withoutOverwritten(all.toString('latin1')), 'latin1') : all;
      const start = text.lastIndexOf(10) + 1;
      const isLong = text.length - start > HELD_BYTES;
      held = isLong ? Buffer.alloc(0) : Buffer.from(text.subarray(start));
      return isLong ? text : text.subarray(0, start);
    },
  };
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
