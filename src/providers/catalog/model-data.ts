import type { ReasoningEffort } from '../../messages.ts';
import type { ModelInfo } from '../provider.ts';
import { KNOWN_PRICES } from './known-prices.ts';

/** The day on which the facts below were taken from the services' own pages. */
export const MODEL_DATA_DATE = '2026-11-20';

/** What is known of a model beside its name. Absent: unknown. */
export type ModelFacts = Partial<
  Pick<ModelInfo, 'context_limit' | 'output_limit' | 'prices' | 'has_vision' | 'efforts'>
>;

const LOW_TO_HIGH: readonly ReasoningEffort[] = ['low', 'medium', 'high'];
const LOW_TO_XHIGH: readonly ReasoningEffort[] = [...LOW_TO_HIGH, 'xhigh'];
const NONE_TO_HIGH: readonly ReasoningEffort[] = ['none', ...LOW_TO_HIGH];
const NONE_TO_XHIGH: readonly ReasoningEffort[] = ['none', ...LOW_TO_XHIGH];

const M = 1_000_000;
const K = 1_000;

/** Anthropic: window, output and the efforts between which thinking can be set; without `none` it is always on. */
const CLAUDE: Readonly<Record<string, ModelFacts>> = {
  'claude-fable-5-2': seeing(M, 128 * K, LOW_TO_XHIGH),
  'claude-fable-5-1': seeing(M, 128 * K, LOW_TO_XHIGH),
  'claude-fable-5': seeing(M, 128 * K, LOW_TO_XHIGH),
  'claude-mythos-5-2': seeing(undefined, undefined, LOW_TO_XHIGH),
  'claude-mythos-5-1': seeing(undefined, undefined, LOW_TO_XHIGH),
  'claude-mythos-5': seeing(undefined, undefined, LOW_TO_XHIGH),
  'claude-opus-5-5': seeing(M, 128 * K, LOW_TO_XHIGH),
  'claude-sonnet-5-5': seeing(M, 128 * K, LOW_TO_XHIGH),
  'claude-haiku-5-5': seeing(M, 128 * K, LOW_TO_XHIGH),
  'claude-opus-5': seeing(M, 128 * K, NONE_TO_XHIGH),
  'claude-sonnet-5': seeing(M, 128 * K, NONE_TO_XHIGH),
  'claude-opus-4-8': seeing(M, 128 * K, NONE_TO_XHIGH),
  'claude-opus-4-7': seeing(M, 128 * K, NONE_TO_XHIGH),
  'claude-opus-4-6': seeing(M, 128 * K, NONE_TO_HIGH),
  'claude-sonnet-4-6': seeing(M, 64 * K, NONE_TO_HIGH),
  'claude-opus-4-5': seeing(200 * K, 64 * K, NONE_TO_HIGH),
  'claude-sonnet-4-5': seeing(200 * K, 64 * K, NONE_TO_HIGH),
  'claude-haiku-4-5': seeing(200 * K, 64 * K, NONE_TO_HIGH),
};

const GPT: Readonly<Record<string, ModelFacts>> = {
  'gpt-6.1-sol': seeing(1050 * K, 128 * K, LOW_TO_XHIGH),
  'gpt-6.1-terra': seeing(undefined, undefined, LOW_TO_XHIGH),
  'gpt-6-astra': seeing(1050 * K, 128 * K, LOW_TO_XHIGH),
  'gpt-6-sol': seeing(1050 * K, 128 * K, NONE_TO_XHIGH),
  'gpt-6-luna': seeing(1050 * K, 128 * K, NONE_TO_XHIGH),
  'gpt-5.6-sol': seeing(1050 * K, 128 * K, NONE_TO_XHIGH),
  'gpt-5.6-terra': seeing(1050 * K, 128 * K, NONE_TO_XHIGH),
  'gpt-5.6-luna': seeing(1050 * K, 128 * K, NONE_TO_XHIGH),
  'gpt-5.5': seeing(M, 128 * K, NONE_TO_XHIGH),
  'gpt-5.4': seeing(1050 * K, 128 * K, NONE_TO_XHIGH),
  'gpt-5.4-mini': seeing(400 * K, 128 * K, NONE_TO_XHIGH),
  'gpt-5.4-nano': seeing(400 * K, 128 * K, NONE_TO_XHIGH),
  'gpt-5.2': seeing(400 * K, 128 * K, NONE_TO_XHIGH),
  'gpt-5.1': seeing(400 * K, 128 * K, NONE_TO_HIGH),
  'gpt-5.1-codex': seeing(400 * K, 128 * K, LOW_TO_HIGH),
  'gpt-5': seeing(400 * K, 128 * K, LOW_TO_HIGH),
  'gpt-5-mini': seeing(400 * K, 128 * K, LOW_TO_HIGH),
  'gpt-5-nano': seeing(400 * K, 128 * K, LOW_TO_HIGH),
  'gpt-4.1': seeing(1_047_576, 32_768, []),
  'gpt-4.1-mini': seeing(1_047_576, 32_768, []),
  'gpt-4.1-nano': seeing(1_047_576, 32_768, []),
  'gpt-4o': seeing(128 * K, 16_384, []),
  'gpt-4o-mini': seeing(128 * K, 16_384, []),
  o3: seeing(200 * K, 100 * K, LOW_TO_HIGH),
  'o4-mini': seeing(200 * K, 100 * K, LOW_TO_HIGH),
};

