import type { AgentMessageBody } from '../../messages.ts';
import { isCount, isRecord, type JsonRecord } from '../json-fields.ts';

/** Where an agent of our own kind takes messages while it works, and the turn they are for. */
export interface SteeringOffer {
  readonly messages_path: string;
  readonly turn_id?: string;
  /** The agent keeps the conversation itself: of a long one its end is enough. */
  readonly keeps_log?: true;
}

/** Reads the offer; only a path counts, so that no agent can have messages and token sent elsewhere. */
export function readOffer(value: unknown): SteeringOffer | undefined {
  if (!isRecord(value) || typeof value.messages_url !== 'string' || !/^\/(?!\/)/.test(value.messages_url))
    return undefined;
  const turn = typeof value.turn_id === 'string' ? { turn_id: value.turn_id } : {};
  const log = typeof value.events_url === 'string' ? { keeps_log: true as const } : {};
  return { messages_path: value.messages_url, ...turn, ...log };
}

/**
 * Reads what an agent of our own kind says in a `CUSTOM` event and what a person should see of it; undefined for
 * everything else. Nothing is taken over unchecked.
 */
export function readNotice(name: string, value: unknown): AgentMessageBody | undefined {
  if (!isRecord(value)) return undefined;
  switch (name) {
    case 'system_warning':
      return warning(value);
    case 'prompt_progress':
      return progress(value);
    case 'context_usage_update':
      return usage(value);
    case 'retrying':
      return isRecord(value.error) && typeof value.error.message === 'string'
        ? { type: 'system_warning', message: `The agent tries again: ${value.error.message}` }
        : undefined;
    case 'model_switched':
      return typeof value.new === 'string'
        ? { type: 'system_warning', message: `The agent now uses ${value.new}.` }
        : undefined;
    case 'context_compaction_result':
      return { type: 'system_warning', message: `The agent compacted the conversation: ${String(value.outcome)}.` };
    default:
      return undefined;
  }
}

function warning(value: JsonRecord): AgentMessageBody | undefined {
  if (typeof value.message !== 'string') return undefined;
  const { message, suggested_action } = value;
  return { type: 'system_warning', message, ...(typeof suggested_action === 'string' ? { suggested_action } : {}) };
}

function progress(value: JsonRecord): AgentMessageBody | undefined {
  const { processed, total, cached, time_ms } = value;
  if (!isCount(processed) || !isCount(total) || !isCount(cached) || !isCount(time_ms)) return undefined;
  return { type: 'prompt_progress', processed, total, cached, time_ms };
}

const TOTALS = [
  'input_tokens',
  'output_tokens',
  'total_input_tokens',
  'total_output_tokens',
  'total_cache_read_tokens',
  'total_cache_creation_tokens',
  'total_reasoning_tokens',
] as const;
const OPTIONALS = ['context_limit', 'cache_read_tokens', 'cache_creation_tokens', 'reasoning_tokens'] as const;

function usage(value: JsonRecord): AgentMessageBody | undefined {
  if (typeof value.model_name !== 'string' || !TOTALS.every((name) => isCount(value[name]))) return undefined;
  const totals = Object.fromEntries(TOTALS.map((name) => [name, value[name]])) as Record<
    (typeof TOTALS)[number],
    number
  >;
  const optionals = Object.fromEntries(
    OPTIONALS.filter((name) => isCount(value[name])).map((name) => [name, value[name]]),
  );
  const { usage_ratio } = value;
  return {
    type: 'context_usage_update',
    ...totals,
    ...optionals,
    ...(typeof usage_ratio === 'number' && usage_ratio >= 0 ? { usage_ratio } : {}),
    ...(value.estimated === true ? { estimated: true as const } : {}),
    model_name: value.model_name,
  };
}
