import { createHash } from 'node:crypto';
import type { AgentMessage, AgentMessageOf, TokenUsage } from '../messages.ts';
import { promptTokens } from '../usage.ts';

/** A span as OTLP writes it in JSON: ids in hexadecimal, times and integers as text. */
export interface OtelSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly OtelAttribute[];
  readonly status: { readonly code?: number; readonly message?: string };
}

export interface OtelAttribute {
  readonly key: string;
  readonly value:
    | { readonly stringValue: string }
    | { readonly intValue: string }
    | { readonly doubleValue: number }
    | { readonly arrayValue: { readonly values: readonly { readonly stringValue: string }[] } };
}

/** Takes messages in and gives the spans that ended with them. Holds no text of persons, models or tools. */
export interface SpanFold {
  take(message: AgentMessage): readonly OtelSpan[];
}

const KIND_INTERNAL = 1;
const KIND_CLIENT = 3;
const STATUS_ERROR = 2;
const AGENT_NAME = 'agent-chat';

type Values = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/**
 * Folds a log into spans after the semantic conventions for generative AI: one trace a turn (`invoke_agent`), in it one
 * span for each model call (`chat`) and each tool that ran (`execute_tool`). The same log gives the same ids.
 */
export function createSpanFold(): SpanFold {
  return new Fold();
}

class Fold implements SpanFold {
  #session_id = '';
  #turn: AgentMessageOf<'turn_started'> | undefined;
  #error: AgentMessageOf<'error'> | undefined;
  /** When the model call that is open, or the next one, began. */
  #callStart = 0;
  #callEnd: number | undefined;
  #callModel = '';
  #callUsage: TokenUsage | undefined;
  readonly #toolStarts = new Map<string, number>();

