/**
 * The vocabulary between the agent and the world. Everything the agent does is an {@link AgentMessage}; everything a
 * person or a program wants is a {@link UserMessage}. Both are wire values: spelled here as they are in the session
 * log, in `stream-json` and over HTTP. Absent, never null; durations in integer milliseconds.
 *
 * The grammar of a session (`a?` optional, `a*` any number, `|` choice):
 *   session   = session_started (idle | turn)* session_ended
 *   idle      = model_switched | reasoning_effort_changed | tools_updated | context_cleared | context_restored
 *             | compaction | context_usage_update | user_message_returned | system_warning
 *   turn      = turn_started (step | waiting)* error? cancelled? done
 *   step      = compaction? user_steered* attempt* response tool* iteration_complete auto_continue?
 *   attempt   = prompt_progress* segment* retrying            the response failed and is tried again
 *   response  = prompt_progress* segment* context_usage_update?
 *   segment   = text* | thought* | call                       one text or thought is open at a time
 *   call      = tool_call tool_call_update* tool_call_ready?  complete or not, it ends as a tool
 *   tool      = (approval_requested approval_resolved)? tool_started? (tool_progress | tool_output)*
 *               (tool_result | tool_error)                    tools of one response interleave
 *   compaction= context_compaction_started context_usage_update? context_compaction_result
 *   waiting   = user_message_accepted | user_message_returned | model_switched | … (idle messages)
 */

/** The version of this vocabulary; `session_started` carries it. */
export const PROTOCOL_VERSION = 1;
/** How much a model may think, from the least on. */
export const REASONING_EFFORTS = ['none', 'low', 'medium', 'high', 'xhigh'] as const;
export type ReasoningEffort = (typeof REASONING_EFFORTS)[number];
export type Delivery = 'steer' | 'queue';

/** What a person sends: plain text, or blocks. `data` is base64. */
export type UserContent = string | readonly ContentBlock[];
type Said = { readonly id: string; readonly content: UserContent };
export type ContentBlock =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly media_type: string; readonly data: string; readonly name?: string }
  | { readonly type: 'file'; readonly name: string; readonly text: string };
export type ImageBlock = Extract<ContentBlock, { readonly type: 'image' }>;

/** A tool call as the model asked for it; `arguments` is the raw JSON text, `""` while it is still to come. */
export interface ToolCallRequest {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}
/** `images` are shown to a model that can see, beside the text. */
export type ToolCallResult = ToolCallRequest & { readonly result: string; readonly images?: readonly ImageBlock[] };

/** `arguments` is absent when they never became complete. */
export interface ToolCallError {
  readonly id: string;
  readonly name: string;
  readonly arguments?: string;
  readonly error: string;
}
export type ToolErrorKind = 'failed' | 'denied' | 'timeout' | 'cancelled' | 'invalid_arguments' | 'unknown_tool';

/** What a tool tells the screen beside the text for the model. Every field is optional and display only. */
export interface ToolResultMeta {
  /** One line: "42 lines", "3 matches in 2 files", "exit 1". */
  readonly summary?: string;
  /** A unified diff of the one file that changed. */
  readonly diff?: FileDiff;
  readonly exit_code?: number;
  /** Where the whole output lies when the result was shortened. */
  readonly full_output_path?: string;
}

/** A change of one file: a unified diff (`patch`) with its counts of lines. */
export interface FileDiff {
  readonly path: string;
  readonly patch: string;
  readonly added: number;
  readonly removed: number;
}

/** What a person is shown before they decide. Built from exactly what would be executed. */
export type ApprovalPreview =
  | { readonly kind: 'command'; readonly command: string; readonly cwd: string; readonly facts?: readonly string[] }
  | { readonly kind: 'diff'; readonly diff: FileDiff; readonly facts?: readonly string[] }
  | { readonly kind: 'text'; readonly text: string; readonly facts?: readonly string[] };

export type ApprovalDecision = 'once' | 'always' | 'deny';
/** One answer a person may give; `always` says in `label` which calls it would cover. `deny` first: nothing can be undone. */
export type ApprovalOption = { readonly decision: ApprovalDecision; readonly label: string };

/** Tokens of one or more model calls. Absent means that the provider did not say; it is not zero. */
export interface TokenUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_tokens?: number;
  readonly cache_creation_tokens?: number;
  readonly reasoning_tokens?: number;
}

/** The twelve fields of seed 004. `input_tokens` counts what was neither read from nor written to a cache. */
export interface ContextUsage extends TokenUsage {
  readonly usage_ratio?: number;
  readonly context_limit?: number;
  readonly total_input_tokens: number;
  readonly total_output_tokens: number;
  readonly total_cache_read_tokens: number;
  readonly total_cache_creation_tokens: number;
  readonly total_reasoning_tokens: number;
}

