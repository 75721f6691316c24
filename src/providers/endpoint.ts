import type { ReasoningEffort } from '../messages.ts';

/**
 * Where and how one service is reached. Plain data: the table of providers and the configuration make it, the
 * adapters read it, and nothing in it is looked up anywhere else.
 */
export interface Endpoint {
  /** The part of a model name before the first slash. */
  readonly name: string;
  /** Absolute, as the SDK of the protocol expects it: with `/v1` for OpenAI's protocols, without for Anthropic's. */
  readonly base_url: string;
  /** The API key. Absent where the service wants none. */
  readonly key?: string;
  /** A bearer token in place of a key. */
  readonly auth_token?: string;
  /** Where the key came from ("ANTHROPIC_API_KEY"); a refused key is named by it, never by its value. */
  readonly key_source?: string;
  /** The variable that a key would be looked for in first. */
  readonly key_variable?: string;
  /** Sent with every request; they replace headers of the same name. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly dialect?: Dialect;
  readonly proxy?: ProxySettings;
  /** Certificates (PEM) that are trusted beside the built-in ones. */
  readonly ca?: readonly string[];
  /** On this machine or a private network: it may take minutes to its first byte. */
  readonly is_local?: boolean;
  /** It is at an address of the user's own, who did not say that it speaks Responses. */
  readonly may_lack_responses?: true;
  readonly timeouts?: EndpointTimeouts;
  /** The least milliseconds from one read of a response to the next. Absent: whatever comes is read at once. */
  readonly read_every_ms?: number;
  /** Told of every request as it goes out: for a person who wants to see what was really sent. */
  readonly onSent?: (request: SentRequest) => void;
}

/** A request as it went out, without its headers: they hold the key. */
export interface SentRequest {
  readonly url: string;
  /** JSON. */
  readonly body: string;
}

/** Proxies by the scheme of the service; hosts of `no_proxy`, and loopback without a key, are reached directly. */
export interface ProxySettings {
  readonly http?: string;
  readonly https?: string;
  /** What named each: a variable, or the key of the config file. */
  readonly http_source?: string;
  readonly https_source?: string;
  /** As the variable NO_PROXY has it: hosts and domains, separated by commas. */
  readonly no_proxy?: string;
}

export interface EndpointTimeouts {
  /** From the request to the response headers. 60 s by default, 600 s for local services. */
  readonly headers_ms?: number;
}

/** What a service does otherwise than the protocol's inventor. An absent flag means: as the inventor does. */
export interface Dialect {
  /** The field in which thoughts go back to the model, for services that want or take them. */
  readonly thoughts_field?: 'reasoning_content' | 'reasoning' | 'reasoning_details';
  /** How the length of the answer is capped. `max_completion_tokens` by default, retried as the other when refused. */
  readonly max_tokens_field?: 'max_tokens' | 'max_completion_tokens';
  /** How reasoning effort is asked for in Chat Completions; `reasoning_effort` by default, `none`: not at all. */
  readonly effort_field?: 'reasoning_effort' | 'reasoning' | 'thinking' | 'enable_thinking' | 'none';
  /** The service's own words for efforts, where they differ; an effort mapped to `null` is left out. */
  readonly effort_words?: Readonly<Partial<Record<ReasoningEffort, string | null>>>;
  /** The service refuses `stream_options`. */
  readonly has_no_stream_options?: true;
  /** The service takes `return_progress` and reports the reading of the prompt (llama.cpp). */
  readonly has_prompt_progress?: true;
  /** The service takes `prompt_cache_key`. */
  readonly has_prompt_cache_key?: true;
  /** The role of the instructions; `system` by default. */
  readonly system_role?: 'system' | 'developer';
  /** The service takes `cache_control` in Chat Completions messages (OpenRouter for Anthropic's models). */
  readonly has_cache_control?: true;
  /** Responses: the service gives no encrypted reasoning; nothing of it is asked for or sent back. */
  readonly has_no_encrypted_reasoning?: true;
  /** Tool-call ids are exactly nine letters or digits (Mistral). */
  readonly has_short_call_ids?: true;
  /** Tool calls carry `extra_content.google.thought_signature`; calls without one are refused (Gemini). */
  readonly has_thought_signatures?: true;
  /** A user message must not follow a tool result directly (Mistral). */
  readonly needs_assistant_after_tools?: true;
}

/** Gives the host of an address, with its port where it is not the usual one; undefined where it is no address. */
export function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined;
}
