import { clipLine } from '../../format.ts';
import { assertNever, type TokenUsage } from '../../messages.ts';
import type { FinishReason, ProviderEvent } from '../../providers/provider.ts';
import type { Tool } from '../../tools/tool.ts';
import type { AgentParts } from '../agent-parts.ts';
import { judgeArguments } from '../tool-calls/tool-arguments.ts';
import type { ModelCall } from './model-request.ts';
import { endedEarly, pullEvents, type Taken } from './pull-events.ts';
import { Segments } from './segments.ts';

/** What a summary of arguments shows is one line of a screen or two. */
const MAX_SUMMARY_CHARACTERS = 400;

/** A whole response of a model. */
export interface Reply {
  readonly model_name: string;
  readonly finish: { readonly reason: FinishReason; readonly detail?: string };
  readonly calls: readonly ToolCall[];
  readonly text: string;
}

/** A call that a model has asked for. */
export interface ToolCall {
  /** Ours: no other call of the session has it. */
  readonly id: string;
  readonly name: string;
  readonly model_name: string;
  /** Absent: there is no such tool. */
  readonly tool: Tool | undefined;
  /** The raw JSON text; absent while it is incomplete. */
  arguments?: string;
  /** The checked arguments; absent: they cannot be used, `problem` says why. */
  input?: { readonly value: unknown; readonly canonical: string };
  problem?: string;
  /** On the monotonic clock. */
  ready_at_ms: number;
}

/** What a response has shown so far; filled while it is read, so that it is known when the response fails. */
export interface Attempt {
  readonly call: ModelCall;
  /** Ids of everything published for it. */
  readonly streamed: string[];
  usage?: TokenUsage;
}

/** Reads one response and publishes its pieces as they come. Rejects as `pullEvents` does. */
export async function readReply(parts: AgentParts, attempt: Attempt): Promise<Reply> {
  const reader = new ReplyReader(parts, attempt);
  try {
    await pullEvents(parts, attempt.call, (event) => reader.take(event));
  } finally {
    reader.closeSegment();
  }
  return reader.reply();
}

class ReplyReader {
  readonly #parts: AgentParts;
  readonly #attempt: Attempt;
  readonly #modelName: string;
  readonly #segments: Segments;
  readonly #calls: ToolCall[] = [];
  /** By the provider's ids, which may come twice. */
  readonly #openCalls = new Map<string, ToolCall>();
  #finish: Reply['finish'] | undefined;

  constructor(parts: AgentParts, attempt: Attempt) {
    this.#parts = parts;
    this.#attempt = attempt;
    this.#modelName = attempt.call.model.info.name;
    this.#segments = new Segments(parts, this.#modelName, attempt.streamed);
  }

  take(event: ProviderEvent): Taken | Promise<Taken> {
    switch (event.type) {
      case 'prompt_progress':
        this.#parts.journal.publish(event);
        break;
      case 'text':
      case 'thought':
        this.#segments.piece(event.type, event.chunk);
        break;
      case 'text_end':
        this.#segments.closeText();
        break;
      case 'thought_end':
        this.#segments.endThought(event);
        break;
      case 'tool_call':
        this.#announce(event.id, event.name);
        break;
      case 'tool_call_arguments':
        this.#growArguments(event.id, event.chunk);
        break;
      case 'tool_call_end':
        return this.#complete(event);
      case 'usage':
        this.#attempt.usage = event.usage;
        break;
      case 'finish':
        this.#segments.close();
        this.#finish = { reason: event.reason, ...(event.detail === undefined ? {} : { detail: event.detail }) };
        return 'complete';
      default:
        assertNever(event);
    }
    return 'more';
  }

  closeSegment(): void {
    this.#segments.close();
  }

  reply(): Reply {
    const finish = this.#finish;
    if (finish === undefined) throw endedEarly(this.#modelName);
    if (this.#isEmpty(finish.reason)) throw endedEarly(this.#modelName, 'was empty');
    return { model_name: this.#modelName, finish, calls: this.#calls, text: this.#segments.text };
  }

  /** An answer without a text and without a call is none, whatever was thought; one that was cut may still come. */
  #isEmpty(reason: FinishReason): boolean {
    if (reason === 'length') return this.#attempt.streamed.length === 0;
    const isAnswer = reason === 'stop' || reason === 'tool_calls';
    return isAnswer && this.#calls.length === 0 && this.#segments.text.trim() === '';
  }

  #announce(providerId: string, name: string): void {
    this.#segments.close();
    const { ids, journal, settings } = this.#parts;
    const tool = settings.tools.find((candidate) => candidate.name === name);
    const call: ToolCall = { id: ids.call(providerId), name, model_name: this.#modelName, tool, ready_at_ms: 0 };
    this.#calls.push(call);
    this.#openCalls.set(providerId, call);
    this.#attempt.streamed.push(call.id);
    journal.publish({
      type: 'tool_call',
      request: { id: call.id, name, arguments: '' },
      display_name: tool?.display_name ?? name,
      model_name: this.#modelName,
    });
  }

  #growArguments(providerId: string, chunk: string): void {
    const call = this.#openCalls.get(providerId);
    if (call === undefined || chunk === '') return;
    this.#parts.journal.publish({
      type: 'tool_call_update',
      tool_call_id: call.id,
      chunk,
      model_name: this.#modelName,
    });
  }

  async #complete(event: Extract<ProviderEvent, { type: 'tool_call_end' }>): Promise<Taken> {
    const call = this.#openCalls.get(event.id);
    if (call === undefined) return 'more';
    this.#openCalls.delete(event.id);
    const raw = event.arguments.trim() === '' ? '{}' : event.arguments;
    call.arguments = raw;
    call.ready_at_ms = this.#parts.options.clock.monotonic();
    const judged = await judgeArguments(raw, call.tool);
    this.#attempt.call.signal.throwIfAborted();
    if (!judged.is_valid) {
      call.problem = judged.problem;
      return 'more';
    }
    call.input = { value: judged.input, canonical: judged.canonical };
    if (call.tool === undefined) return 'more';
    const summary = summaryOf(call.tool, judged.input);
    this.#parts.journal.publish({
      type: 'tool_call_ready',
      request: { id: call.id, name: call.name, arguments: raw },
      display_name: call.tool.display_name,
      ...(summary === undefined ? {} : { args_summary: summary }),
      ...(event.signature === undefined ? {} : { signature: event.signature }),
    });
    return 'more';
  }
}

function summaryOf(tool: Tool, input: unknown): string | undefined {
  try {
    return clipLine(tool.summarize(input), MAX_SUMMARY_CHARACTERS);
  } catch {
    // What a person is told in a line is no reason to refuse the call.
    return undefined;
  }
}
