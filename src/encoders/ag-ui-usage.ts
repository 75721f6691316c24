import type { TokenUsage as AgUiUsage } from '@ag-ui/core';
import type { AgentMessageOf, TokenUsage } from '../messages.ts';
import { promptTokens } from '../usage.ts';

/** The tokens of one run, one entry for each model that answered in it. */
export type RunUsage = ReadonlyMap<string, AgUiUsage>;

/** Adds what one model call was measured to use; estimates are not usage. */
export function addUsage(usage: RunUsage, message: AgentMessageOf<'context_usage_update'>): RunUsage {
  if (message.estimated === true) return usage;
  const call = agUiUsage(message.model_name, message);
  const before = usage.get(message.model_name);
  return new Map([...usage, [message.model_name, before === undefined ? call : sum(before, call)]]);
}

/** Gives the entries for `RUN_FINISHED.usage`; the turn's own totals where no call was reported by itself. */
export function usageEntries(usage: RunUsage, model_name: string, total: TokenUsage): AgUiUsage[] {
  if (usage.size > 0) return [...usage.values()];
  return total.input_tokens + total.output_tokens > 0 ? [agUiUsage(model_name, total)] : [];
}

/** Counts as AG-UI does: cached tokens are part of the input, not beside it. */
function agUiUsage(model_name: string, tokens: TokenUsage): AgUiUsage {
  // The slashes of a script's path separate folders.
  const slash = model_name.startsWith('script:') ? -1 : model_name.indexOf('/');
  const input = promptTokens(tokens);
  return {
    ...(slash > 0 ? { provider: model_name.slice(0, slash) } : {}),
    model: model_name.slice(slash + 1),
    inputTokens: input,
    outputTokens: tokens.output_tokens,
    totalTokens: input + tokens.output_tokens,
    ...(tokens.reasoning_tokens === undefined ? {} : { reasoningTokens: tokens.reasoning_tokens }),
    ...(tokens.cache_read_tokens === undefined ? {} : { cachedInputTokens: tokens.cache_read_tokens }),
    ...(tokens.cache_creation_tokens === undefined ? {} : { cacheWriteInputTokens: tokens.cache_creation_tokens }),
  };
}

const COUNTS = [
  'inputTokens',
  'outputTokens',
  'totalTokens',
  'reasoningTokens',
  'cachedInputTokens',
  'cacheWriteInputTokens',
] as const;

function sum(left: AgUiUsage, right: AgUiUsage): AgUiUsage {
  const both: AgUiUsage = { ...left };
  for (const count of COUNTS) {
    const value = right[count];
    if (value !== undefined) both[count] = (left[count] ?? 0) + value;
  }
  return both;
}
