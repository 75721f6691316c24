import type { ContextUsage, TokenUsage } from '../messages.ts';
import type { ModelInfo, ModelPrices } from '../providers/provider.ts';
import { addUsage, fillOf, promptTokens } from '../usage.ts';
import type { KnownCost, TokenTotals } from './session-state.ts';

const MILLION = 1_000_000;

/**
 * Gives what a model call cost in US dollars. A cache price that is unknown counts as the full input price, never as zero; a
 * long prompt has its own prices for the whole request.
 */
export function costOf(usage: TokenUsage, { long_prompts, ...usual }: ModelPrices): number {
  const { cache_read_tokens: read = 0, cache_creation_tokens: created = 0 } = usage;
  const isLong = long_prompts !== undefined && promptTokens(usage) > long_prompts.above_tokens;
  const prices = isLong ? long_prompts : usual;
  const input = usage.input_tokens * prices.input + usage.output_tokens * prices.output;
  const cache = read * (prices.cache_read ?? prices.input) + created * (prices.cache_creation ?? prices.input);
  return (input + cache) / MILLION;
}

/** Counts tokens and money over the model calls of a turn and of the session. */
export interface Ledger {
  /** Counts one model call. */
  add(model: ModelInfo, usage: TokenUsage): void;
  startTurn(): void;
  /** The cost is absent when no model call was counted, and when a price is not known. */
  readonly turn: { readonly usage: TokenUsage; readonly cost?: number };
  /** US dollars of the whole session, also before it was resumed, as far as prices are known. */
  readonly spent: number;
  /** Whether the session was resumed with model calls whose cost its log does not say. */
  readonly has_unknown_past: boolean;
  readonly totals: TokenTotals;
}

/** Opens a ledger that goes on from what its session has used and cost. */
export function createLedger(earlier: TokenTotals, cost: KnownCost): Ledger {
  let totals = earlier;
  let spent = cost.dollars;
  let usage: TokenUsage = { input_tokens: 0, output_tokens: 0 };
  /** `undefined`: a price is not known; `'nothing'`: no model call has been counted yet. */
  let turnCost: number | undefined | 'nothing' = 'nothing';
  return {
    add: (model, added) => {
      usage = addUsage(usage, added);
      totals = addTotals(totals, added);
      const cost = model.prices === undefined ? undefined : costOf(added, model.prices);
      spent += cost ?? 0;
      const before = turnCost === 'nothing' ? 0 : turnCost;
      turnCost = cost === undefined || before === undefined ? undefined : before + cost;
    },
    startTurn: () => {
      usage = { input_tokens: 0, output_tokens: 0 };
      turnCost = 'nothing';
    },
    get turn() {
      return { usage, ...(typeof turnCost === 'number' ? { cost: turnCost } : {}) };
    },
    get spent() {
      return spent;
    },
    has_unknown_past: earlier.total_input_tokens + earlier.total_output_tokens > cost.tokens,
    get totals() {
      return totals;
    },
  };
}

function addTotals(totals: TokenTotals, usage: TokenUsage): TokenTotals {
  return {
    total_input_tokens: totals.total_input_tokens + usage.input_tokens,
    total_output_tokens: totals.total_output_tokens + usage.output_tokens,
    total_cache_read_tokens: totals.total_cache_read_tokens + (usage.cache_read_tokens ?? 0),
    total_cache_creation_tokens: totals.total_cache_creation_tokens + (usage.cache_creation_tokens ?? 0),
    total_reasoning_tokens: totals.total_reasoning_tokens + (usage.reasoning_tokens ?? 0),
  };
}

/** Puts together the twelve fields of `context_usage_update`. */
export function contextUsage(usage: TokenUsage, totals: TokenTotals, context_limit: number | undefined): ContextUsage {
  const window = context_limit === undefined ? {} : { usage_ratio: fillOf(usage) / context_limit, context_limit };
  return { ...window, ...usage, ...totals };
}
