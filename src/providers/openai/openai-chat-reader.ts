import type { Dialect } from '../endpoint.ts';
import type { FinishReason } from '../provider.ts';
import type { EventBuffer } from '../wire/event-buffer.ts';
import { readPayload, ServiceFailure } from '../wire/service-failure.ts';
import { cutOff, DONE, type ResponseReader } from '../wire/wire-call.ts';
import { countOf, type Fields, fieldsOf, itemsOf, textOf } from '../wire/wire-fields.ts';
import { createReasoningDetails, readSaid, type SaidPieces } from './chat-thoughts.ts';
import { type ChatToolCalls, createChatToolCalls } from './chat-tool-calls.ts';
import { chatUsage, timingsUsage } from './openai-usage.ts';
import { createThinkTags } from './think-tags.ts';

const FINISHES: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  tool_calls: 'tool_calls',
  function_call: 'tool_calls',
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  content_filter: 'refusal',
  refusal: 'refusal',
  safety: 'refusal',
  sensitive: 'refusal',
  model_context_window_exceeded: 'context_full',
};

/** Reasons that are no end but a failure of the service. */
const FAILURES = new Set(['error', 'network_error', 'insufficient_system_resource', 'abort']);

/** Reads a stream of Chat Completions in the dialects of many services. */
export function createChatReader(buffer: EventBuffer, dialect: Dialect): ResponseReader {
  return new ChatReader(buffer, dialect);
}

class ChatReader implements ResponseReader {
  isFinished = false;
  readonly #buffer: EventBuffer;
  readonly #calls: ChatToolCalls;
  readonly #details = createReasoningDetails();
  readonly #tags = createThinkTags();
  readonly #wantsDetails: boolean;
  #finishReason = '';
  #usage: Fields = {};
  #timings: Fields = {};
  #hasSaid = false;
  #isRefusal = false;
  #isThinking = false;

  constructor(buffer: EventBuffer, dialect: Dialect) {
    this.#buffer = buffer;
    this.#calls = createChatToolCalls(buffer);
    this.#wantsDetails = dialect.thoughts_field === 'reasoning_details';
  }

  get isSettled(): boolean {
    return this.#finishReason !== '';
  }

  take(data: unknown, event: string): void {
    if (data === DONE) {
      this.isFinished = true;
      return;
    }
    const chunk = fieldsOf(data);
    if (event === 'error' || isError(chunk)) throw new ServiceFailure(readPayload(data));
    this.#takeProgress(fieldsOf(chunk.prompt_progress));
    const choice = fieldsOf(itemsOf(chunk.choices)[0]);
    this.#count(chunk, choice);
    if (isError(choice)) throw new ServiceFailure(readPayload(choice));
    this.#takeDelta(fieldsOf(choice.delta ?? choice.message));
    this.#takeFinish(choice);
  }

  end(): void {
    this.#sayPieces(this.#tags.end());
    if (!this.isFinished && !this.isSettled) throw cutOff();
    // A service that forgets to say why it ended must at least have said something.
    if (!this.isSettled && !this.#hasSaid && this.#calls.count === 0) throw cutOff();
    const reason = this.#reason();
    this.#closeThought();
    if (reason === 'tool_calls') this.#calls.endAll();
    const usage = chatUsage(this.#usage) ?? timingsUsage(this.#timings);
    if (usage !== undefined) this.#buffer.push({ type: 'usage', usage });
    const detail = reason === 'refusal' && !this.#isRefusal ? { detail: this.#finishReason } : {};
    this.#buffer.push({ type: 'finish', reason, ...detail });
  }

  #takeProgress(progress: Fields): void {
    const total = countOf(progress.total);
    if (total === undefined) return;
    this.#buffer.push({
      type: 'prompt_progress',
      total,
      processed: countOf(progress.processed) ?? 0,
      cached: countOf(progress.cache) ?? 0,
      time_ms: countOf(progress.time_ms) ?? 0,
    });
  }

  /** The usage comes in the last chunk, in one of its own behind it, in every one, or inside the choice. */
  #count(chunk: Fields, choice: Fields): void {
    for (const usage of [fieldsOf(chunk.x_groq).usage, choice.usage, chunk.usage]) {
      if (typeof usage === 'object' && usage !== null) this.#usage = fieldsOf(usage);
    }
    if (chunk.timings !== undefined) this.#timings = fieldsOf(chunk.timings);
  }

  #takeDelta(delta: Fields): void {
    if (this.#wantsDetails) this.#details.add(delta.reasoning_details);
    const { thought, text } = readSaid(delta);
    this.#think(thought);
    this.#sayPieces(this.#tags.push(text));
    const refusal = textOf(delta.refusal);
    this.#isRefusal ||= refusal !== '';
    this.#say(refusal);
    const calls = itemsOf(delta.tool_calls);
    const legacy = fieldsOf(delta.function_call);
    if (calls.length > 0 || Object.keys(legacy).length > 0) this.#closeThought();
    for (const call of calls) this.#calls.take(call);
    if (Object.keys(legacy).length > 0) this.#calls.take({ index: 'legacy', function: legacy });
  }

  #sayPieces({ thought, text }: SaidPieces): void {
    this.#think(thought);
    this.#say(text);
  }

  #think(chunk: string): void {
    if (chunk === '') return;
    this.#isThinking = true;
    this.#buffer.push({ type: 'thought', chunk });
  }

  #say(chunk: string): void {
    if (chunk === '') return;
    this.#closeThought();
    this.#hasSaid = true;
    this.#buffer.push({ type: 'text', chunk });
  }

  /** Closes the thought with what has to go back with it; details that come late close one without text. */
  #closeThought(): void {
    const signature = this.#details.take();
    if (!this.#isThinking && signature === undefined) return;
    this.#isThinking = false;
    this.#buffer.push({ type: 'thought_end', ...(signature === undefined ? {} : { signature }) });
  }

  #takeFinish(choice: Fields): void {
    const reason = textOf(choice.finish_reason);
    if (FAILURES.has(reason)) {
      throw new ServiceFailure({ code: reason, message: `the service ended the answer with "${reason}"` });
    }
    if (reason !== '') this.#finishReason = reason;
  }

  #reason(): FinishReason {
    const said = FINISHES[this.#finishReason.toLowerCase()] ?? 'stop';
    if (said !== 'stop' && said !== 'tool_calls') return said;
    if (this.#calls.count > 0) return 'tool_calls';
    return this.#isRefusal ? 'refusal' : 'stop';
  }
}

function isError(fields: Fields): boolean {
  if (fields.object === 'error') return true;
  return typeof fields.error === 'object' ? fields.error !== null : textOf(fields.error) !== '';
}
