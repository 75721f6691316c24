import type { ToolErrorKind } from '../../messages.ts';
import { isRecord, type JsonRecord } from '../json-fields.ts';

/** What a remote agent says, whichever version and form it said it in. `id`s are the remote's own. */
export type RemoteEvent =
  | { readonly kind: 'run_started' }
  | { readonly kind: 'run_finished'; readonly outcome: RemoteOutcome; readonly usage: readonly RemoteUsage[] }
  | { readonly kind: 'run_error'; readonly message: string; readonly code?: string }
  | { readonly kind: 'text_started'; readonly id: string; readonly role: string }
  | { readonly kind: 'text'; readonly id: string; readonly delta: string }
  | { readonly kind: 'text_ended'; readonly id: string }
  | { readonly kind: 'thought'; readonly id: string; readonly delta: string }
  | { readonly kind: 'thought_ended'; readonly id: string }
  | { readonly kind: 'thought_sealed'; readonly id: string; readonly value: string; readonly isCall: boolean }
  | { readonly kind: 'call_started'; readonly id: string; readonly name: string; readonly parent?: string }
  | { readonly kind: 'call_grew'; readonly id: string; readonly delta: string }
  | { readonly kind: 'call_ended'; readonly id: string }
  | {
      readonly kind: 'call_answered';
      readonly id: string;
      readonly message_id: string;
      readonly content: string;
      /** Set when the call failed and the agent says how. */
      readonly error?: ToolErrorKind;
    }
  | { readonly kind: 'state_set'; readonly state: unknown }
  | { readonly kind: 'state_patched'; readonly patch: readonly unknown[] }
  | { readonly kind: 'messages_set'; readonly messages: readonly JsonRecord[] }
  | {
      readonly kind: 'activity_set';
      readonly id: string;
      readonly name: string;
      readonly content: unknown;
      readonly isKept: boolean;
    }
  | {
      readonly kind: 'activity_patched';
      readonly id: string;
      readonly name: string;
      readonly patch: readonly unknown[];
    }
  | { readonly kind: 'subagent'; readonly name: string; readonly text: string; readonly isError: boolean }
  | { readonly kind: 'step_ended' }
  | { readonly kind: 'custom'; readonly name: string; readonly value: unknown }
  /** Shown to nobody but the viewer: raw events and whatever is not known. */
  | { readonly kind: 'other'; readonly type: string };

export type RemoteOutcome =
  | { readonly type: 'success'; readonly pending?: readonly string[] }
  | { readonly type: 'cancelled' }
  | { readonly type: 'interrupt'; readonly interrupts: readonly RemoteInterrupt[] };

export interface RemoteInterrupt {
  readonly id: string;
  readonly reason: string;
  readonly message?: string;
  readonly tool_call_id?: string;
  readonly response_schema?: JsonRecord;
  readonly metadata?: JsonRecord;
}

/** Tokens as AG-UI counts them: cached ones are part of the input. */
export interface RemoteUsage {
  readonly model_name?: string;
  readonly input: number;
  readonly output: number;
  readonly cached?: number;
  readonly written?: number;
  readonly reasoning?: number;
}

/** A stream that breaks the protocol; the message names the event and its field. */
export class RemoteProblem extends Error {
  override readonly name = 'RemoteProblem';
}

/** Gives a required string of an event; anything else is a problem with its name. */
export function stringOf(event: JsonRecord, field: string): string {
  const value = event[field];
  if (typeof value !== 'string') throw problem(event, field, 'a string');
  return value;
}

/** Gives an optional string; null means absent, as it did before AG-UI 1.0. */
export function optionalStringOf(event: JsonRecord, field: string): string | undefined {
  const value = event[field];
  return value === undefined || value === null ? undefined : stringOf(event, field);
}

/** Gives a required list of an event. */
export function listOf(event: JsonRecord, field: string): readonly unknown[] {
  const value = event[field];
  if (!Array.isArray(value)) throw problem(event, field, 'a list');
  return value;
}

/** Gives the text of a message's content, which is a string or a list of parts. */
export function contentText(event: JsonRecord, field: string): string {
  const value = event[field];
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) throw problem(event, field, 'a string or a list of parts');
  return value.filter(isRecord).map(partText).join('\n');
}

function partText(part: JsonRecord): string {
  return typeof part.text === 'string' ? part.text : `[${String(part.type)}]`;
}

function problem(event: JsonRecord, field: string, wanted: string): RemoteProblem {
  return new RemoteProblem(`The agent sent ${String(event.type)} whose ${field} is not ${wanted}.`);
}
