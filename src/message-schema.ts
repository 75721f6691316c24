import {
  type AgentMessageBody,
  type ApprovalOption,
  type ApprovalPreview,
  type ContentBlock,
  ERROR_KINDS,
  type FileDiff,
  type Halt,
  type HaltAction,
  PROTOCOL_VERSION,
  REASONING_EFFORTS,
  type RetryCause,
  type Stamp,
  type SwitchReport,
  type TokenUsage,
  type ToolCallError,
  type ToolCallRequest,
  type ToolCallResult,
  type ToolResultMeta,
  type UserMessageBody,
} from './messages.ts';

/** The part of JSON Schema (2020-12) that the vocabulary needs. */
export interface Schema {
  readonly type?: 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array';
  readonly const?: string | number | boolean;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

type Optional = { readonly optional: Schema };
/** One schema for each field of a type: the compiler asks for every field, and for `optional` where it may be absent. */
type Fields<Type> = {
  readonly [Key in Exclude<keyof Type, 'type'>]-?: object extends Pick<Type, Key> ? Optional : Schema;
};
type BodyOf<Type extends AgentMessageBody['type']> = Extract<AgentMessageBody, { readonly type: Type }>;
type UserBodyOf<Type extends UserMessageBody['type']> = Extract<UserMessageBody, { readonly type: Type }>;

const STRING: Schema = { type: 'string' };
const NUMBER: Schema = { type: 'number' };
const COUNT: Schema = { type: 'integer', minimum: 0 };
const BOOLEAN: Schema = { type: 'boolean' };
const TRUE: Schema = { const: true };
const STRINGS: Schema = list(STRING);
const EFFORT = oneOf(...REASONING_EFFORTS);
const DECISION = oneOf('once', 'always', 'deny');
const DELIVERY = oneOf('steer', 'queue');
const ERROR_KIND = oneOf(...ERROR_KINDS);
const TOOL_ERROR_KIND = oneOf('failed', 'denied', 'timeout', 'cancelled', 'invalid_arguments', 'unknown_tool');
const HALT_REASON = oneOf('max_iterations', 'budget', 'loop', 'rate_limit', 'context_full', 'refusal');

type Block<Type extends ContentBlock['type']> = Extract<ContentBlock, { readonly type: Type }>;
type Preview<Kind extends ApprovalPreview['kind']> = Omit<Extract<ApprovalPreview, { readonly kind: Kind }>, 'kind'>;

const IMAGE = tagged(
  'type',
  'image',
  object<Block<'image'>>({ media_type: STRING, data: STRING, name: optional(STRING) }),
);
const CONTENT: Schema = {
  anyOf: [
    STRING,
    list({
      anyOf: [
        tagged('type', 'text', object<Block<'text'>>({ text: STRING })),
        IMAGE,
        tagged('type', 'file', object<Block<'file'>>({ name: STRING, text: STRING })),
      ],
    }),
  ],
};
const REQUEST = object<ToolCallRequest>({ id: STRING, name: STRING, arguments: STRING });
const IMAGES = optional(list(IMAGE));
const RESULT = object<ToolCallResult>({ id: STRING, name: STRING, arguments: STRING, result: STRING, images: IMAGES });
const CALL_ERROR = object<ToolCallError>({ id: STRING, name: STRING, arguments: optional(STRING), error: STRING });
const DIFF = object<FileDiff>({ path: STRING, patch: STRING, added: COUNT, removed: COUNT });
const META = object<ToolResultMeta>({
  summary: optional(STRING),
  diff: optional(DIFF),
  exit_code: optional({ type: 'integer' }),
  full_output_path: optional(STRING),
});
const PREVIEW: Schema = {
  anyOf: [
    tagged('kind', 'command', object<Preview<'command'>>({ command: STRING, cwd: STRING, facts: optional(STRINGS) })),
    tagged('kind', 'diff', object<Preview<'diff'>>({ diff: DIFF, facts: optional(STRINGS) })),
    tagged('kind', 'text', object<Preview<'text'>>({ text: STRING, facts: optional(STRINGS) })),
  ],
};
const USAGE = object<TokenUsage>({
  input_tokens: COUNT,
  output_tokens: COUNT,
  cache_read_tokens: optional(COUNT),
  cache_creation_tokens: optional(COUNT),
  reasoning_tokens: optional(COUNT),
});
const REPORT = object<SwitchReport>({
  fits: optional(BOOLEAN),
  context_limit: optional(COUNT),
  tokens_to_read: COUNT,
  cost_to_read: optional(NUMBER),
  thoughts_dropped: COUNT,
  images_dropped: COUNT,
  ids_rewritten: COUNT,
  effort_clamped: optional(object<{ from: string; to: string }>({ from: EFFORT, to: EFFORT })),
  cache_lost: BOOLEAN,
});
const HALT = object<Halt>({
  reason: HALT_REASON,
  message: STRING,
  actions: list(object<HaltAction>({ label: STRING, send: STRING })),
});
const CAUSE = object<RetryCause>({ message: STRING, kind: ERROR_KIND, status: optional({ type: 'integer' }) });
const INPUT = object<{ id: string; content: string }>({ id: STRING, content: CONTENT });
const OPTION = object<ApprovalOption>({ decision: DECISION, label: STRING });
const PIECE = { message_id: STRING, chunk: STRING, is_complete: BOOLEAN, model_name: STRING };
const TIMES = { wait_ms: COUNT, execute_duration_ms: COUNT, duration_display: STRING };

/** The fields of every {@link AgentMessage}. */
const AGENT_FIELDS: { readonly [Type in AgentMessageBody['type']]: Fields<BodyOf<Type>> } = {
  session_started: {
    session_id: STRING,
    model: STRING,
    cwd: STRING,
    protocol_version: COUNT,
    resumed: optional(TRUE),
  },
  turn_started: { turn_id: STRING, model_name: STRING, input: INPUT, note: optional(STRING) },
  prompt_progress: { processed: COUNT, total: COUNT, cached: COUNT, time_ms: COUNT },
  text: PIECE,
  thought: { ...PIECE, duration_ms: optional(COUNT), signature: optional(STRING), redacted: optional(TRUE) },
  tool_call: { request: REQUEST, display_name: STRING, model_name: STRING },
  tool_call_update: { tool_call_id: STRING, chunk: STRING, model_name: STRING },
  tool_call_ready: {
    request: REQUEST,
    display_name: STRING,
    args_summary: optional(STRING),
    signature: optional(STRING),
  },
  approval_requested: {
    tool_call_id: STRING,
    reason: STRING,
    preview: PREVIEW,
    options: list(OPTION),
    answer: optional(oneOf('text')),
  },
  approval_resolved: {
    tool_call_id: STRING,
    decision: DECISION,
    by: oneOf('user', 'rule', 'mode'),
    note: optional(STRING),
  },
  tool_started: { tool_call_id: STRING, wait_ms: COUNT },
  tool_progress: { request: REQUEST, progress: NUMBER, total: optional(NUMBER), message: optional(STRING) },
  tool_output: { tool_call_id: STRING, stream: oneOf('stdout', 'stderr'), chunk: STRING },
  tool_result: { result: RESULT, result_meta: optional(META), ...TIMES, model_name: STRING },
  tool_error: { error: CALL_ERROR, kind: TOOL_ERROR_KIND, result_meta: optional(META), ...TIMES, model_name: STRING },
  iteration_complete: { iteration: COUNT, tool_calls: COUNT },
  context_usage_update: {
    usage_ratio: optional(NUMBER),
    context_limit: optional(COUNT),
    input_tokens: COUNT,
    output_tokens: COUNT,
    cache_read_tokens: optional(COUNT),
    cache_creation_tokens: optional(COUNT),
    reasoning_tokens: optional(COUNT),
    total_input_tokens: COUNT,
    total_output_tokens: COUNT,
    total_cache_read_tokens: COUNT,
    total_cache_creation_tokens: COUNT,
    total_reasoning_tokens: COUNT,
    model_name: STRING,
    estimated: optional(TRUE),
  },
  context_compaction_started: { message_count: COUNT, trigger: oneOf('auto', 'manual', 'overflow') },
  context_compaction_result: {
    outcome: oneOf('completed', 'failed', 'cancelled'),
    summary: optional(STRING),
    messages_removed: COUNT,
    tokens_before: COUNT,
    tokens_after: COUNT,
    error: optional(STRING),
  },
  auto_continue: { attempt: COUNT, max_attempts: COUNT },
  retrying: { attempt: COUNT, max_attempts: COUNT, delay_ms: COUNT, error: CAUSE, discarded: STRINGS },
  user_message_accepted: { id: STRING, content: CONTENT, delivery: DELIVERY },
  user_steered: { id: STRING, content: CONTENT, iteration: COUNT, note: optional(STRING) },
  user_message_returned: {
    id: STRING,
    content: CONTENT,
    reason: oneOf('cancelled', 'cleared', 'retracted', 'superseded'),
  },
  model_switched: { previous: STRING, new: STRING, report: REPORT },
  reasoning_effort_changed: { previous: EFFORT, new: EFFORT },
  tools_updated: { previous: STRINGS, new: STRINGS },
  context_cleared: { messages_removed: COUNT },
  context_restored: { messages_restored: COUNT },
  system_warning: { message: STRING, suggested_action: optional(STRING) },
  error: {
    message: STRING,
    kind: ERROR_KIND,
    status: optional({ type: 'integer' }),
    retryable: BOOLEAN,
    suggested_action: optional(STRING),
  },
  cancelled: { message: STRING },
  done: {
    turn_id: STRING,
    status: oneOf('completed', 'error', 'cancelled', 'halted'),
    halt: optional(HALT),
    stop_reason: STRING,
    iterations: COUNT,
    usage: USAGE,
    cost: optional(NUMBER),
    duration_ms: COUNT,
    final_text: optional(STRING),
  },
  session_ended: { status: oneOf('completed', 'error', 'cancelled') },
};

/** The fields of every {@link UserMessage}. */
const USER_FIELDS: { readonly [Type in UserMessageBody['type']]: Fields<UserBodyOf<Type>> } = {
  text: { content: CONTENT, delivery: optional(DELIVERY), expected_turn_id: optional(STRING) },
  cancel: {},
  clear_context: {},
  switch_model: { model: STRING },
  update_tools: { tools: STRINGS },
  set_reasoning_effort: { effort: EFFORT },
  compact: { hint: optional(STRING) },
  approve: { tool_call_id: STRING, decision: DECISION, note: optional(STRING) },
  retract: {},
  restore_context: {},
};

const STAMP: Fields<Stamp> = { seq: { type: 'integer', minimum: 1 }, at: NUMBER, turn_id: optional(STRING) };

/** The schemas of all messages of the agent, by type. */
export const AGENT_SCHEMAS: ReadonlyMap<string, Schema> = schemas(AGENT_FIELDS, STAMP);
/** The schemas of all messages to the agent, by type. An `id` may be absent: it is made on arrival. */
export const USER_SCHEMAS: ReadonlyMap<string, Schema> = schemas(USER_FIELDS, { id: optional(STRING) });

/** Gives the JSON Schema of the native vocabulary, as `--print-schema` publishes it. */
export function messageSchema(): Readonly<Record<string, unknown>> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `agent-chat messages, protocol version ${PROTOCOL_VERSION}`,
    description:
      'One JSON object a line. AgentMessage: what comes out (stream-json, session files). UserMessage: what goes in. ' +
      'Ignore types and fields that are not listed here.',
    anyOf: [{ $ref: '#/$defs/AgentMessage' }, { $ref: '#/$defs/UserMessage' }],
    $defs: {
      AgentMessage: { anyOf: [...AGENT_SCHEMAS.values()] },
      UserMessage: { anyOf: [...USER_SCHEMAS.values()] },
    },
  };
}

type AnyFields = Readonly<Record<string, Schema | Optional>>;

function schemas(table: Readonly<Record<string, AnyFields>>, common: AnyFields): ReadonlyMap<string, Schema> {
  const entries = Object.entries(table).map(
    ([type, fields]) => [type, tagged('type', type, shape({ ...common, ...fields }))] as const,
  );
  return new Map(entries);
}

function object<Type>(fields: Fields<Type>): Schema {
  return shape(fields);
}

function shape(fields: AnyFields): Schema {
  const entries = Object.entries(fields);
  const properties = entries.map(([name, field]) => [name, 'optional' in field ? field.optional : field] as const);
  const required = entries.filter(([, field]) => !('optional' in field)).map(([name]) => name);
  return { type: 'object', properties: Object.fromEntries(properties), required };
}

function tagged(tag: string, value: string, schema: Schema): Schema {
  return {
    ...schema,
    properties: { [tag]: { const: value }, ...schema.properties },
    required: [tag, ...(schema.required ?? [])],
  };
}

function optional(schema: Schema): Optional {
  return { optional: schema };
}

function list(items: Schema): Schema {
  return { type: 'array', items };
}

function oneOf(...values: readonly string[]): Schema {
  return { type: 'string', enum: values };
}
