import { isCount, isRecord, type JsonRecord } from '../json-fields.ts';
import {
  optionalStringOf,
  type RemoteInterrupt,
  type RemoteOutcome,
  RemoteProblem,
  type RemoteUsage,
} from './remote-event.ts';

/** Reads why a run ended; an absent outcome is a success, an unknown one a problem: it must not pass for a success. */
export function readOutcome(event: JsonRecord): RemoteOutcome {
  const { outcome } = event;
  if (outcome === undefined || outcome === null) return { type: 'success' };
  if (!isRecord(outcome)) throw new RemoteProblem('The agent sent RUN_FINISHED whose outcome is not an object.');
  switch (outcome.type) {
    case 'success': {
      const pending = outcome.pendingToolCallIds;
      const ids = Array.isArray(pending) ? pending.filter((id) => typeof id === 'string') : [];
      return { type: 'success', ...(ids.length > 0 ? { pending: ids } : {}) };
    }
    case 'cancelled':
      return { type: 'cancelled' };
    case 'interrupt':
      return { type: 'interrupt', interrupts: readInterrupts(outcome.interrupts) };
    default:
      throw new RemoteProblem(`The agent ended the run with the unknown outcome ${JSON.stringify(outcome.type)}.`);
  }
}

function readInterrupts(value: unknown): RemoteInterrupt[] {
  const interrupts = Array.isArray(value) ? value.filter(isRecord) : [];
  if (interrupts.length === 0) throw new RemoteProblem('The agent was interrupted, and does not say by what.');
  return interrupts.map((interrupt) => {
    if (typeof interrupt.id !== 'string') throw new RemoteProblem('The agent sent an interrupt without an id.');
    const message = optionalStringOf(interrupt, 'message');
    const tool_call_id = optionalStringOf(interrupt, 'toolCallId');
    return {
      id: interrupt.id,
      reason: optionalStringOf(interrupt, 'reason') ?? 'input_required',
      ...(message === undefined ? {} : { message }),
      ...(tool_call_id === undefined ? {} : { tool_call_id }),
      ...(isRecord(interrupt.responseSchema) ? { response_schema: interrupt.responseSchema } : {}),
      ...(isRecord(interrupt.metadata) ? { metadata: interrupt.metadata } : {}),
    };
  });
}

/** Reads the tokens of a run, one entry a model. What is no count is left out. */
export function readUsage(event: JsonRecord): RemoteUsage[] {
  if (!Array.isArray(event.usage)) return [];
  return event.usage.filter(isRecord).map((entry) => {
    const model = [entry.provider, entry.model].filter((part) => typeof part === 'string').join('/');
    const [cached, written, reasoning] = [
      countOf(entry.cachedInputTokens),
      countOf(entry.cacheWriteInputTokens),
      countOf(entry.reasoningTokens),
    ];
    return {
      ...(model === '' ? {} : { model_name: model }),
      input: countOf(entry.inputTokens) ?? 0,
      output: countOf(entry.outputTokens) ?? 0,
      ...(cached === undefined ? {} : { cached }),
      ...(written === undefined ? {} : { written }),
      ...(reasoning === undefined ? {} : { reasoning }),
    };
  });
}

function countOf(value: unknown): number | undefined {
  return isCount(value) ? value : undefined;
}
