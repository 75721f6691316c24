import { contentText } from '../content-text.ts';
import type { AssistantTurn, ConversationMessage } from '../conversation.ts';
import { jsonLine } from '../json-line.ts';
import {
  type AgentMessage,
  type AgentMessageOf,
  assertNever,
  type TokenUsage,
  type ToolCallRequest,
} from '../messages.ts';
import { type Answer, NO_ANSWER, reduceAnswer } from './answer.ts';
import { tokenUsage } from './chat-events.ts';
import { createConversationDrain } from './drain-conversation.ts';
import type { Encoder } from './encoder.ts';
import { createLeftoverTest } from './leftovers.ts';

/** The run as bracketed segments, externally tagged; one of them is open at a time. */
export const segments: Encoder = {
  name: 'segments',
  description: 'Lines of JSON with bracketed segments: TextStart, TextDelta, ToolResult … Done',
  media_type: 'application/x-ndjson',
  async *encode(messages) {
    const run = createRun();
    const isLeftover = createLeftoverTest();
    for await (const message of messages) {
      if (isLeftover(message)) continue;
      run.answer = reduceAnswer(run.answer, message);
      takeSteps(run, message);
      for (const event of eventsOf(run, message)) yield `${jsonLine(event)}\n`;
    }
  },
};

/** A unit variant is its name; any other is an object with its name as the only key. */
type Event = string | Readonly<Record<string, unknown>>;

interface Run {
  /** The text or thought that is open. */
  open: { readonly kind: 'Text' | 'Thinking'; readonly id: string } | undefined;
  hasBegunCalls: boolean;
  /** Calls with complete arguments that were not told yet. */
  ready: ToolCallRequest[];
  /** Usage of the response that is open. */
  usage: TokenUsage | undefined;
  steps: unknown[];
  error: string | null;
  model: string;
  answer: Answer;
  readonly drain: (message: AgentMessage) => readonly ConversationMessage[];
}

function createRun(): Run {
  return {
    open: undefined,
    hasBegunCalls: false,
    ready: [],
    usage: undefined,
    steps: [],
    error: null,
    model: '',
    answer: NO_ANSWER,
    drain: createConversationDrain(),
  };
}

function eventsOf(run: Run, message: AgentMessage): readonly Event[] {
  switch (message.type) {
    case 'turn_started':
      Object.assign(run, { steps: [], error: null, model: message.model_name });
      return startResponse(run);
    case 'text':
      return chunkEvents(run, message, 'Text');
    case 'thought':
      return chunkEvents(run, message, 'Thinking');
    case 'tool_call':
      return [...close(run), ...begin(run, message.request)];
    case 'tool_call_ready':
      run.ready.push(message.request);
      return [];
    case 'context_usage_update':
    case 'approval_requested':
    case 'tool_started':
      return startCalls(run);
    case 'tool_result':
      return [...startCalls(run), toolResult(message, message.result.id, { Ok: message.result.result })];
    case 'tool_error':
      return [...startCalls(run), toolResult(message, message.error.id, { Err: message.error.error })];
    case 'retrying':
      return startResponse(run);
    case 'iteration_complete':
      return [...startResponse(run), ...(message.tool_calls > 0 ? ['ToolCallsComplete'] : [])];
    case 'user_steered':
      return [{ UserSteered: { content: contentText(message.content) } }];
    case 'context_compaction_result':
      return message.summary === undefined ? [] : [{ Compact: { summary: message.summary } }];
    case 'error':
      run.error = message.message;
      return close(run);
    case 'done':
      return [...startResponse(run), { Done: response(run, message) }];
    default:
      return [];
  }
}

function chunkEvents(
  run: Run,
  message: AgentMessageOf<'text' | 'thought'>,
  kind: 'Text' | 'Thinking',
): readonly Event[] {
  const events: Event[] = [];
  const isOpen = run.open?.id === message.message_id && run.open.kind === kind;
  if (message.chunk !== '') {
    if (!isOpen) {
      events.push(...close(run), `${kind}Start`);
      run.open = { kind, id: message.message_id };
    }
    events.push({ [`${kind}Delta`]: message.chunk });
  }
  return message.is_complete ? [...events, ...close(run)] : events;
}

function close(run: Run): readonly Event[] {
  if (run.open === undefined) return [];
  const end = `${run.open.kind}End`;
  run.open = undefined;
  return [end];
}

/** Told once in a response, as soon as it is known that there are calls: with the one that is known then. */
function begin(run: Run, request: ToolCallRequest): readonly Event[] {
  if (run.hasBegunCalls) return [];
  run.hasBegunCalls = true;
  return [{ ToolCallsBegin: [toolCall(request)] }];
}

/** Tells all complete calls at once, before the first sign that one of them goes on. */
function startCalls(run: Run): readonly Event[] {
  if (run.ready.length === 0) return [];
  return [...close(run), { ToolCallsStart: run.ready.splice(0).map(toolCall) }];
}

function startResponse(run: Run): readonly Event[] {
  run.hasBegunCalls = false;
  run.ready = [];
  return close(run);
}

function toolCall({ id, name, arguments: json }: ToolCallRequest): Event {
  return { id, type: 'function', function: { name, arguments: json } };
}

function toolResult(
  message: AgentMessageOf<'tool_result' | 'tool_error'>,
  call_id: string,
  output: { readonly Ok: string } | { readonly Err: string },
): Event {
  return { ToolResult: { call_id, output, duration_ms: message.execute_duration_ms } };
}

/** The model's response that entered the conversation with a message, and what its calls gave, is one step. */
function takeSteps(run: Run, message: AgentMessage): void {
  if (message.type === 'context_usage_update' && message.estimated === undefined) run.usage = message;
  const entered = run.drain(message);
  const turn = entered.find((one) => one.role === 'assistant');
  if (turn === undefined) return;
  const results = entered.flatMap((one) => (one.role === 'tool' ? one.results : []));
  const calls = turn.parts.flatMap((part) => (part.type === 'tool_call' ? [toolCall(part)] : []));
  run.steps.push({
    message: assistantMessage(turn, calls),
    usage: tokenUsage(run.usage ?? { input_tokens: 0, output_tokens: 0 }),
    finish_reason: turn.is_cancelled === true ? null : calls.length > 0 ? 'tool_calls' : 'stop',
    tool_calls: calls,
    tool_results: results.map((result) => ({
      role: 'tool',
      tool_call_id: result.tool_call_id,
      name: result.name,
      content: result.output,
    })),
  });
  run.usage = undefined;
}

function assistantMessage(turn: AssistantTurn, calls: readonly Event[]): unknown {
  const textOf = (type: 'text' | 'thought'): string | null => {
    const texts = turn.parts.flatMap((part) => (part.type === type ? [part.text] : []));
    return texts.length === 0 ? null : texts.join('');
  };
  return {
    role: 'assistant',
    content: textOf('text'),
    reasoning_content: textOf('thought'),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

function response(run: Run, message: AgentMessageOf<'done'>): unknown {
  const final = run.answer.final ?? '';
  return {
    steps: run.steps,
    final_response: final === '' ? null : final,
    iterations: message.iterations,
    stop_reason: stopReason(message, final),
    model: run.model,
    error: message.status === 'error' ? (run.error ?? message.stop_reason) : null,
  };
}

function stopReason(message: AgentMessageOf<'done'>, final: string): string {
  switch (message.status) {
    case 'completed':
      return final === '' ? 'no_action' : 'text_response';
    case 'halted':
      return message.halt?.reason ?? message.stop_reason;
    case 'error':
    case 'cancelled':
      return message.status;
    default:
      return assertNever(message.status);
  }
}
