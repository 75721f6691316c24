import { contentText } from '../content-text.ts';
import type { AgentMessage, AgentMessageOf } from '../messages.ts';
import { safeLine, safeText } from '../safe-text.ts';

/** One thing of a conversation as a reader meets it. Every text in it is safe to show. */
export type TranscriptEntry =
  | { readonly kind: 'user'; readonly at: number; readonly text: string; readonly isSteered?: true }
  | { readonly kind: 'answer'; readonly model: string; readonly text: string; readonly isVoid?: true }
  | { readonly kind: 'thought'; readonly text: string; readonly duration_ms?: number; readonly isVoid?: true }
  | TranscriptCall
  /** What happened around the conversation: a switch, a compaction, a clear, a warning, an ending. */
  | { readonly kind: 'note'; readonly text: string };

export interface TranscriptCall {
  readonly kind: 'call';
  readonly name: string;
  readonly arguments: string;
  /** Absent while no result is known. */
  readonly output?: string;
  readonly isError?: boolean;
  readonly duration?: string;
}

/** Folds a log into what a reader wants to see of it, in the order in which it began. */
export function transcriptOf(log: Iterable<AgentMessage>): readonly TranscriptEntry[] {
  const entries = new Map<string, TranscriptEntry>();
  for (const message of log) take(entries, message);
  return [...entries.values()].filter((entry) => !('text' in entry) || entry.text.trim() !== '').map(safeEntry);
}

function take(entries: Map<string, TranscriptEntry>, message: AgentMessage): void {
  switch (message.type) {
    case 'turn_started':
      entries.set(`u${message.seq}`, { kind: 'user', at: message.at, text: contentText(message.input.content) });
      return;
    case 'user_steered': {
      const text = contentText(message.content);
      entries.set(`u${message.seq}`, { kind: 'user', at: message.at, text, isSteered: true });
      return;
    }
    case 'text':
    case 'thought':
      takeChunk(entries, message);
      return;
    case 'tool_call_ready':
    case 'tool_result':
    case 'tool_error':
      takeCall(entries, message);
      return;
    case 'retrying':
      for (const id of message.discarded) voidEntry(entries, id);
      return;
    default: {
      const text = noteOf(message);
      if (text !== undefined) entries.set(`n${message.seq}`, { kind: 'note', text });
    }
  }
}

function takeChunk(entries: Map<string, TranscriptEntry>, message: AgentMessageOf<'text' | 'thought'>): void {
  const key = `m${message.message_id}`;
  const before = entries.get(key);
  const text = (before !== undefined && 'text' in before ? before.text : '') + message.chunk;
  if (message.type === 'text') {
    entries.set(key, { kind: 'answer', model: message.model_name, text });
    return;
  }
  const { duration_ms } = message;
  entries.set(key, { kind: 'thought', text, ...(duration_ms === undefined ? {} : { duration_ms }) });
}

function takeCall(
  entries: Map<string, TranscriptEntry>,
  message: AgentMessageOf<'tool_call_ready' | 'tool_result' | 'tool_error'>,
): void {
  if (message.type === 'tool_call_ready') {
    const { id, name, arguments: json } = message.request;
    entries.set(`c${id}`, { kind: 'call', name, arguments: json });
    return;
  }
  const isError = message.type === 'tool_error';
  const call = isError ? message.error : message.result;
  const before = entries.get(`c${call.id}`);
  const known = before?.kind === 'call' ? before.arguments : '';
  entries.set(`c${call.id}`, {
    kind: 'call',
    name: call.name,
    arguments: call.arguments ?? known,
    output: isError ? message.error.error : message.result.result,
    isError,
    duration: message.duration_display,
  });
}

function voidEntry(entries: Map<string, TranscriptEntry>, id: string): void {
  const entry = entries.get(`m${id}`);
  if (entry?.kind === 'answer' || entry?.kind === 'thought') entries.set(`m${id}`, { ...entry, isVoid: true });
  entries.delete(`c${id}`);
}

function noteOf(message: AgentMessage): string | undefined {
  switch (message.type) {
    case 'model_switched':
      return `Model switched from ${message.previous} to ${message.new}.`;
    case 'context_cleared':
      return 'Context cleared.';
    case 'context_restored':
      return 'Context restored.';
    case 'context_compaction_result':
      return message.outcome === 'completed' ? `Earlier messages summarised:\n\n${message.summary ?? ''}` : undefined;
    case 'user_message_returned':
      return `Not delivered (${message.reason}): ${contentText(message.content)}`;
    case 'system_warning':
      return message.message;
    case 'error':
      return `Error: ${message.message}`;
    case 'cancelled':
      return message.message;
    case 'done':
      return message.halt?.message;
    default:
      return undefined;
  }
}

function safeEntry(entry: TranscriptEntry): TranscriptEntry {
  if (entry.kind === 'answer') return { ...entry, model: safeLine(entry.model), text: safeText(entry.text) };
  if (entry.kind !== 'call') return { ...entry, text: safeText(entry.text) };
  return {
    ...entry,
    name: safeLine(entry.name),
    arguments: safeText(entry.arguments),
    ...(entry.duration === undefined ? {} : { duration: safeLine(entry.duration) }),
    ...(entry.output === undefined ? {} : { output: safeText(entry.output) }),
  };
}
