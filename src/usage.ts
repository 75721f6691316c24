import type { TokenUsage } from './messages.ts';

/** Adds up what model calls used; a count that nobody gave stays absent. */
export function addUsage(one: TokenUsage, other: TokenUsage): TokenUsage {
  return {
    input_tokens: one.input_tokens + other.input_tokens,
    output_tokens: one.output_tokens + other.output_tokens,
    ...optionalSum('cache_read_tokens', one, other),
    ...optionalSum('cache_creation_tokens', one, other),
    ...optionalSum('reasoning_tokens', one, other),
  };
}

/** Counts all that the model read: new tokens, and what was read from or written to a cache. */
export function promptTokens(usage: TokenUsage): number {
  return usage.input_tokens + (usage.cache_read_tokens ?? 0) + (usage.cache_creation_tokens ?? 0);
}

/** Counts all the tokens that lay in the window after a model call. */
export function fillOf(usage: TokenUsage): number {
  return promptTokens(usage) + usage.output_tokens;
}

type OptionalCount = 'cache_read_tokens' | 'cache_creation_tokens' | 'reasoning_tokens';

function optionalSum(name: OptionalCount, one: TokenUsage, other: TokenUsage): Partial<TokenUsage> {
  if (one[name] === undefined && other[name] === undefined) return {};
  return { [name]: (one[name] ?? 0) + (other[name] ?? 0) };
}
