import type { Dialect } from '../endpoint.ts';
import type { WireProtocol } from '../provider.ts';

/** The server programs that are known to run on people's own machines. */
export const LOCAL_KINDS = ['ollama', 'llamacpp', 'lmstudio', 'vllm'] as const;
export type LocalKind = (typeof LOCAL_KINDS)[number];

/** What a provider is, as data. One more entry is one more provider. */
export interface ProviderEntry {
  /** What a person reads. */
  readonly title: string;
  readonly protocol: Exclude<WireProtocol, 'script'>;
  readonly base_url: string;
  /** Environment variables that may hold its key; the first that is set counts. */
  readonly key_variables: readonly string[];
  /** Environment variables that may hold a bearer token in place of a key. */
  readonly token_variables?: readonly string[];
  /** Environment variables that may hold another address. */
  readonly base_url_variables?: readonly string[];
  readonly dialect?: Dialect;
  /** The model that is taken when only this provider's key is there. Absent: it is never chosen unasked. */
  readonly default_model?: string;
  /** What the price data calls it; absent: its prices are unknown unless the user states them. */
  readonly prices_name?: string;
  /** A program on this machine: needs no key and is asked for its models. */
  readonly local_kind?: LocalKind;
}

const USUAL_PORTS: Readonly<Record<LocalKind, number>> = { ollama: 11434, llamacpp: 8080, lmstudio: 1234, vllm: 8000 };

/** Local servers may be started with a key of their own. */
const LOCAL_KEYS: Readonly<Record<LocalKind, readonly string[]>> = {
  ollama: ['OLLAMA_API_KEY'],
  llamacpp: ['LLAMA_API_KEY'],
  lmstudio: ['LM_API_TOKEN'],
  vllm: ['VLLM_API_KEY'],
};

/** The providers that are known from the start. */
export const PROVIDER_TABLE: Readonly<Record<string, ProviderEntry>> = {
  anthropic: {
    title: 'Anthropic',
    protocol: 'anthropic-messages',
    base_url: 'https://api.anthropic.com',
    key_variables: ['ANTHROPIC_API_KEY'],
    token_variables: ['ANTHROPIC_AUTH_TOKEN'],
    base_url_variables: ['ANTHROPIC_BASE_URL'],
    default_model: 'claude-opus-5-5',
    prices_name: 'anthropic',
  },
  openai: {
    title: 'OpenAI',
    protocol: 'openai-responses',
    base_url: 'https://api.openai.com/v1',
    key_variables: ['OPENAI_API_KEY'],
    base_url_variables: ['OPENAI_BASE_URL'],
    default_model: 'gpt-6.1-sol',
    prices_name: 'openai',
  },
  'openai-chat': {
    title: 'OpenAI (Chat Completions)',
    protocol: 'openai-chat',
    base_url: 'https://api.openai.com/v1',
    key_variables: ['OPENAI_API_KEY'],
    base_url_variables: ['OPENAI_BASE_URL'],
    dialect: { has_prompt_cache_key: true },
    prices_name: 'openai',
  },
  openrouter: {
    title: 'OpenRouter',
    protocol: 'openai-chat',
    base_url: 'https://openrouter.ai/api/v1',
    key_variables: ['OPENROUTER_API_KEY'],
    dialect: {
      thoughts_field: 'reasoning_details',
      effort_field: 'reasoning',
      max_tokens_field: 'max_tokens',
      has_cache_control: true,
    },
    default_model: 'openrouter/auto',
    prices_name: 'openrouter',
  },
  gemini: {
    title: 'Google Gemini',
    protocol: 'openai-chat',
    base_url: 'https://generativelanguage.googleapis.com/v1beta/openai',
    key_variables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    dialect: { has_thought_signatures: true, max_tokens_field: 'max_tokens' },
    default_model: 'gemini-3.8-flash',
    prices_name: 'google',
  },
  deepseek: {
    title: 'DeepSeek',
    protocol: 'openai-chat',
    base_url: 'https://api.deepseek.com',
    key_variables: ['DEEPSEEK_API_KEY'],
    dialect: {
      thoughts_field: 'reasoning_content',
      max_tokens_field: 'max_tokens',
      effort_field: 'thinking',
      effort_words: { medium: 'high', xhigh: 'max' },
    },
    default_model: 'deepseek-v4-pro',
    prices_name: 'deepseek',
  },
  mistral: {
    title: 'Mistral',
    protocol: 'openai-chat',
    base_url: 'https://api.mistral.ai/v1',
    key_variables: ['MISTRAL_API_KEY'],
    dialect: {
      has_short_call_ids: true,
      needs_assistant_after_tools: true,
      max_tokens_field: 'max_tokens',
      has_no_stream_options: true,
      effort_field: 'none',
    },
    default_model: 'mistral-medium-latest',
    prices_name: 'mistral',
  },
  groq: {
    title: 'Groq',
    protocol: 'openai-chat',
    base_url: 'https://api.groq.com/openai/v1',
    key_variables: ['GROQ_API_KEY'],
    default_model: 'openai/gpt-oss-120b',
    prices_name: 'groq',
  },
  xai: {
    title: 'xAI',
    protocol: 'openai-chat',
    base_url: 'https://api.x.ai/v1',
    key_variables: ['XAI_API_KEY'],
    default_model: 'grok-4.6',
    prices_name: 'x-ai',
  },
  ollama: local('Ollama', 'ollama', { thoughts_field: 'reasoning' }),
  llamacpp: local('llama.cpp', 'llamacpp', { thoughts_field: 'reasoning_content', has_prompt_progress: true }),
  lmstudio: local('LM Studio', 'lmstudio', {}),
  vllm: local('vLLM', 'vllm', { thoughts_field: 'reasoning' }),
};

function local(title: string, kind: LocalKind, dialect: Dialect): ProviderEntry {
  return {
    title,
    protocol: 'openai-chat',
    base_url: `http://127.0.0.1:${USUAL_PORTS[kind]}/v1`,
    key_variables: LOCAL_KEYS[kind],
    ...(kind === 'ollama' ? { base_url_variables: ['OLLAMA_HOST'] } : {}),
    dialect: { max_tokens_field: 'max_tokens', ...dialect },
    local_kind: kind,
  };
}
