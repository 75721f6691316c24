import type { ModelPrices } from '../provider.ts';

/**
 * What the models that people use most cost, in US dollars for a million tokens: input, output, read from the cache,
 * written to it; then the same for long prompts. The bundled price list says the same, but takes long to load.
 */
export const KNOWN_PRICES: Readonly<Record<string, ModelPrices>> = {
  'claude-fable-5-1': price([10, 50, 0.25, 12.5]),
  'claude-fable-5': price([10, 50, 1, 12.5]),
  'claude-opus-5-5': price([4, 20, 0.2, 5]),
  'claude-opus-5': price([5, 25, 0.5, 6.25]),
  'claude-sonnet-5': price([2, 10, 0.2, 2.5]),
  'claude-opus-4-8': price([5, 25, 0.5, 6.25]),
  'claude-opus-4-7': price([5, 25, 0.5, 6.25]),
  'claude-opus-4-6': price([5, 25, 0.5, 6.25]),
  'claude-sonnet-4-6': price([3, 15, 0.3, 3.75]),
  'claude-haiku-4-5': price([1, 5, 0.1, 1.25]),
  'claude-opus-4-5': price([5, 25, 0.5, 6.25]),
  'claude-sonnet-4-5': price([3, 15, 0.3, 3.75], [200000, 6, 22.5, 0.6, 7.5]),
  'gpt-6-astra': price([10, 50, 1, 12.5], [271999, 20, 75, 2, 25]),
  'gpt-6-sol': price([2, 10, 0.2, 2.5], [272000, 4, 15, 0.4, 5]),
  'gpt-6-luna': price([0.1, 0.5, 0.01, 0.125], [272000, 0.2, 0.75, 0.02, 0.25]),
  'gpt-5.6-sol': price([4, 20, 0.4, 5], [271999, 8, 30, 0.8, 10]),
  'gpt-5.6-terra': price([2, 12, 0.2, 2.5], [271999, 4, 18, 0.4, 5]),
  'gpt-5.6-luna': price([0.2, 1.2, 0.02, 0.25], [271999, 0.4, 1.8, 0.04, 0.5]),
  'gpt-5.5': price([5, 30, 0.5], [271999, 10, 45, 1]),
  'gpt-5.4': price([2.5, 15, 0.25], [271999, 5, 22.5, 0.5]),
  'gpt-5.4-mini': price([0.75, 4.5, 0.075]),
  'gpt-5.4-nano': price([0.2, 1.25, 0.02]),
  'gpt-5.2': price([1.75, 14, 0.175]),
  'gpt-5.1': price([1.25, 10, 0.125]),
  'gpt-5': price([1.25, 10, 0.125]),
  'gpt-5-mini': price([0.25, 2, 0.025]),
  'gpt-5-nano': price([0.05, 0.4, 0.005]),
  'gpt-4.1': price([2, 8, 0.5]),
  'gpt-4.1-mini': price([0.4, 1.6, 0.1]),
  'gpt-4.1-nano': price([0.1, 0.4, 0.025]),
  'gpt-4o': price([2.5, 10, 1.25]),
  'gpt-4o-mini': price([0.15, 0.6, 0.075]),
  o3: price([2, 8, 0.5]),
  'o4-mini': price([1.1, 4.4, 0.275]),
  'gpt-6.1-sol': price([2, 10, 0.1, 2.5], [272000, 4, 15, 0.2]),
  'claude-fable-5-2': price([8, 40]),
  'claude-sonnet-5-5': price([2, 10, 0.2, 2.5]),
  'claude-haiku-5-5': price([0.1, 0.5, undefined, 0.125], [100000, 0.5, 2.5, undefined, 0.625]),
};

type Row = readonly [input: number, output: number, cache_read?: number | undefined, cache_creation?: number];
type LongRow = readonly [above_tokens: number, ...Row];

function price(row: Row, long?: LongRow): ModelPrices {
  if (long === undefined) return toPrices(row);
  const [above_tokens, ...longRow] = long;
  return { ...toPrices(row), long_prompts: { above_tokens, ...toPrices(longRow) } };
}

function toPrices([input, output, cache_read, cache_creation]: Row): Omit<ModelPrices, 'long_prompts'> {
  return {
    input,
    output,
    ...(cache_read === undefined ? {} : { cache_read }),
    ...(cache_creation === undefined ? {} : { cache_creation }),
  };
}
