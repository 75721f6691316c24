import { createHash } from 'node:crypto';
import type { ConversationMessage } from '../conversation.ts';
import { jsonLine } from '../json-line.ts';
import type { AgentMessage, AgentMessageOf, TokenUsage } from '../messages.ts';
import { promptTokens } from '../usage.ts';
import { createConversationDrain } from './drain-conversation.ts';
import type { Encoder } from './encoder.ts';

/** The metrics of a session, externally tagged: sessions, rounds, tool calls, counts of messages. */
export const chatEvents: Encoder = {
  name: 'chat-events',
  description: 'Metrics as lines of JSON: SessionStarted, RoundCompleted, ToolCalled …',
  media_type: 'application/x-ndjson',
  async *encode(messages) {
    const ledger: Ledger = { session_id: '', message_count: 0, error: null };
    const drain = createConversationDrain();
    for await (const message of messages) {
      ledger.message_count += drain(message).filter(isExchanged).length;
      if (message.type === 'session_started') ledger.session_id = message.session_id;
      if (message.type === 'turn_started') ledger.error = null;
      if (message.type === 'error') ledger.error = message.message;
      for (const [name, fields] of eventsOf(message, ledger)) {
        yield `${jsonLine({ [name]: { meta: metaOf(message, ledger.session_id, name), ...fields } })}\n`;
      }
    }
  },
};

interface Ledger {
  session_id: string;
  message_count: number;
  error: string | null;
}

type Event = readonly [name: string, fields: Readonly<Record<string, unknown>>];

/** What a person or a model said; results of tools and the agent's own words are not counted. */
function isExchanged(message: ConversationMessage): boolean {
  return message.role === 'assistant' || (message.role === 'user' && message.origin === 'person');
}

function eventsOf(message: AgentMessage, { session_id, message_count, error }: Ledger): readonly Event[] {
  switch (message.type) {
    case 'session_started':
      return [['SessionStarted', { session_id, model: message.model }]];
    case 'session_ended':
      return [['SessionCompleted', { session_id, status: message.status }]];
    case 'turn_started':
      return [['RoundStarted', { round_id: message.turn_id, session_id, model: message.model_name }]];
    case 'tool_result':
      return [toolCalled(message, session_id, message.result)];
    case 'tool_error':
      return [toolCalled(message, session_id, message.error)];
    case 'done': {
      const completed = roundCompleted(message, session_id, error);
      if (message.status !== 'completed') return [completed];
      return [completed, ['MessageCountUpdated', { session_id, message_count }]];
    }
    default:
      return [];
  }
}

function toolCalled(
  message: AgentMessageOf<'tool_result' | 'tool_error'>,
  session_id: string,
  call: { readonly id: string; readonly name: string },
): Event {
  return [
    'ToolCalled',
    {
      tool_call_id: call.id,
      round_id: message.turn_id ?? '',
      session_id,
      tool_name: call.name,
      latency_ms: message.execute_duration_ms,
      success: message.type === 'tool_result',
    },
  ];
}

function roundCompleted(message: AgentMessageOf<'done'>, session_id: string, error: string | null): Event {
  return [
    'RoundCompleted',
    {
      round_id: message.turn_id,
      session_id,
      status: roundStatus(message),
      usage: tokenUsage(message.usage),
      latency_ms: message.duration_ms,
      error: roundError(message, error),
    },
  ];
}

/** The vocabulary has no status for a halt: a round that a limit stopped did not succeed, and its `error` says why. */
function roundStatus(message: AgentMessageOf<'done'>): 'success' | 'error' | 'cancelled' {
  if (message.status === 'completed') return 'success';
  return message.status === 'cancelled' ? 'cancelled' : 'error';
}

function roundError(message: AgentMessageOf<'done'>, error: string | null): string | null {
  if (message.status === 'error') return error ?? message.stop_reason;
  return message.status === 'halted' ? (message.halt?.message ?? message.stop_reason) : null;
}

/** Here a prompt is all that the model read, from a cache or not. */
export function tokenUsage(usage: TokenUsage): Readonly<Record<string, number>> {
  const prompt_tokens = promptTokens(usage);
  const completion_tokens = usage.output_tokens;
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

/** The id is a UUID made from the session and the message, so that the same log always gives the same events. */
function metaOf(message: AgentMessage, session_id: string, name: string): Readonly<Record<string, unknown>> {
  const hash = createHash('sha1').update(`${session_id}\n${message.seq}\n${name}`).digest('hex');
  const variant = ((Number.parseInt(hash.slice(16, 17), 16) & 3) | 8).toString(16);
  const event_id = [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `5${hash.slice(13, 16)}`,
    `${variant}${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-');
  return { event_id, occurred_at: new Date(message.at).toISOString(), trace_id: null };
}
