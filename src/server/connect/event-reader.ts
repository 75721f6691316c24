import { METADATA_KEY } from '../../encoders/ag-ui-event.ts';
import type { ToolErrorKind } from '../../messages.ts';
import { isRecord, type JsonRecord } from '../json-fields.ts';
import { readOutcome, readUsage } from './read-outcome.ts';
import { contentText, listOf, optionalStringOf, type RemoteEvent, RemoteProblem, stringOf } from './remote-event.ts';

/**
 * Reads events of AG-UI 1.0, of the versions before it (`THINKING_*`), and the `*_CHUNK` forms, all into the same few.
 * Unknown events and fields are passed over; a malformed known field throws a {@link RemoteProblem} that names it.
 */
export class EventReader {
  #chunkText: string | undefined;
  #chunkThought: string | undefined;
  #chunkCall: string | undefined;
  #thinking = 0;

  read(raw: unknown): RemoteEvent[] {
    if (!isRecord(raw) || typeof raw.type !== 'string') {
      throw new RemoteProblem('The agent sent something that is not an AG-UI event.');
    }
    const ended = this.#endChunks(raw.type);
    return [...ended, ...(this.#streamed(raw) ?? this.#old(raw) ?? this.#chunk(raw) ?? [standing(raw)])];
  }

  #streamed(event: JsonRecord): RemoteEvent[] | undefined {
    switch (event.type) {
      case 'TEXT_MESSAGE_START': {
        const role = optionalStringOf(event, 'role') ?? 'assistant';
        return [{ kind: 'text_started', id: stringOf(event, 'messageId'), role }];
      }
      case 'TEXT_MESSAGE_CONTENT':
        return [{ kind: 'text', id: stringOf(event, 'messageId'), delta: stringOf(event, 'delta') }];
      case 'TEXT_MESSAGE_END':
        return [{ kind: 'text_ended', id: stringOf(event, 'messageId') }];
      case 'REASONING_MESSAGE_CONTENT':
        return [{ kind: 'thought', id: stringOf(event, 'messageId'), delta: stringOf(event, 'delta') }];
      case 'REASONING_MESSAGE_END':
      case 'REASONING_END':
        return [{ kind: 'thought_ended', id: stringOf(event, 'messageId') }];
      case 'TOOL_CALL_START':
        return [callStarted(event, stringOf(event, 'toolCallId'))];
      case 'TOOL_CALL_ARGS':
        return [{ kind: 'call_grew', id: stringOf(event, 'toolCallId'), delta: stringOf(event, 'delta') }];
      case 'TOOL_CALL_END':
        return [{ kind: 'call_ended', id: stringOf(event, 'toolCallId') }];
      default:
        return undefined;
    }
  }

  /** The events that 1.0 removed name no message: there was one thought at a time. */
  #old(event: JsonRecord): RemoteEvent[] | undefined {
    switch (event.type) {
      case 'THINKING_START':
      case 'THINKING_TEXT_MESSAGE_START':
        return [];
      case 'THINKING_TEXT_MESSAGE_CONTENT':
        return [{ kind: 'thought', id: `thinking-${this.#thinking}`, delta: stringOf(event, 'delta') }];
      case 'THINKING_TEXT_MESSAGE_END':
      case 'THINKING_END':
        this.#thinking += 1;
        return [{ kind: 'thought_ended', id: `thinking-${this.#thinking - 1}` }];
      default:
        return undefined;
    }
  }

