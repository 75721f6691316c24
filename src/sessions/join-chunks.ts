import { type AgentMessage, assertNever } from '../messages.ts';

/** Joins the chunks of texts, thoughts, arguments and outputs: a log means the same however they are cut. */
export interface ChunkJoiner {
  /** Takes a message in and gives what can be written now, in the order of `seq`. */
  push(message: AgentMessage): readonly AgentMessage[];
  /** Gives what waits, but for texts that could be in the middle of a secret. */
  takePartial(): readonly AgentMessage[];
  /** Gives everything that waits. */
  takeAll(): readonly AgentMessage[];
  readonly hasWaiting: boolean;
}

/** More characters than this do not wait for the end of their segment. */
const MAX_WAITING = 64 * 1024;

type Chunk = Extract<AgentMessage, { readonly chunk: string }>;

/** Makes a joiner; `isUnsafeEnd` says that a text ends within something that must not be cut. */
export function createChunkJoiner(isUnsafeEnd: (text: string) => boolean = () => false): ChunkJoiner {
  const waiting = new Map<string, Chunk>();
  let size = 0;

  const takeAll = (): AgentMessage[] => {
    const taken = [...waiting.values()];
    waiting.clear();
    size = 0;
    return taken;
  };
  const takePartial = (): AgentMessage[] => {
    const taken: AgentMessage[] = [];
    for (const [key, message] of waiting) {
      // What was said later must not be written earlier.
      if (isUnsafeEnd(message.chunk)) break;
      waiting.delete(key);
      size -= message.chunk.length;
      taken.push(message);
    }
    return taken;
  };

  return {
    push: (message) => {
      if (!('chunk' in message)) return [...takeAll(), message];
      const key = keyOf(message);
      const before = waiting.get(key);
      const joined = before === undefined ? message : { ...message, chunk: before.chunk + message.chunk };
      // The map keeps the order of the last chunks, which is the order of seq.
      waiting.delete(key);
      waiting.set(key, joined);
      size += message.chunk.length;
      if ('is_complete' in message && message.is_complete) return takeAll();
      return size > MAX_WAITING ? takePartial() : [];
    },
    takePartial,
    takeAll,
    get hasWaiting() {
      return waiting.size > 0;
    },
  };
}

function keyOf(message: Chunk): string {
  switch (message.type) {
    case 'text':
    case 'thought':
      return `${message.type} ${message.message_id}`;
    case 'tool_call_update':
      return `${message.type} ${message.tool_call_id}`;
    case 'tool_output':
      return `${message.type} ${message.stream} ${message.tool_call_id}`;
    default:
      return assertNever(message);
  }
}
