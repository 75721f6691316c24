import type { AgentMessage } from '../messages.ts';

/**
 * A session's messages, for reading from any seq on.
 *
 * Contract: messages come in with growing seqs. Newest pieces of texts, thoughts, arguments and outputs are given as they
 * came; older ones joined, as one message with the seq of the last of its pieces. So memory is bounded by what was said,
 * not by the number of pieces. Of what one call printed only the end is kept, and of its progress the newest.
 */
export interface SessionLog {
  /** The seq of the newest message; 0 before the first. */
  readonly last_seq: number;
  push(message: AgentMessage): void;
  /**
   * The first message whose seq is `from_seq` or more, without the pieces of it that come before. With a `cut_seq` no
   * piece up to it comes together with a later one. Undefined when there is none yet.
   */
  at(from_seq: number, cut_seq?: number): AgentMessage | undefined;
}

/** A message, and for a joined one the seq and the end of each piece in its chunk, by turns. */
interface Entry {
  readonly message: AgentMessage;
  readonly pieces?: Uint32Array;
}

/** This many messages at least are kept as they came. */
const KEPT = 512;
/** Longer chunks are not joined any further. */
const MAX_CHUNK = 64 * 1024;
/** What is kept of the output of one call, each message counted with what it weighs beside its chunk. */
const MAX_OUTPUT = 256 * 1024;
const WEIGHT = 512;

/** Makes a log that begins with the messages of a session that is reopened. */
export function createSessionLog(past: readonly AgentMessage[] = []): SessionLog {
  let log: Entry[] = past.map((message) => ({ message }));
  let settled = log.length;

  const settle = (): void => {
    const end = log.length - KEPT;
    // The last settled one may go on.
    const start = Math.max(0, settled - 1);
    const joined = boundOutput([...log.slice(0, start), ...joinAdjacent(log.slice(start, end))]);
    settled = joined.length;
    log = [...joined, ...log.slice(end)];
  };

  return {
    get last_seq() {
      return log.at(-1)?.message.seq ?? 0;
    },
    push: (message) => {
      log.push({ message });
      if (log.length - settled >= 2 * KEPT) settle();
    },
    at: (from_seq, cut_seq = 0) => {
      const entry = log[indexOf(log, from_seq)];
      return entry === undefined ? undefined : withoutPieces(entry, from_seq, cut_seq);
    },
  };
}

function indexOf(log: readonly Entry[], seq: number): number {
  let low = 0;
  let high = log.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((log[middle]?.message.seq ?? seq) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Only neighbours are joined: then whoever has had a seq has had everything before it. */
function joinAdjacent(entries: readonly Entry[]): Entry[] {
  const joined: Entry[] = [];
  let run: Entry[] = [];
  let size = 0;
  const endRun = (): void => {
    joined.push(...(run.length > 0 ? [joinRun(run)] : []));
    run = [];
    size = 0;
  };
  for (const entry of entries) {
    const before = run.at(-1)?.message;
    if (before === undefined || size > MAX_CHUNK || !goesOn(before, entry.message)) endRun();
    run.push(entry);
    size += chunkOf(entry.message).length;
  }
  endRun();
  return joined;
}

function goesOn(before: AgentMessage, message: AgentMessage): boolean {
  switch (message.type) {
    case 'text':
    case 'thought':
      return before.type === message.type && before.message_id === message.message_id && !before.is_complete;
    case 'tool_call_update':
      return before.type === message.type && before.tool_call_id === message.tool_call_id;
    case 'tool_output':
      return (
        before.type === message.type && before.tool_call_id === message.tool_call_id && before.stream === message.stream
      );
    case 'tool_progress':
      return before.type === message.type && before.request.id === message.request.id;
    case 'prompt_progress':
      return before.type === message.type;
    default:
      return false;
  }
}

function joinRun(run: readonly Entry[]): Entry {
  const last = run[run.length - 1] as Entry;
  if (run.length === 1 || !('chunk' in last.message)) return last;
  const pieces: number[] = [];
  let end = 0;
  for (const entry of run) {
    const own = entry.pieces ?? [entry.message.seq, chunkOf(entry.message).length];
    for (let index = 0; index < own.length; index += 2) pieces.push(own[index] ?? 0, end + (own[index + 1] ?? 0));
    end += chunkOf(entry.message).length;
  }
  const chunk = run.map((entry) => chunkOf(entry.message)).join('');
  return { message: { ...last.message, chunk }, pieces: Uint32Array.from(pieces) };
}

function chunkOf(message: AgentMessage): string {
  return 'chunk' in message ? message.chunk : '';
}

/** Leaves out the oldest output of calls that printed too much; their results hold what matters of it. */
function boundOutput(entries: readonly Entry[]): Entry[] {
  const sizes = new Map<string, number>();
  return entries
    .toReversed()
    .filter(({ message }) => {
      if (message.type !== 'tool_output') return true;
      const size = sizes.get(message.tool_call_id) ?? 0;
      sizes.set(message.tool_call_id, size + message.chunk.length + WEIGHT);
      return size < MAX_OUTPUT;
    })
    .reverse();
}

function withoutPieces({ message, pieces }: Entry, from_seq: number, cut_seq: number): AgentMessage {
  if (pieces === undefined || !('chunk' in message)) return message;
  let start = 0;
  let end = 0;
  let seq = 0;
  for (let index = 0; index < pieces.length; index += 2) {
    const piece_seq = pieces[index] ?? 0;
    const isCut = seq >= from_seq && seq <= cut_seq && piece_seq > cut_seq;
    if (isCut) break;
    seq = piece_seq;
    end = pieces[index + 1] ?? 0;
    if (piece_seq < from_seq) start = end;
  }
  const chunk = message.chunk.slice(start, end);
  return seq === message.seq ? { ...message, chunk } : { ...unclosed(message), chunk, seq };
}

/** What is said on closing belongs to the last piece. */
function unclosed<Message extends AgentMessage & { readonly chunk: string }>(message: Message): Message {
  const { duration_ms: _time, signature: _signature, redacted: _redacted, ...open } = message as Message & Closing;
  return { ...open, ...('is_complete' in message ? { is_complete: false } : {}) } as Message;
}

interface Closing {
  readonly duration_ms?: number;
  readonly signature?: string;
  readonly redacted?: true;
}