/** What moving the conversation to another model keeps, loses and costs. */
export interface SwitchReport {
  /** Absent when the window of the new model is unknown. */
  readonly fits?: boolean;
  readonly context_limit?: number;
  /** An estimate of the tokens that the new model has to read again. */
  readonly tokens_to_read: number;
  /** US dollars for reading them; absent when the price is unknown. */
  readonly cost_to_read?: number;
  readonly thoughts_dropped: number;
  readonly images_dropped: number;
  readonly ids_rewritten: number;
  /** Set when the wanted effort is not one of the new model's. */
  readonly effort_clamped?: { readonly from: ReasoningEffort; readonly to: ReasoningEffort };
  readonly cache_lost: boolean;
}

export type HaltReason = 'max_iterations' | 'budget' | 'loop' | 'rate_limit' | 'context_full' | 'refusal';

/** Why a turn stopped before it was finished, and what can be done next; the same object everywhere. */
export interface Halt {
  readonly reason: HaltReason;
  readonly message: string;
  readonly actions: readonly HaltAction[];
}

/** One way on: a slash command or text that a person can send as it stands. */
export type HaltAction = { readonly label: string; readonly send: string };
/** What an error can be about. */
export const ERROR_KINDS = [
  'auth',
  'rate_limit',
  'overloaded',
  'server',
  'network',
  'timeout',
  'stream_interrupted',
  'invalid_request',
  'context_length',
  'refusal',
  'internal',
] as const;
export type ErrorKind = (typeof ERROR_KINDS)[number];
export type RetryCause = { readonly message: string; readonly kind: ErrorKind; readonly status?: number };
export type TurnStatus = 'completed' | 'error' | 'cancelled' | 'halted';
export type ReturnReason = 'cancelled' | 'cleared' | 'retracted' | 'superseded';

/** `wait_ms` from ready to running, `execute_duration_ms` from running to the end, `duration_display` of the latter. */
interface ToolTimes {
  readonly wait_ms: number;
  readonly execute_duration_ms: number;
  readonly duration_display: string;
}

/** One streamed piece. `is_complete` closes the segment; its `chunk` is then the rest, never a repetition. */
interface Piece {
  readonly message_id: string;
  readonly chunk: string;
  readonly is_complete: boolean;
  readonly model_name: string;
}
type Says<Type extends string, Fields> = { readonly type: Type } & Readonly<Fields>;

