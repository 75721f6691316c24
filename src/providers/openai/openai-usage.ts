import type { TokenUsage } from '../../messages.ts';
import { countOf, type Fields, fieldsOf } from '../wire/wire-fields.ts';

/** Reads the counts of OpenAI Responses, which take cached tokens into the input. */
export function responsesUsage(usage: Fields): TokenUsage | undefined {
  const input = countOf(usage.input_tokens);
  const output_tokens = countOf(usage.output_tokens);
  if (input === undefined && output_tokens === undefined) return undefined;
  const details = fieldsOf(usage.input_tokens_details);
  return assemble({
    input: input ?? 0,
    output_tokens: output_tokens ?? 0,
    cache_read: countOf(details.cached_tokens),
    cache_write: countOf(details.cache_write_tokens),
    reasoning: countOf(fieldsOf(usage.output_tokens_details).reasoning_tokens),
  });
}

/** Reads the counts of Chat Completions in the spellings of many services. */
export function chatUsage(usage: Fields): TokenUsage | undefined {
  const input = countOf(usage.prompt_tokens);
  const output = countOf(usage.completion_tokens);
  if (input === undefined && output === undefined) return undefined;
  const prompt = fieldsOf(usage.prompt_tokens_details);
  const reasoning =
    countOf(fieldsOf(usage.completion_tokens_details).reasoning_tokens) ?? countOf(usage.reasoning_tokens);
  return assemble({
    input: input ?? 0,
    output_tokens: (output ?? 0) + uncounted(usage, reasoning),
    cache_read: countOf(prompt.cached_tokens) ?? countOf(usage.prompt_cache_hit_tokens) ?? countOf(usage.cached_tokens),
    cache_write: countOf(prompt.cache_write_tokens) ?? countOf(prompt.cache_creation_tokens),
    reasoning,
  });
}

/** xAI leaves the thoughts out of the output; its total gives that away. */
function uncounted(usage: Fields, reasoning: number | undefined): number {
  const [input, output, total] = [usage.prompt_tokens, usage.completion_tokens, usage.total_tokens].map(countOf);
  if (input === undefined || output === undefined || reasoning === undefined) return 0;
  return total === input + output + reasoning ? reasoning : 0;
}

/** Reads llama.cpp's timings, its only counts when nobody asked for the usage. */
export function timingsUsage(timings: Fields): TokenUsage | undefined {
  const output_tokens = countOf(timings.predicted_n);
  const read = countOf(timings.prompt_n);
  if (output_tokens === undefined || read === undefined) return undefined;
  const cached = countOf(timings.cache_n);
  return { input_tokens: read, output_tokens, ...(cached === undefined ? {} : { cache_read_tokens: cached }) };
}

interface Counts {
  readonly input: number;
  readonly output_tokens: number;
  readonly cache_read: number | undefined;
  readonly cache_write: number | undefined;
  readonly reasoning: number | undefined;
}

function assemble({ input, output_tokens, cache_read, cache_write, reasoning }: Counts): TokenUsage {
  return {
    input_tokens: Math.max(0, input - (cache_read ?? 0) - (cache_write ?? 0)),
    output_tokens,
    ...(cache_read === undefined ? {} : { cache_read_tokens: cache_read }),
    ...(cache_write === undefined ? {} : { cache_creation_tokens: cache_write }),
    ...(reasoning === undefined ? {} : { reasoning_tokens: reasoning }),
  };
}
