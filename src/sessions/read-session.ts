import { readFile } from 'node:fs/promises';
import type { AgentMessage } from '../messages.ts';
import { PROTOCOL_VERSION } from '../messages.ts';
import { parseAgentMessage } from '../parse-message.ts';

/** What a session file holds, and what a person should be told about it. */
export interface SessionLog {
  readonly messages: readonly AgentMessage[];
  readonly notices: readonly string[];
  /** Bytes behind the last line end: a record whose writing was cut off. */
  readonly torn_bytes: number;
}

/** Reads a session file or a recording. Damaged lines are left out and told; it throws only when it cannot be read. */
export async function readSession(path: string): Promise<SessionLog> {
  return parseSession(await readFile(path), path);
}

/** Reads the bytes of a session file; `name` says in notices which one. */
export function parseSession(bytes: Uint8Array, name: string): SessionLog {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = buffer.lastIndexOf(0x0a) + 1;
  const tail = buffer.subarray(end).toString('utf8');
  const lines = buffer.subarray(0, end).toString('utf8').split('\n').slice(0, -1);
  // A record that lacks only its line end is whole.
  const isTailWhole = tail !== '' && 'message' in parseAgentMessage(tail);
  if (isTailWhole) lines.push(tail);
  const messages: AgentMessage[] = [];
  const damaged: number[] = [];
  for (const [index, line] of lines.entries()) {
    const found = readLine(line);
    if (found === undefined) damaged.push(index + 1);
    else if (found !== 'ignored') messages.push(found);
  }
  const torn_bytes = isTailWhole ? 0 : buffer.length - end;
  return { messages, notices: noticesOf(name, { messages, damaged, torn_bytes }), torn_bytes };
}

/** How a record begins; parts of one may begin like that too. */
const RECORD = '{"type":"';

/** A damaged line may still end with a whole record: what a power cut left stands before it. */
function readLine(line: string): AgentMessage | 'ignored' | undefined {
  if (line.trim() === '') return 'ignored';
  const parsed = parseAgentMessage(line);
  if ('message' in parsed) return parsed.message;
  if ('ignored' in parsed) return 'ignored';
  for (let start = line.indexOf(RECORD, 1); start > 0; start = line.indexOf(RECORD, start + 1)) {
    const rest = parseAgentMessage(line.slice(start));
    if ('message' in rest) return rest.message;
  }
  return undefined;
}

function noticesOf(
  name: string,
  found: {
    readonly messages: readonly AgentMessage[];
    readonly damaged: readonly number[];
    readonly torn_bytes: number;
  },
): readonly string[] {
  const notices: string[] = [];
  if (found.damaged.length > 0) {
    const some = found.damaged.slice(0, 5).join(', ');
    const lines =
      found.damaged.length === 1 ? `line ${some} is` : `lines ${some}${found.damaged.length > 5 ? ' …' : ''} are`;
    notices.push(`${name}: ${lines} damaged and left out; the rest is complete.`);
  }
  if (found.torn_bytes > 0) {
    notices.push(`${name}: the last record was cut off while it was written and is left out.`);
  }
  const version = found.messages.find((message) => message.type === 'session_started')?.protocol_version ?? 0;
  if (version > PROTOCOL_VERSION) {
    notices.push(`${name} was written by a newer version of this program; what it does not know is left out.`);
  }
  return notices;
}