/** What the agent says, before it is stamped. */
export type AgentMessageBody =
  /** The first of a session; again, with `resumed`, when one is reopened. */
  | Says<
      'session_started',
      { session_id: string; model: string; cwd: string; protocol_version: number; resumed?: true }
    >
  /** `note`, here and in `user_steered`: what the agent tells the model behind the person's words, such as their mode. */
  | Says<'turn_started', { turn_id: string; model_name: string; input: Said; note?: string }>
  /** Pre-fill progress: `cached` tokens of `total` needed no work (llama.cpp calls it `cache`). */
  | Says<'prompt_progress', { processed: number; total: number; cached: number; time_ms: number }>
  | Says<'text', Piece>
  /** On close: how long it took, and what the provider wants back with it (opaque, void for any other model). */
  | Says<'thought', Piece & { duration_ms?: number; signature?: string; redacted?: true }>
  | Says<'tool_call', { request: ToolCallRequest; display_name: string; model_name: string }>
  | Says<'tool_call_update', { tool_call_id: string; chunk: string; model_name: string }>
  /** `signature`: what the provider wants back with this call; opaque. */
  | Says<
      'tool_call_ready',
      { request: ToolCallRequest; display_name: string; args_summary?: string; signature?: string }
    >
  /** `answer`: words are asked for, not leave; they come as the `note` of `approve` with the decision `once`. */
  | Says<
      'approval_requested',
      {
        tool_call_id: string;
        reason: string;
        preview: ApprovalPreview;
        options: readonly ApprovalOption[];
        answer?: 'text';
      }
    >
  | Says<
      'approval_resolved',
      { tool_call_id: string; decision: ApprovalDecision; by: 'user' | 'rule' | 'mode'; note?: string }
    >
  | Says<'tool_started', { tool_call_id: string; wait_ms: number }>
  | Says<'tool_progress', { request: ToolCallRequest; progress: number; total?: number; message?: string }>
  | Says<'tool_output', { tool_call_id: string; stream: 'stdout' | 'stderr'; chunk: string }>
  | Says<'tool_result', ToolTimes & { result: ToolCallResult; result_meta?: ToolResultMeta; model_name: string }>
  | Says<
      'tool_error',
      ToolTimes & { error: ToolCallError; kind: ToolErrorKind; result_meta?: ToolResultMeta; model_name: string }
    >
  /** One model call and its tools are done; `iteration` counts from 1. */
  | Says<'iteration_complete', { iteration: number; tool_calls: number }>
  | Says<'context_usage_update', ContextUsage & { model_name: string; estimated?: true }>
  | Says<'context_compaction_started', { message_count: number; trigger: 'auto' | 'manual' | 'overflow' }>
  /** `summary` stands for the first `messages_removed` messages of the conversation. */
  | Says<
      'context_compaction_result',
      {
        outcome: 'completed' | 'failed' | 'cancelled';
        summary?: string;
        messages_removed: number;
        tokens_before: number;
        tokens_after: number;
        error?: string;
      }
    >
  | Says<'auto_continue', { attempt: number; max_attempts: number }>
  /** `discarded`: ids of the texts, thoughts and tool calls of the failed response. They are void. */
  | Says<
      'retrying',
      { attempt: number; max_attempts: number; delay_ms: number; error: RetryCause; discarded: readonly string[] }
    >
  | Says<'user_message_accepted', { id: string; content: UserContent; delivery: Delivery }>
  | Says<'user_steered', Said & { iteration: number; note?: string }>
  | Says<'user_message_returned', { id: string; content: UserContent; reason: ReturnReason }>
  | Says<'model_switched', { previous: string; new: string; report: SwitchReport }>
  | Says<'reasoning_effort_changed', { previous: ReasoningEffort; new: ReasoningEffort }>
  | Says<'tools_updated', { previous: readonly string[]; new: readonly string[] }>
  | Says<'context_cleared', { messages_removed: number }>
  | Says<'context_restored', { messages_restored: number }>
  | Says<'system_warning', { message: string; suggested_action?: string }>
  /** Fatal for this turn; `done` follows. */
  | Says<'error', { message: string; kind: ErrorKind; status?: number; retryable: boolean; suggested_action?: string }>
  | Says<'cancelled', { message: string }>
  /** The turn is over. `usage` and `cost` (US dollars, absent when a price is unknown) sum over its model calls. */
  | Says<
      'done',
      {
        turn_id: string;
        status: TurnStatus;
        halt?: Halt;
        stop_reason: string;
        iterations: number;
        usage: TokenUsage;
        cost?: number;
        duration_ms: number;
        final_text?: string;
      }
    >
  | Says<'session_ended', { status: 'completed' | 'error' | 'cancelled' }>;

/** Put on every published message in one place. `turn_id` is absent outside a turn. */
export interface Stamp {
  /** 1, 2, 3 … per session, also across restarts. */
  readonly seq: number;
  /** Milliseconds since the epoch. Informative: durations are in the messages. */
  readonly at: number;
  readonly turn_id?: string;
}

/** A published message: what the agent says, with its stamp. */
export type AgentMessage = AgentMessageBody & Stamp;
/** The published message of one `type`. */
export type AgentMessageOf<Type extends AgentMessage['type']> = Extract<AgentMessage, { readonly type: Type }>;

/** What a person or a program wants, before it has an id. */
export type UserMessageBody =
  /** While a turn runs: into it before its next model call (`steer`), or a turn of its own afterwards (`queue`). */
  | Says<'text', { content: UserContent; delivery?: Delivery; expected_turn_id?: string }>
  | Says<'cancel', unknown>
  | Says<'clear_context', unknown>
  /** `model` is `provider/model[:effort]`, or several joined with `,`: they take turns. */
  | Says<'switch_model', { model: string }>
  | Says<'update_tools', { tools: readonly string[] }>
  | Says<'set_reasoning_effort', { effort: ReasoningEffort }>
  | Says<'compact', { hint?: string }>
  /** `note` is told to the model. */
  | Says<'approve', { tool_call_id: string; decision: ApprovalDecision; note?: string }>
  /** Takes back the undelivered text whose `id` it has. */
  | Says<'retract', unknown>
  | Says<'restore_context', unknown>;

/** A message to the agent. The sender gives the `id`, else it is made on arrival. */
export type UserMessage = UserMessageBody & { readonly id: string };

/** Marks the end of an exhaustive `switch`: a variant that is not handled fails to compile, and throws at run time. */
export function assertNever(value: never): never {
  throw new Error(`Unhandled variant: ${JSON.stringify(value)}`);
}
