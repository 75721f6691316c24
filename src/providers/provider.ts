import type { ConversationMessage } from '../conversation.ts';
import type { ErrorKind, ReasoningEffort, SwitchReport, TokenUsage } from '../messages.ts';

/** The wire protocol that a provider speaks. */
export type WireProtocol = 'anthropic-messages' | 'openai-responses' | 'openai-chat' | 'script';

/**
 * One service that answers model requests.
 *
 * Contract: `stream` yields the events of one response in their order and ends after `finish`; it never retries, never
 * waits on a stalled stream itself (the agent watches), and never prints. It ends promptly when the signal is aborted,
 * by returning or by throwing. Everything that goes wrong is thrown as a {@link ProviderError}; a stream that ends
 * without the service's own terminal event is one too (`stream_interrupted`). Keep-alives yield nothing.
 */
export interface Provider {
  /** The part of a model name before the first slash. */
  readonly name: string;
  readonly protocol: WireProtocol;
  stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ProviderEvent, void, undefined>;
}

export interface ModelRequest {
  /** The model that is asked; `id` is what the wire calls it. */
  readonly model: ModelInfo;
  readonly system: string;
  readonly conversation: readonly ConversationMessage[];
  readonly tools: readonly ToolSpec[];
  /** Absent: the model's own default. Already one that the model has. */
  readonly effort?: ReasoningEffort;
  /** Caps the answer, in tokens; absent: as much as the model gives. */
  readonly max_output_tokens?: number;
  /** Groups the requests of one session for the provider's cache. */
  readonly session_id: string;
}

/** A tool as a model is told of it; `parameters` is a JSON Schema object. */
export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Why a response ended, as the provider said. Only `tool_calls` allows its calls to run. */
export type FinishReason = 'stop' | 'tool_calls' | 'length' | 'refusal' | 'context_full' | 'pause';

/** A piece of a response. Pieces of one text or thought follow each other; any other event closes it. */
export type ProviderEvent =
  | {
      readonly type: 'prompt_progress';
      readonly processed: number;
      readonly total: number;
      readonly cached: number;
      readonly time_ms: number;
    }
  | { readonly type: 'text'; readonly chunk: string }
  /** Closes a text, where the service separates two that follow each other. */
  | { readonly type: 'text_end' }
  | { readonly type: 'thought'; readonly chunk: string }
  /** Closes a thought (also one without any text). What `signature` holds only this provider reads back. */
  | { readonly type: 'thought_end'; readonly signature?: string; readonly redacted?: true }
  | { readonly type: 'tool_call'; readonly id: string; readonly name: string }
  | { readonly type: 'tool_call_arguments'; readonly id: string; readonly chunk: string }
  /** The call's arguments are complete; `arguments` is the whole raw text, never parsed or mended. */
  | { readonly type: 'tool_call_end'; readonly id: string; readonly arguments: string; readonly signature?: string }
  /** The counts of this response so far; a later one replaces an earlier one. */
  | { readonly type: 'usage'; readonly usage: TokenUsage }
  | { readonly type: 'finish'; readonly reason: FinishReason; readonly detail?: string };

/** What is known of a model. Absent means unknown, and is never guessed. */
export interface ModelInfo {
  /** `provider/model`, as `model_name` says it everywhere. */
  readonly name: string;
  readonly provider: string;
  /** What the wire calls it. */
  readonly id: string;
  readonly protocol: WireProtocol;
  /** Tokens that one request and its answer may have together. */
  readonly context_limit?: number;
  readonly output_limit?: number;
  /** US dollars for a million tokens. */
  readonly prices?: ModelPrices;
  readonly has_vision?: boolean;
  /** The efforts it knows; empty: it cannot reason. */
  readonly efforts?: readonly ReasoningEffort[];
  /** Answered by a machine on loopback or a private network: slow first tokens are normal. */
  readonly is_local?: boolean;
}

/** US dollars for a million tokens. */
export interface ModelPrices {
  readonly input: number;
  readonly output: number;
  readonly cache_read?: number;
  readonly cache_creation?: number;
  /** What every token of a request costs instead when its prompt, cached or not, has more than `above_tokens`. */
  readonly long_prompts?: LongPromptPrices;
}

export interface LongPromptPrices extends Omit<ModelPrices, 'long_prompts'> {
  readonly above_tokens: number;
}

/** A model that can be asked now. */
export interface ResolvedModel {
  readonly info: ModelInfo;
  readonly provider: Provider;
  /** The effort that the name asked for, if it did. */
  readonly effort?: ReasoningEffort;
}

/** The models of this installation, as the agent sees them. */
/** What of a request a model reads. */
export type RequestText = Pick<ModelRequest, 'system' | 'conversation' | 'tools'>;

export interface ModelCatalog {
  /** Finds what one `provider/model[:effort]` names. Throws a {@link ModelNameError} that says what to do. */
  resolve(name: string): Promise<ResolvedModel>;
  /** Says what sending this request to `target` would keep, lose and cost. */
  report(request: RequestText, target: ModelInfo, previous: ModelInfo): SwitchReport;
  /** Estimates the tokens of a request; an estimate, and always shown as one. */
  estimateTokens(request: RequestText): number;
}

/** A model name that names nothing usable. The message names it and the remedy. */
export class ModelNameError extends Error {
  override readonly name = 'ModelNameError';
  /** `auth`: the model exists, its key is missing or unusable. */
  readonly reason: 'unknown' | 'auth';

  constructor(message: string, reason: 'unknown' | 'auth' = 'unknown') {
    super(message);
    this.reason = reason;
  }
}

export interface ProviderErrorDetails {
  readonly kind: ErrorKind;
  readonly message: string;
  readonly status?: number;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** The least wait the service asked for, in milliseconds. */
  readonly retry_after_ms?: number;
  readonly suggested_action?: string;
  /** The request failed because of thinking blocks: once more without them may succeed. */
  readonly is_thinking_rejected?: boolean;
  readonly cause?: unknown;
}

/** Whatever went wrong between us and a model service, sanitised and without secrets. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly details: ProviderErrorDetails;

  constructor(details: ProviderErrorDetails) {
    super(details.message, { cause: details.cause });
    this.details = details;
  }
}
