import type { AgentMessage, AgentMessageOf, ContextUsage, TokenUsage } from '../messages.ts';
import { safeLine } from '../safe-text.ts';
import type { CallView, StatusView } from './chat-view.ts';
import { without } from './settle.ts';

/** Takes a message into the status: what is asked, by whom, how full and how dear. */
export function reduceStatus(status: StatusView, message: AgentMessage): StatusView {
  switch (message.type) {
    case 'session_started':
      return { ...status, model: safeLine(message.model) };
    case 'turn_started':
      return {
        ...startCall(status, message.at),
        turn_since: message.at,
        asked_ms: 0,
        model: status.model.includes(',') ? status.model : safeLine(message.model_name),
      };
    case 'prompt_progress':
    case 'text':
    case 'thought':
    case 'tool_call':
    case 'tool_call_update':
      return { ...status, phase: phaseOf(message), call: growCall(status.call, message) };
    case 'tool_started':
      return { ...without(status, 'call'), phase: 'tools' };
    case 'iteration_complete':
      return message.tool_calls > 0 ? startCall(status, message.at) : without(status, 'call');
    case 'auto_continue':
      return startCall(status, message.at);
    case 'retrying':
      return { ...startCall(status, message.at + message.delay_ms), phase: 'retrying' };
    case 'approval_requested':
      return {
        ...without(status, 'call'),
        phase: 'tools',
        approvals: [...status.approvals, message.tool_call_id],
        asked_since: status.asked_since ?? message.at,
      };
    case 'approval_resolved':
      return answered(status, message);
    case 'done':
      return endTurn(status, message);
    case 'session_ended':
      return { ...without(status, 'call'), phase: 'idle' };
    default:
      return reduceSettings(status, message);
  }
}

function answered(status: StatusView, { tool_call_id, at }: AgentMessageOf<'approval_resolved'>): StatusView {
  const approvals = status.approvals.filter((id) => id !== tool_call_id);
  return approvals.length > 0 ? { ...status, approvals } : { ...withAnswers(status, at), approvals };
}

/** No question is open any more: the time that the person took is none of the agent's. */
function withAnswers(status: StatusView, at: number): StatusView {
  const { asked_since = at } = status;
  return { ...without(status, 'asked_since'), asked_ms: status.asked_ms + at - asked_since };
}

function reduceSettings(status: StatusView, message: AgentMessage): StatusView {
  switch (message.type) {
    case 'context_usage_update':
      return { ...status, usage: usageOf(message) };
    case 'context_compaction_started':
      return { ...without(status, 'call'), phase: 'compacting' };
    case 'context_compaction_result':
      return afterCompaction(status, message);
    case 'model_switched':
      return withModel(status, message);
    case 'reasoning_effort_changed':
      return { ...status, effort: message.new };
    case 'context_cleared':
    case 'context_restored':
      return without(status, 'usage');
    default:
      return status;
  }
}

function startCall(status: StatusView, since: number): StatusView {
  return { ...status, phase: 'waiting', call: { since, characters: 0 } };
}

type Delta = AgentMessageOf<'prompt_progress' | 'text' | 'thought' | 'tool_call' | 'tool_call_update'>;

function phaseOf(message: Delta): StatusView['phase'] {
  if (message.type === 'prompt_progress') return 'waiting';
  if (message.type === 'text') return 'answering';
  return message.type === 'thought' ? 'thinking' : 'tools';
}

function growCall(call: CallView = { since: 0, characters: 0 }, message: Delta): CallView {
  if (message.type === 'prompt_progress') {
    return { ...call, prefill: { processed: message.processed, total: message.total, cached: message.cached } };
  }
  const characters = call.characters + ('chunk' in message ? message.chunk.length : 0);
  const first_token_at = call.first_token_at ?? message.at;
  const second = Math.floor((message.at - first_token_at) / 1000);
  const grown = { ...call, characters, first_token_at };
  if (second < 1 || second === call.speed?.second) return grown;
  return { ...grown, speed: { value: characters / ((message.at - first_token_at) / 1000), second } };
}

function endTurn(status: StatusView, message: AgentMessageOf<'done'>): StatusView {
  const hasUsed = message.usage.input_tokens + message.usage.output_tokens + cachedTokens(message.usage) > 0;
  return {
    ...without(without(withAnswers(status, message.at), 'call'), 'turn_since'),
    phase: 'idle',
    approvals: [],
    cost: status.cost + (message.cost ?? 0),
    has_cost: status.has_cost || message.cost !== undefined,
    is_cost_partial: status.is_cost_partial || (message.cost === undefined && hasUsed),
  };
}

function cachedTokens(usage: TokenUsage): number {
  return (usage.cache_read_tokens ?? 0) + (usage.cache_creation_tokens ?? 0);
}

function usageOf(message: AgentMessageOf<'context_usage_update'>): NonNullable<StatusView['usage']> {
  return { ...message, is_estimated: message.estimated === true };
}

function afterCompaction(status: StatusView, message: AgentMessageOf<'context_compaction_result'>): StatusView {
  const next: StatusView =
    status.turn_since === undefined ? { ...without(status, 'call'), phase: 'idle' } : startCall(status, message.at);
  if (message.outcome !== 'completed' || status.usage === undefined) return next;
  return { ...next, usage: estimatedFill(status.usage, message.tokens_after) };
}

/** A fill that is known from an estimate only: all of it stands as input. */
function estimatedFill(usage: ContextUsage, tokens: number): NonNullable<StatusView['usage']> {
  const { usage_ratio: _ratio, cache_read_tokens: _read, cache_creation_tokens: _created, ...rest } = usage;
  const limit = usage.context_limit;
  const ratio = limit === undefined ? {} : { usage_ratio: tokens / limit };
  return { ...rest, ...ratio, input_tokens: tokens, output_tokens: 0, is_estimated: true };
}

function withModel(status: StatusView, message: AgentMessageOf<'model_switched'>): StatusView {
  const effort = message.report.effort_clamped === undefined ? {} : { effort: message.report.effort_clamped.to };
  const next = { ...status, model: safeLine(message.new), ...effort };
  if (status.usage === undefined) return next;
  const { context_limit } = message.report;
  const { context_limit: _previous, ...usage } = status.usage;
  const limited = context_limit === undefined ? usage : { ...usage, context_limit };
  return { ...next, usage: estimatedFill(limited, message.report.tokens_to_read) };
}
