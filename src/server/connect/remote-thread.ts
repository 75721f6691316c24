import type { ContentBlock, UserContent } from '../../messages.ts';
import { assertNever } from '../../messages.ts';
import type { JsonRecord } from '../json-fields.ts';
import { applyPatch } from './json-patch.ts';
import type { RemoteEvent } from './remote-event.ts';

interface ThreadMessage {
  id: string;
  role: string;
  content?: unknown;
  toolCalls?: {
    id: string;
    type: 'function';
    function: { name: string; arguments: string };
    encryptedValue?: string;
  }[];
  [field: string]: unknown;
}

/** An activity as it stands. */
export interface RemoteActivity {
  readonly name: string;
  readonly content: unknown;
}

/** The other side's view of a conversation: the messages and the state that the next run is sent. */
export class RemoteThread {
  readonly thread_id: string;
  state: unknown = {};
  readonly activities = new Map<string, RemoteActivity>();
  #messages: ThreadMessage[] = [];

  constructor(thread_id: string) {
    this.thread_id = thread_id;
  }

  get messages(): readonly ThreadMessage[] {
    return this.#messages;
  }

  /** Gives the last messages that fit in so many bytes of JSON; never fewer than those since the agent last spoke. */
  lastMessages(limit_bytes: number): readonly ThreadMessage[] {
    const messages = this.#messages;
    let from = messages.findLastIndex(({ role }) => role === 'assistant') + 1;
    let room = limit_bytes - Buffer.byteLength(JSON.stringify(messages.slice(from)));
    while (from > 0) {
      room -= Buffer.byteLength(JSON.stringify(messages[from - 1]));
      if (room < 0) break;
      from -= 1;
    }
    return messages.slice(from);
  }

  addUser(id: string, content: UserContent): void {
    this.#messages.push({ id, role: 'user', content: typeof content === 'string' ? content : content.map(partOf) });
  }

  /** Takes back the words that the thread ends with: they were cancelled before anything of an answer came. */
  takeBackWords(): void {
    if (this.#messages.at(-1)?.role === 'user') this.#messages.pop();
  }

  addToolAnswer(tool_call_id: string, content: string, isError: boolean): void {
    const id = `answer-${tool_call_id}`;
    const error = isError ? { error: content } : {};
    this.#messages.push({ id, role: 'tool', toolCallId: tool_call_id, content, ...error });
  }

  /** Takes one event. Throws a `PatchProblem` when a patch does not fit; nothing has changed then. */
  take(event: RemoteEvent): void {
    switch (event.kind) {
      case 'text_started':
        this.#message(event.id, event.role);
        break;
      case 'text':
        append(this.#message(event.id, 'assistant'), event.delta);
        break;
      case 'thought':
        append(this.#message(event.id, 'reasoning'), event.delta);
        break;
      case 'thought_sealed':
        this.#seal(event);
        break;
      case 'call_started':
      case 'call_grew':
      case 'call_answered':
        this.#takeCall(event);
        break;
      case 'messages_set':
        this.#messages = event.messages.map((message) => structuredClone(message) as ThreadMessage);
        break;
      default:
        this.#takeState(event);
    }
  }

  #takeCall(event: Extract<RemoteEvent, { readonly kind: 'call_started' | 'call_grew' | 'call_answered' }>): void {
    switch (event.kind) {
      case 'call_started': {
        if (this.#call(event.id) !== undefined) return;
        const message = this.#message(event.parent ?? event.id, 'assistant');
        const call = { id: event.id, type: 'function' as const, function: { name: event.name, arguments: '' } };
        message.toolCalls = [...(message.toolCalls ?? []), call];
        return;
      }
      case 'call_grew': {
        const call = this.#call(event.id);
        if (call !== undefined) call.function.arguments += event.delta;
        return;
      }
      case 'call_answered': {
        const isKnown = this.#messages.some((message) => message.role === 'tool' && message.toolCallId === event.id);
        if (!isKnown)
          this.#messages.push({ id: event.message_id, role: 'tool', toolCallId: event.id, content: event.content });
        return;
      }
      default:
        assertNever(event);
    }
  }

  #takeState(event: RemoteEvent): void {
    switch (event.kind) {
      case 'state_set':
        this.state = event.state;
        break;
      case 'state_patched':
        this.state = applyPatch(this.state, event.patch);
        break;
      case 'activity_set':
        if (!event.isKept || !this.activities.has(event.id)) {
          this.activities.set(event.id, { name: event.name, content: event.content });
        }
        break;
      case 'activity_patched': {
        const before = this.activities.get(event.id)?.content ?? {};
        this.activities.set(event.id, { name: event.name, content: applyPatch(before, event.patch) });
        break;
      }
      default:
    }
  }

  #seal(event: Extract<RemoteEvent, { readonly kind: 'thought_sealed' }>): void {
    const sealed = event.isCall ? this.#call(event.id) : this.#messages.find((message) => message.id === event.id);
    if (sealed !== undefined) sealed.encryptedValue = event.value;
  }

  #message(id: string, role: string): ThreadMessage {
    const known = this.#messages.findLast((message) => message.id === id);
    if (known !== undefined) return known;
    const message: ThreadMessage = { id, role };
    this.#messages.push(message);
    return message;
  }

  #call(id: string): NonNullable<ThreadMessage['toolCalls']>[number] | undefined {
    return this.#messages.flatMap((message) => message.toolCalls ?? []).find((call) => call.id === id);
  }
}

function append(message: ThreadMessage, delta: string): void {
  message.content = `${typeof message.content === 'string' ? message.content : ''}${delta}`;
}

/** Writes a block of a person's message as AG-UI 1.0 has it; a file becomes text, which every agent can read. */
function partOf(block: ContentBlock): JsonRecord {
  switch (block.type) {
    case 'text':
      return block;
    case 'file':
      return { type: 'text', text: `<file name="${block.name}">\n${block.text}\n</file>` };
    case 'image':
      return { type: 'image', source: { type: 'data', value: block.data, mimeType: block.media_type } };
    default:
      return assertNever(block);
  }
}
