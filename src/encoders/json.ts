import { flagActions, flagAdvice } from '../flag-advice.ts';
import { jsonLine } from '../json-line.ts';
import {
  type AgentMessage,
  type AgentMessageOf,
  type ErrorKind,
  type Halt,
  PROTOCOL_VERSION,
  type TokenUsage,
  type ToolCallRequest,
} from '../messages.ts';
import { addUsage, fillOf } from '../usage.ts';
import { NO_ANSWER, reduceAnswer } from './answer.ts';
import type { Encoder } from './encoder.ts';
import { createLeftoverTest } from './leftovers.ts';

/** One object at the end. Sums run over all turns; what an ending says comes from the last of them. */
export const json: Encoder = {
  name: 'json',
  description: 'One JSON object at the end: answer, status, usage, cost, tool calls',
  media_type: 'application/json',
  async *encode(messages) {
    const result = createResult();
    let answer = NO_ANSWER;
    const isLeftover = createLeftoverTest();
    for await (const message of messages) {
      if (isLeftover(message)) continue;
      answer = reduceAnswer(answer, message);
      take(result, message, answer.final ?? '');
    }
    const { type, protocol_version, session_id, model, ...rest } = result;
    yield `${jsonLine({ type, protocol_version, session_id, model, ...rest })}\n`;
  },
};

/** `incomplete`: the messages ended before the last turn did. */
interface Result {
  type: 'result';
  protocol_version: number;
  session_id?: string;
  model?: string;
  status: AgentMessageOf<'done'>['status'] | 'incomplete';
  final_text: string;
  stop_reason?: string;
  halt?: Halt;
  error?: {
    readonly message: string;
    readonly kind: ErrorKind;
    readonly status?: number;
    readonly suggested_action?: string;
  };
  turns: number;
  iterations: number;
  duration_ms: number;
  usage: TokenUsage;
  /** US dollars; absent as soon as the price of one turn is unknown. */
  cost?: number;
  tool_calls: ToolCallSummary[];
  warnings: string[];
}

interface ToolCallSummary extends ToolCallRequest {
  readonly status: 'completed' | AgentMessageOf<'tool_error'>['kind'];
  readonly output: string;
  readonly wait_ms: number;
  readonly execute_duration_ms: number;
}

function createResult(): Result {
  return {
    type: 'result',
    protocol_version: PROTOCOL_VERSION,
    status: 'incomplete',
    final_text: '',
    turns: 0,
    iterations: 0,
    duration_ms: 0,
    usage: { input_tokens: 0, output_tokens: 0 },
    tool_calls: [],
    warnings: [],
  };
}

function take(result: Result, message: AgentMessage, answer: string): void {
  switch (message.type) {
    case 'session_started':
      Object.assign(result, { session_id: message.session_id, model: message.model });
      return;
    case 'turn_started':
      startTurn(result, message);
      return;
    case 'model_switched':
      result.model = message.new;
      return;
    case 'tool_result': {
      const { result: output, images: _images, ...request } = message.result;
      result.tool_calls.push({ ...request, status: 'completed', output, ...times(message) });
      return;
    }
    case 'tool_error': {
      const { id, name, arguments: args = '', error } = message.error;
      result.tool_calls.push({ id, name, arguments: args, status: message.kind, output: error, ...times(message) });
      return;
    }
    case 'system_warning':
      result.warnings.push(message.message);
      return;
    case 'error': {
      const { message: text, kind, status, suggested_action: action } = message;
      const advice = action === undefined ? {} : { suggested_action: flagAdvice(action) };
      result.error = { message: text, kind, ...(status === undefined ? {} : { status }), ...advice };
      return;
    }
    case 'done':
      endTurn(result, message, answer);
      return;
    default:
  }
}

function startTurn(result: Result, message: AgentMessageOf<'turn_started'>): void {
  result.turns += 1;
  result.model = message.model_name;
  result.status = 'incomplete';
  result.final_text = '';
  delete result.error;
  delete result.halt;
  delete result.stop_reason;
}

function endTurn(result: Result, message: AgentMessageOf<'done'>, answer: string): void {
  result.status = message.status;
  result.final_text = answer;
  result.stop_reason = message.stop_reason;
  if (message.halt !== undefined) result.halt = { ...message.halt, actions: flagActions(message.halt) };
  result.iterations += message.iterations;
  result.duration_ms += message.duration_ms;
  const isFirst = fillOf(result.usage) === 0;
  result.usage = addUsage(result.usage, message.usage);
  if (fillOf(message.usage) === 0 && message.cost === undefined) return;
  const isPriced = message.cost !== undefined && (isFirst || result.cost !== undefined);
  if (isPriced) result.cost = (result.cost ?? 0) + (message.cost ?? 0);
  else delete result.cost;
}

function times(message: AgentMessageOf<'tool_result' | 'tool_error'>): {
  readonly wait_ms: number;
  readonly execute_duration_ms: number;
} {
  return { wait_ms: message.wait_ms, execute_duration_ms: message.execute_duration_ms };
}
