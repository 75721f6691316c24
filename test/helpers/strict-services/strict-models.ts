import { anthropicBody } from '../../../src/providers/anthropic/anthropic-request.ts';
import { PROVIDER_TABLE } from '../../../src/providers/catalog/provider-table.ts';
import { chatBody } from '../../../src/providers/openai/openai-chat-request.ts';
import { responsesBody } from '../../../src/providers/openai/openai-responses-request.ts';
import type { ModelInfo, ModelRequest } from '../../../src/providers/provider.ts';
import { checkAnthropic } from './check-anthropic.ts';
import { type ChatRules, checkChat } from './check-chat.ts';
import { checkResponses } from './check-responses.ts';
import type { Refusal, StrictModel, StrictWorld } from './refusal.ts';

/** One model of a strict service, as both sides know it. */
export interface StrictSide {
  readonly info: ModelInfo;
  readonly strict: StrictModel;
  /** Makes the body that our adapter would send. */
  write(request: ModelRequest): unknown;
  /** Says what the service would answer to it, if it refuses. */
  check(body: unknown, world: StrictWorld): Refusal | undefined;
}

type Facts = Partial<Pick<ModelInfo, 'has_vision' | 'efforts' | 'output_limit'>>;

const ALL = ['none', 'low', 'medium', 'high', 'xhigh'] as const;

/** Every kind of target: three protocols, with and without sight and reasoning, and the demanding dialects. */
export const STRICT_SIDES: readonly StrictSide[] = [
  anthropic('claude-opus-5-5', { efforts: ALL.slice(1) }, 'adaptive'),
  anthropic('claude-haiku-4-5', { efforts: ALL.slice(0, 4) }, 'budget'),
  anthropic('claude-blind', { has_vision: false, efforts: [] }, 'none'),
  responses('gpt-6-sol', { efforts: ALL }),
  responses('gpt-5', { efforts: ALL.slice(1, 4) }),
  responses('gpt-4o', { has_vision: false, efforts: [], output_limit: 16_384 }),
  chat('openai-chat/gpt-5', { efforts: ALL.slice(1, 4) }),
  chat('groq/llama-3', { has_vision: false, efforts: [] }),
  chat('mistral/mistral-medium-latest', { efforts: [] }, { is_mistral: true }),
  chat('gemini/gemini-3.8-flash', { efforts: ALL.slice(1, 4) }, { needs_thought_signatures: true }),
  chat('deepseek/deepseek-v4-pro', { has_vision: false, efforts: ALL }, { needs_reasoning_content: true }),
  chat('openrouter/anthropic/claude-opus-5.5', { efforts: ALL }),
];

/** Gives all models as one world for the checks. */
export function strictModels(): Readonly<Record<string, StrictModel>> {
  return Object.fromEntries(STRICT_SIDES.map((side) => [side.info.id, side.strict]));
}

function infoOf(provider: string, id: string, facts: Facts): Omit<ModelInfo, 'protocol'> {
  return { name: `${provider}/${id}`, provider, id, output_limit: 32_000, has_vision: true, ...facts };
}

function strictOf({ output_limit, has_vision, efforts }: Omit<ModelInfo, 'protocol'>): StrictModel {
  return { output_limit: output_limit ?? 0, has_vision: has_vision ?? false, efforts: efforts ?? [] };
}

function anthropic(id: string, facts: Facts, thinking: 'adaptive' | 'budget' | 'none'): StrictSide {
  const info = { ...infoOf('anthropic', id, facts), protocol: 'anthropic-messages' } as const;
  const words = thinking === 'adaptive' ? (info.efforts ?? []) : [];
  return {
    info,
    strict: { ...strictOf(info), efforts: words, thinking },
    write: (request) => anthropicBody(request),
    check: checkAnthropic,
  };
}

function responses(id: string, facts: Facts): StrictSide {
  const info = { ...infoOf('openai', id, facts), protocol: 'openai-responses' } as const;
  const endpoint = { name: 'openai', base_url: 'http://127.0.0.1/v1' };
  return { info, strict: strictOf(info), write: (request) => responsesBody(request, endpoint), check: checkResponses };
}

function chat(name: string, facts: Facts, rules: ChatRules = {}): StrictSide {
  const slash = name.indexOf('/');
  const [provider, id] = [name.slice(0, slash), name.slice(slash + 1)];
  const info = { ...infoOf(provider, id, facts), protocol: 'openai-chat' } as const;
  const dialect = PROVIDER_TABLE[provider]?.dialect ?? {};
  const endpoint = { name: provider, base_url: 'http://127.0.0.1/v1', dialect };
  const efforts = (info.efforts ?? []).map((effort) => dialect.effort_words?.[effort] ?? effort);
  return {
    info,
    strict: { ...strictOf(info), efforts },
    write: (request) => chatBody(request, endpoint),
    check: (body, world) => checkChat(body, world, rules),
  };
}
