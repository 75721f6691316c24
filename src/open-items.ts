import type { AgentMessage, AgentMessageBody, AgentMessageOf, ToolCallRequest } from './messages.ts';

/** What has begun and must end before its turn does. */
export interface OpenItems {
  readonly segment?: { readonly type: 'text' | 'thought'; readonly id: string; readonly model_name: string };
  readonly calls: readonly OpenCall[];
  readonly approvals: readonly string[];
  readonly compaction?: AgentMessageOf<'context_compaction_started'>;
}

interface OpenCall {
  readonly request: ToolCallRequest;
  readonly model_name: string;
}

/** Before the first message, and after the end of a turn. */
export const NOTHING_OPEN: OpenItems = { calls: [], approvals: [] };

/** Takes one more message into what is open. Pure; gives the same object when nothing changes. */
export function reduceOpenItems(open: OpenItems, message: AgentMessage): OpenItems {
  switch (message.type) {
    case 'text':
    case 'thought':
      return reduceSegment(open, message);
    case 'tool_call':
      return { ...open, calls: [...open.calls, { request: message.request, model_name: message.model_name }] };
    case 'tool_result':
      return withoutCall(open, message.result.id);
    case 'tool_error':
      return withoutCall(open, message.error.id);
    case 'approval_requested':
      return { ...open, approvals: [...open.approvals, message.tool_call_id] };
    case 'approval_resolved':
      return { ...open, approvals: open.approvals.filter((id) => id !== message.tool_call_id) };
    case 'context_compaction_started':
      return { ...open, compaction: message };
    case 'context_compaction_result': {
      const { compaction: _ended, ...rest } = open;
      return rest;
    }
    case 'done':
      return NOTHING_OPEN;
    default:
      return open;
  }
}

function reduceSegment(open: OpenItems, message: AgentMessageOf<'text' | 'thought'>): OpenItems {
  if (!message.is_complete) {
    if (open.segment?.id === message.message_id) return open;
    return { ...open, segment: { type: message.type, id: message.message_id, model_name: message.model_name } };
  }
  const { segment: _closed, ...rest } = open;
  return rest;
}

function withoutCall(open: OpenItems, id: string): OpenItems {
  return { ...open, calls: open.calls.filter((call) => call.request.id !== id) };
}

/** Gives the messages that end everything open, in their order; `reason` is what the model is told. */
export function endsOf({ segment, calls, approvals, compaction }: OpenItems, reason: string): AgentMessageBody[] {
  const ends: AgentMessageBody[] = [];
  if (segment !== undefined) {
    const { type, id, model_name } = segment;
    ends.push({ type, message_id: id, chunk: '', is_complete: true, model_name });
  }
  for (const tool_call_id of approvals)
    ends.push({ type: 'approval_resolved', tool_call_id, decision: 'deny', by: 'user', note: reason });
  for (const call of calls) ends.push(cancelledCall(call, reason));
  if (compaction !== undefined) {
    const none = { messages_removed: 0, tokens_before: 0, tokens_after: 0 };
    ends.push({ type: 'context_compaction_result', outcome: 'cancelled', ...none, error: reason });
  }
  return ends;
}

function cancelledCall({ request: { id, name }, model_name }: OpenCall, error: string): AgentMessageBody {
  return {
    type: 'tool_error',
    error: { id, name, error },
    kind: 'cancelled',
    wait_ms: 0,
    execute_duration_ms: 0,
    duration_display: '0ms',
    model_name,
  };
}

/** What is told of a turn whose program died. */
export const CUT_OFF = 'The program ended before this was complete.';

/**
 * Gives the messages that are missing at the end of a log that was cut somewhere, so that it keeps the promises of the
 * vocabulary: what is open ends as cancelled, texts that wait are returned, the turn ends as its last message says, else
 * as cancelled.
 */
export function missingEnds(log: readonly AgentMessage[]): readonly AgentMessage[] {
  const last = log.at(-1);
  if (last === undefined) return [];
  const turn = openTurn(log);
  const ends = [
    ...endsOf(log.reduce(reduceOpenItems, NOTHING_OPEN), CUT_OFF),
    ...returnedTexts(log),
    ...(turn === undefined ? [] : endOfTurn(turn)),
  ];
  const turn_id = turn === undefined ? {} : { turn_id: turn[0].turn_id };
  return ends.map((body, index) => ({ ...body, seq: last.seq + index + 1, at: last.at, ...turn_id }));
}

type Turn = readonly [AgentMessageOf<'turn_started'>, ...AgentMessage[]];

/** Gives the messages of the turn that has not ended, its beginning first. */
export function openTurn(log: readonly AgentMessage[]): Turn | undefined {
  const from = log.findLastIndex(({ type }) => type === 'turn_started' || type === 'done');
  const [start, ...rest] = from < 0 ? [] : log.slice(from);
  return start?.type === 'turn_started' ? [start, ...rest] : undefined;
}

/** Gives the accepted texts of a log that have no end yet, in their order. */
export function waitingTexts(log: readonly AgentMessage[]): readonly AgentMessageOf<'user_message_accepted'>[] {
  const waiting = new Map<string, AgentMessageOf<'user_message_accepted'>>();
  for (const message of log) {
    if (message.type === 'user_message_accepted') waiting.set(message.id, message);
    if (message.type === 'user_steered' || message.type === 'user_message_returned') waiting.delete(message.id);
    if (message.type === 'turn_started') waiting.delete(message.input.id);
  }
  return [...waiting.values()];
}

function returnedTexts(log: readonly AgentMessage[]): AgentMessageBody[] {
  return waitingTexts(log).map(({ id, content }) => ({
    type: 'user_message_returned',
    id,
    content,
    reason: 'cancelled',
  }));
}

function endOfTurn(turn: Turn): AgentMessageBody[] {
  const [start] = turn;
  const hasFailed = turn.some(({ type }) => type === 'error');
  const isEnding = hasFailed || turn.some(({ type }) => type === 'cancelled');
  const status = hasFailed ? 'error' : 'cancelled';
  const done: AgentMessageBody = {
    type: 'done',
    turn_id: start.turn_id,
    status,
    stop_reason: status,
    iterations: turn.filter(({ type }) => type === 'iteration_complete').length,
    usage: { input_tokens: 0, output_tokens: 0 },
    duration_ms: Math.max(0, (turn.at(-1)?.at ?? start.at) - start.at),
  };
  return isEnding ? [done] : [{ type: 'cancelled', message: CUT_OFF }, done];
}