  take(message: AgentMessage): readonly OtelSpan[] {
    switch (message.type) {
      case 'session_started':
        this.#session_id = message.session_id;
        return [];
      case 'turn_started':
        this.#turn = message;
        this.#error = undefined;
        this.#startCall(message.at);
        return [];
      case 'text':
      case 'thought':
      case 'tool_call':
        this.#callModel = message.model_name;
        return [];
      case 'context_usage_update':
        this.#callModel = message.model_name;
        this.#callUsage = message.estimated === undefined ? message : undefined;
        this.#callEnd ??= message.at;
        return [];
      case 'tool_started':
        this.#callEnd ??= message.at;
        this.#toolStarts.set(message.tool_call_id, message.at);
        return [];
      case 'tool_result':
        return this.#tool(message, message.result.id, message.result.name);
      case 'tool_error':
        return this.#tool(message, message.error.id, message.error.name);
      case 'retrying':
        return this.#failedCall(message);
      case 'context_compaction_result':
        this.#startCall(message.at);
        return [];
      case 'iteration_complete':
        return this.#call(message, {
          'gen_ai.response.finish_reasons': [message.tool_calls > 0 ? 'tool_calls' : 'stop'],
        });
      case 'error':
        this.#error = message;
        return [];
      case 'done':
        return this.#endTurn(message);
      default:
        return [];
    }
  }

  #startCall(at: number): void {
    this.#callStart = at;
    this.#callEnd = undefined;
    this.#callModel = '';
    this.#callUsage = undefined;
  }

  #call(message: AgentMessage, values: Values, problem?: string): readonly OtelSpan[] {
    const model = this.#callModel || (this.#turn?.model_name ?? '');
    const span = this.#span(`chat ${message.seq}`, {
      name: `chat ${modelId(model)}`,
      kind: KIND_CLIENT,
      from: this.#callStart,
      to: this.#callEnd ?? message.at,
      values: { 'gen_ai.operation.name': 'chat', ...modelValues(model), ...usageValues(this.#callUsage), ...values },
      problem,
    });
    this.#startCall(message.at);
    return span;
  }

  #failedCall(message: AgentMessageOf<'retrying'>): readonly OtelSpan[] {
    const spans = this.#call(message, { 'error.type': message.error.kind }, message.error.kind);
    this.#callStart = message.at + message.delay_ms;
    return spans;
  }

  #tool(
    message: AgentMessageOf<'tool_result' | 'tool_error'>,
    ...[id, name]: readonly [string, string]
  ): readonly OtelSpan[] {
    const from = this.#toolStarts.get(id);
    this.#toolStarts.delete(id);
    if (from === undefined) return [];
    const problem = message.type === 'tool_error' ? message.kind : undefined;
    return this.#span(`tool ${id}`, {
      name: `execute_tool ${name}`,
      kind: KIND_INTERNAL,
      from,
      to: message.at,
      values: {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': name,
        'gen_ai.tool.call.id': id,
        'gen_ai.tool.type': 'function',
        'error.type': problem,
      },
      problem,
    });
  }

  #endTurn(done: AgentMessageOf<'done'>): readonly OtelSpan[] {
    const turn = this.#turn;
    if (turn === undefined) return [];
    const problem = done.status === 'completed' ? undefined : (this.#error?.kind ?? done.halt?.reason ?? done.status);
    const hasOpenCall = done.status === 'error' && this.#error !== undefined;
    const call = hasOpenCall ? this.#call(done, { 'error.type': problem }, problem) : [];
    const [span] = this.#span('turn', {
      name: `invoke_agent ${AGENT_NAME}`,
      kind: KIND_INTERNAL,
      from: turn.at,
      to: done.at,
      values: {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.agent.name': AGENT_NAME,
        ...modelValues(turn.model_name),
        ...usageValues(done.usage),
        'gen_ai.response.finish_reasons': [done.stop_reason],
        'error.type': problem,
        'agent_chat.cost_usd': done.cost,
      },
      problem,
    });
    this.#turn = undefined;
    if (span === undefined) return call;
    const { parentSpanId: _parent, ...root } = span;
    return [...call, root];
  }

  #span(
    key: string,
    span: {
      readonly name: string;
      readonly kind: number;
      readonly from: number;
      readonly to: number;
      readonly values: Values;
      readonly problem: string | undefined;
    },
  ): readonly OtelSpan[] {
    const turn = this.#turn;
    if (turn === undefined) return [];
    const trace = `${this.#session_id}\n${turn.turn_id}`;
    return [
      {
        traceId: hex(trace, 32),
        spanId: hex(`${trace}\n${key}`, 16),
        parentSpanId: hex(`${trace}\nturn`, 16),
        name: span.name,
        kind: span.kind,
        startTimeUnixNano: nanoseconds(span.from),
        endTimeUnixNano: nanoseconds(Math.max(span.from, span.to)),
        attributes: attributes({ ...span.values, 'gen_ai.conversation.id': this.#session_id }),
        status: span.problem === undefined ? {} : { code: STATUS_ERROR, message: span.problem },
      },
    ];
  }
}

function modelId(model_name: string): string {
  return model_name.slice(model_name.indexOf('/') + 1);
}

function modelValues(model_name: string): Values {
  return {
    'gen_ai.provider.name': model_name.slice(0, Math.max(0, model_name.indexOf('/'))),
    'gen_ai.request.model': modelId(model_name),
  };
}

/** The conventions count what was read from and written to a cache among the input. */
function usageValues(usage: TokenUsage | undefined): Values {
  if (usage === undefined) return {};
  return {
    'gen_ai.usage.input_tokens': promptTokens(usage),
    'gen_ai.usage.output_tokens': usage.output_tokens,
    'gen_ai.usage.cache_read.input_tokens': usage.cache_read_tokens,
    'gen_ai.usage.cache_creation.input_tokens': usage.cache_creation_tokens,
  };
}

function attributes(values: Values): readonly OtelAttribute[] {
  return Object.entries(values).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: wireValue(value) }],
  );
}

function wireValue(value: string | number | readonly string[]): OtelAttribute['value'] {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value !== 'number') return { arrayValue: { values: value.map((stringValue) => ({ stringValue })) } };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

function hex(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}

function nanoseconds(at_ms: number): string {
  return `${Math.round(at_ms)}000000`;
}
