import { jsonLine } from '../json-line.ts';
import { type AgentMessage, type AgentMessageOf, assertNever, type ToolCallRequest } from '../messages.ts';
import { parseJson } from '../parse-json.ts';
import { NO_ANSWER, reduceAnswer } from './answer.ts';
import type { Encoder } from './encoder.ts';
import { createLeftoverTest } from './leftovers.ts';

/** The events of a loop's observer, internally tagged in snake_case, each a server-sent event. */
export const sse: Encoder = {
  name: 'sse',
  description: 'Server-sent events: text_delta, tool_call_start … final_answer',
  media_type: 'text/event-stream',
  async *encode(messages) {
    const calls = new Map<string, KnownCall>();
    let answer = NO_ANSWER;
    let hasFailed = false;
    const isLeftover = createLeftoverTest();
    for await (const message of messages) {
      if (isLeftover(message)) continue;
      answer = reduceAnswer(answer, message);
      remember(calls, message);
      const event = message.type === 'done' ? ending(message, answer.final ?? '', hasFailed) : eventOf(message, calls);
      if (message.type === 'error') hasFailed = true;
      if (message.type === 'done') hasFailed = false;
      if (event !== undefined) yield `data: ${jsonLine(event)}\n\n`;
    }
  },
};

interface KnownCall {
  readonly request: ToolCallRequest;
  readonly display_name: string;
  readonly args_summary?: string;
}

type Event = { readonly type: string } & Readonly<Record<string, unknown>>;

function remember(calls: Map<string, KnownCall>, message: AgentMessage): void {
  if (message.type === 'tool_call' || message.type === 'tool_call_ready') calls.set(message.request.id, message);
  if (message.type === 'turn_started') calls.clear();
}

function eventOf(message: AgentMessage, calls: ReadonlyMap<string, KnownCall>): Event | undefined {
  switch (message.type) {
    case 'text':
      return message.chunk === '' ? undefined : { type: 'text_delta', content: message.chunk };
    case 'thought':
      return message.chunk === '' ? undefined : { type: 'reasoning_delta', content: message.chunk };
    case 'tool_started':
      return toolStart(calls.get(message.tool_call_id));
    case 'tool_result':
    case 'tool_error':
      return toolComplete(message, calls);
    case 'iteration_complete':
      return { type: 'iteration_complete', iteration: message.iteration, tool_calls: message.tool_calls };
    case 'prompt_progress': {
      const { processed, total, cached, time_ms } = message;
      return { type: 'prompt_progress', processed, total, cached, time_ms };
    }
    case 'system_warning':
      return {
        type: 'system_warning',
        message: message.message,
        suggested_action: message.suggested_action ?? null,
      };
    case 'error':
      return { type: 'error', message: message.message };
    default:
      return undefined;
  }
}

function toolStart(call: KnownCall | undefined): Event | undefined {
  if (call === undefined) return undefined;
  const { id, name, arguments: json } = call.request;
  return {
    type: 'tool_call_start',
    tool_call: { id, name, arguments: parsed(json) },
    display_name: call.display_name,
    args_summary: call.args_summary ?? null,
  };
}

function toolComplete(
  message: AgentMessageOf<'tool_result' | 'tool_error'>,
  calls: ReadonlyMap<string, KnownCall>,
): Event {
  const isSuccess = message.type === 'tool_result';
  const { id, name } = isSuccess ? message.result : message.error;
  const content = isSuccess ? message.result.result : message.error.error;
  return {
    type: 'tool_call_complete',
    tool_name: name,
    result: { tool_call_id: id, content, success: isSuccess },
    wait_ms: message.wait_ms,
    execute_duration_ms: message.execute_duration_ms,
    display_name: calls.get(id)?.display_name ?? name,
    duration_display: message.duration_display,
  };
}

/** A turn ends with the answer or with one error; after a cancel there is nothing more to say. */
function ending(message: AgentMessageOf<'done'>, answer: string, hasFailed: boolean): Event | undefined {
  switch (message.status) {
    case 'completed':
      return { type: 'final_answer', content: answer };
    case 'halted':
      return { type: 'error', message: message.halt?.message ?? 'The turn was halted.' };
    case 'error':
      return hasFailed ? undefined : { type: 'error', message: `The turn failed: ${message.stop_reason}.` };
    case 'cancelled':
      return undefined;
    default:
      return assertNever(message.status);
  }
}

/** The arguments are a JSON value here; text that is none stays text. */
function parsed(json: string): unknown {
  const value = parseJson(json);
  return value === undefined ? json : value;
}