  #chunk(event: JsonRecord): RemoteEvent[] | undefined {
    switch (event.type) {
      case 'TEXT_MESSAGE_CHUNK':
        return this.#textChunk(event);
      case 'REASONING_MESSAGE_CHUNK':
        return this.#thoughtChunk(event);
      case 'TOOL_CALL_CHUNK':
        return this.#callChunk(event);
      default:
        return undefined;
    }
  }

  #textChunk(event: JsonRecord): RemoteEvent[] {
    const id = optionalStringOf(event, 'messageId') ?? this.#chunkText;
    if (id === undefined) throw new RemoteProblem('The agent sent a first TEXT_MESSAGE_CHUNK without messageId.');
    const role = optionalStringOf(event, 'role') ?? 'assistant';
    const delta = optionalStringOf(event, 'delta') ?? '';
    const before = this.#chunkText;
    this.#chunkText = id;
    return [
      ...(before === undefined || before === id ? [] : [{ kind: 'text_ended' as const, id: before }]),
      ...(before === id ? [] : [{ kind: 'text_started' as const, id, role }]),
      { kind: 'text', id, delta },
    ];
  }

  #thoughtChunk(event: JsonRecord): RemoteEvent[] {
    const id = optionalStringOf(event, 'messageId') ?? this.#chunkThought;
    if (id === undefined) throw new RemoteProblem('The agent sent a first REASONING_MESSAGE_CHUNK without messageId.');
    const before = this.#chunkThought;
    this.#chunkThought = id;
    return [
      ...(before === undefined || before === id ? [] : [{ kind: 'thought_ended' as const, id: before }]),
      { kind: 'thought', id, delta: optionalStringOf(event, 'delta') ?? '' },
    ];
  }

  #callChunk(event: JsonRecord): RemoteEvent[] {
    const id = optionalStringOf(event, 'toolCallId') ?? this.#chunkCall;
    if (id === undefined) throw new RemoteProblem('The agent sent a first TOOL_CALL_CHUNK without toolCallId.');
    const before = this.#chunkCall;
    this.#chunkCall = id;
    return [
      ...(before === undefined || before === id ? [] : [{ kind: 'call_ended' as const, id: before }]),
      ...(before === id ? [] : [callStarted(event, id)]),
      { kind: 'call_grew', id, delta: optionalStringOf(event, 'delta') ?? '' },
    ];
  }

  /** A chunked item ends where something else begins. */
  #endChunks(type: string): RemoteEvent[] {
    if (UNRELATED.has(type)) return [];
    const ended: RemoteEvent[] = [];
    if (this.#chunkText !== undefined && type !== 'TEXT_MESSAGE_CHUNK') {
      ended.push({ kind: 'text_ended', id: this.#chunkText });
      this.#chunkText = undefined;
    }
    if (this.#chunkThought !== undefined && type !== 'REASONING_MESSAGE_CHUNK') {
      ended.push({ kind: 'thought_ended', id: this.#chunkThought });
      this.#chunkThought = undefined;
    }
    if (this.#chunkCall !== undefined && type !== 'TOOL_CALL_CHUNK') {
      ended.push({ kind: 'call_ended', id: this.#chunkCall });
      this.#chunkCall = undefined;
    }
    return ended;
  }
}

const UNRELATED = new Set(['RAW', 'CUSTOM', 'STATE_SNAPSHOT', 'STATE_DELTA', 'ACTIVITY_SNAPSHOT', 'ACTIVITY_DELTA']);

function callStarted(event: JsonRecord, id: string): RemoteEvent {
  const parent = optionalStringOf(event, 'parentMessageId');
  return {
    kind: 'call_started',
    id,
    name: stringOf(event, 'toolCallName'),
    ...(parent === undefined ? {} : { parent }),
  };
}

/** Reads the events that stand for themselves. */
function standing(event: JsonRecord): RemoteEvent {
  switch (event.type) {
    case 'RUN_STARTED':
      return { kind: 'run_started' };
    case 'RUN_FINISHED':
      return { kind: 'run_finished', outcome: readOutcome(event), usage: readUsage(event) };
    case 'RUN_ERROR': {
      const code = optionalStringOf(event, 'code');
      return { kind: 'run_error', message: stringOf(event, 'message'), ...(code === undefined ? {} : { code }) };
    }
    case 'TOOL_CALL_RESULT': {
      const id = stringOf(event, 'toolCallId');
      const message_id = optionalStringOf(event, 'messageId') ?? `result-${id}`;
      const error = toolErrorKind(event);
      const failed = error === undefined ? {} : { error };
      return { kind: 'call_answered', id, message_id, content: contentText(event, 'content'), ...failed };
    }
    case 'REASONING_ENCRYPTED_VALUE': {
      const value = stringOf(event, 'encryptedValue');
      return { kind: 'thought_sealed', id: stringOf(event, 'entityId'), value, isCall: event.subtype === 'tool-call' };
    }
    default:
      return beside(event);
  }
}

/** Reads the events that are no part of the conversation. */
function beside(event: JsonRecord): RemoteEvent {
  switch (event.type) {
    case 'STATE_SNAPSHOT':
      return { kind: 'state_set', state: event.snapshot };
    case 'STATE_DELTA':
      return { kind: 'state_patched', patch: listOf(event, 'delta') };
    case 'MESSAGES_SNAPSHOT':
      return { kind: 'messages_set', messages: listOf(event, 'messages').filter(isRecord) };
    case 'ACTIVITY_SNAPSHOT': {
      const id = stringOf(event, 'messageId');
      const isKept = event.replace === false;
      return { kind: 'activity_set', id, name: stringOf(event, 'activityType'), content: event.content ?? {}, isKept };
    }
    case 'ACTIVITY_DELTA': {
      const name = stringOf(event, 'activityType');
      return { kind: 'activity_patched', id: stringOf(event, 'messageId'), name, patch: listOf(event, 'patch') };
    }
    case 'SUBAGENT_STARTED': {
      const name = stringOf(event, 'name');
      return { kind: 'subagent', name, text: optionalStringOf(event, 'description') ?? '', isError: false };
    }
    case 'SUBAGENT_ERROR':
      return {
        kind: 'subagent',
        name: stringOf(event, 'subagentRunId'),
        text: stringOf(event, 'message'),
        isError: true,
      };
    case 'STEP_FINISHED':
      return { kind: 'step_ended' };
    case 'CUSTOM':
      return { kind: 'custom', name: stringOf(event, 'name'), value: event.value };
    default:
      return { kind: 'other', type: String(event.type) };
  }
}

const TOOL_ERROR_KINDS: readonly ToolErrorKind[] = [
  'failed',
  'denied',
  'timeout',
  'cancelled',
  'invalid_arguments',
  'unknown_tool',
];

/** How a call failed, which only an agent of our own kind says: AG-UI has no word for it. */
function toolErrorKind(event: JsonRecord): ToolErrorKind | undefined {
  const extras = isRecord(event.metadata) ? event.metadata[METADATA_KEY] : undefined;
  return isRecord(extras) ? TOOL_ERROR_KINDS.find((kind) => kind === extras.error) : undefined;
}
