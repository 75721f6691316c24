import { parseJson } from '../../parse-json.ts';
import type { EventBuffer } from '../wire/event-buffer.ts';
import { type Fields, fieldsOf, textOf } from '../wire/wire-fields.ts';

interface Call {
  readonly index: unknown;
  /** Told to the agent; made up where the service gives none. */
  readonly id: string;
  /** As the service gave it, '' if it did not. */
  readonly given_id: string;
  name: string;
  json: string;
  isAnnounced: boolean;
  signature: string;
}

/**
 * Puts the calls of a response together from their pieces. Services differ in what a piece tells: an index, an id,
 * both, neither, the same index for different calls, the same id in every piece, or a whole call in one.
 */
export interface ChatToolCalls {
  /** Takes one entry of `tool_calls`, or a legacy `function_call` as `{function: …}`. */
  take(piece: unknown): void;
  /** Ends every call: their arguments are complete. */
  endAll(): void;
  readonly count: number;
}

/** Makes a collection without any call. */
export function createChatToolCalls(buffer: EventBuffer): ChatToolCalls {
  const calls: Call[] = [];

  const open = (index: unknown, given_id: string): Call => {
    const isTaken = calls.some((call) => call.id === given_id);
    const id = given_id === '' || isTaken ? `${given_id || 'call'}_${calls.length + 1}` : given_id;
    const call = { index, id, given_id, name: '', json: '', isAnnounced: false, signature: '' };
    calls.push(call);
    return call;
  };

  return {
    take: (piece) => {
      const fields = fieldsOf(piece);
      const call = find(calls, fields) ?? open(fields.index, textOf(fields.id));
      grow(call, fields, buffer);
    },
    endAll: () => {
      for (const call of calls) {
        if (!call.isAnnounced) continue;
        const { id, json, signature } = call;
        const rest = signature === '' ? {} : { signature };
        buffer.push({ type: 'tool_call_end', id, arguments: json === '' ? '{}' : json, ...rest });
      }
    },
    get count() {
      return calls.filter((call) => call.isAnnounced).length;
    },
  };
}

/** Finds the call that a piece belongs to; undefined when the piece begins a new one. */
function find(calls: readonly Call[], piece: Fields): Call | undefined {
  const id = textOf(piece.id);
  const name = textOf(fieldsOf(piece.function).name);
  if (typeof piece.index === 'number') {
    const call = calls.findLast(({ index }) => index === piece.index);
    return call !== undefined && isOther(call, id, name) ? undefined : call;
  }
  if (id !== '') return calls.find(({ given_id }) => given_id === id);
  const last = calls.at(-1);
  return last !== undefined && name !== '' && parseJson(last.json) !== undefined ? undefined : last;
}

/** Another id with a name of its own is another call, even at the same index. */
function isOther(call: Call, id: string, name: string): boolean {
  return id !== '' && call.given_id !== '' && id !== call.given_id && name !== '';
}

function grow(call: Call, piece: Fields, buffer: EventBuffer): void {
  const named = fieldsOf(piece.function);
  if (!call.isAnnounced) call.name += textOf(named.name);
  const google = fieldsOf(fieldsOf(piece.extra_content).google);
  call.signature += textOf(google.thought_signature);
  const chunk = argumentText(named.arguments);
  call.json += chunk;
  if (call.isAnnounced) push(call.id, chunk, buffer);
  else if (call.name !== '') {
    call.isAnnounced = true;
    buffer.push({ type: 'tool_call', id: call.id, name: call.name });
    push(call.id, call.json, buffer);
  }
}

function push(id: string, chunk: string, buffer: EventBuffer): void {
  if (chunk !== '') buffer.push({ type: 'tool_call_arguments', id, chunk });
}

/** Some services give the arguments as an object. */
function argumentText(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : textOf(value);
}