const GEMINI: Readonly<Record<string, ModelFacts>> = {
  'gemini-3.8-flash': { has_vision: true, efforts: LOW_TO_HIGH },
  'gemini-3.7-flash': { has_vision: true, efforts: LOW_TO_HIGH },
  'gemini-3.5-flash-lite': { has_vision: true },
  'gemini-3.1-pro-preview': { has_vision: true, efforts: LOW_TO_HIGH },
  'gemini-2.5-pro': { context_limit: 1_048_576, output_limit: 65_536, has_vision: true, efforts: LOW_TO_HIGH },
  'gemini-2.5-flash': { context_limit: 1_048_576, output_limit: 65_536, has_vision: true, efforts: NONE_TO_HIGH },
};

const OTHERS: Readonly<Record<string, Readonly<Record<string, ModelFacts>>>> = {
  gemini: GEMINI,
  deepseek: {
    'deepseek-v4-pro': { efforts: ['none', 'low', 'high', 'xhigh'] },
    'deepseek-v4-flash': { efforts: ['none', 'low', 'high', 'xhigh'] },
  },
  mistral: {
    'mistral-medium-latest': { has_vision: true },
    'mistral-small-latest': { has_vision: true },
    'mistral-large-2512': {},
    'devstral-2512': { has_vision: false },
    'codestral-2508': { has_vision: false, efforts: [] },
  },
  groq: {
    'openai/gpt-oss-120b': { has_vision: false, efforts: LOW_TO_HIGH },
    'openai/gpt-oss-20b': { has_vision: false, efforts: LOW_TO_HIGH },
    'llama-3.3-70b-versatile': { has_vision: false, efforts: [] },
  },
  xai: { 'grok-4.6': {}, 'grok-4.5': {}, 'grok-code-fast-1': { has_vision: false } },
  openrouter: { 'openrouter/auto': {} },
};

const TABLE: Readonly<Record<string, Readonly<Record<string, ModelFacts>>>> = {
  anthropic: CLAUDE,
  openai: GPT,
  'openai-chat': GPT,
  ...OTHERS,
};

function seeing(
  context_limit: number | undefined,
  output_limit: number | undefined,
  efforts: readonly ReasoningEffort[],
): ModelFacts {
  return { ...limits(context_limit, output_limit), has_vision: true, efforts };
}

function limits(context_limit: number | undefined, output_limit: number | undefined): ModelFacts {
  return {
    ...(context_limit === undefined ? {} : { context_limit }),
    ...(output_limit === undefined ? {} : { output_limit }),
  };
}

/** Gives the ids of the models of a provider that are known by name. */
export function knownModels(provider: string): readonly string[] {
  return Object.keys(models(provider));
}

/** Gives what the data file says of a model; nothing for one that it does not know. A snapshot is its model. */
export function knownFacts(provider: string, id: string): ModelFacts {
  const known = models(provider);
  const name = Object.hasOwn(known, id) ? id : withoutDate(id);
  const facts = Object.hasOwn(known, name) ? (known[name] ?? {}) : {};
  const isPriced = (known === CLAUDE || known === GPT) && Object.hasOwn(KNOWN_PRICES, name);
  const prices = isPriced ? KNOWN_PRICES[name] : undefined;
  return prices === undefined ? facts : { ...facts, prices };
}

function models(provider: string): Readonly<Record<string, ModelFacts>> {
  return Object.hasOwn(TABLE, provider) ? (TABLE[provider] ?? {}) : {};
}

/** Takes the date of a snapshot off a model's id: `gpt-5.2-2025-12-11`, `claude-haiku-4-5-20251001`. */
export function withoutDate(id: string): string {
  return id.replace(/-(\d{8}|\d{4}-\d{2}-\d{2})$/, '');
}
