import type { TokenUsage } from '../../messages.ts';
import type { FinishReason } from '../provider.ts';
import type { EventBuffer } from '../wire/event-buffer.ts';
import { readPayload, ServiceFailure } from '../wire/service-failure.ts';
import { cutOff, type ResponseReader } from '../wire/wire-call.ts';
import { countOf, type Fields, fieldsOf, textOf } from '../wire/wire-fields.ts';

/** A content block that is open; other kinds than these are read over. */
type Block =
  | { readonly type: 'text' }
  | { readonly type: 'thought'; signature: string; hasText: boolean }
  | { readonly type: 'call'; readonly id: string; readonly input: unknown; json: string };

const FINISHES: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  tool_use: 'tool_calls',
  max_tokens: 'length',
  pause_turn: 'pause',
  refusal: 'refusal',
  model_context_window_exceeded: 'context_full',
};

/** Reads a stream of Anthropic Messages. */
export function createAnthropicReader(buffer: EventBuffer): ResponseReader {
  return new AnthropicReader(buffer);
}

class AnthropicReader implements ResponseReader {
  isFinished = false;
  readonly #buffer: EventBuffer;
  readonly #blocks = new Map<unknown, Block>();
  #usage: Fields = {};
  #stop: Fields = {};
  #calls = 0;
  #hasStarted = false;

  constructor(buffer: EventBuffer) {
    this.#buffer = buffer;
  }

  take(data: unknown, event: string): void {
    const fields = fieldsOf(data);
    if (event === 'error' || fields.type === 'error') throw new ServiceFailure(readPayload(data));
    switch (fields.type) {
      case 'message_start':
        this.#start(fieldsOf(fields.message));
        break;
      case 'content_block_start':
        this.#openBlock(fields.index, fieldsOf(fields.content_block));
        break;
      case 'content_block_delta':
        this.#grow(this.#blocks.get(fields.index), fieldsOf(fields.delta));
        break;
      case 'content_block_stop':
        this.#closeBlock(fields.index);
        break;
      case 'message_delta':
        this.#stop = { ...this.#stop, ...fieldsOf(fields.delta) };
        this.#count(fieldsOf(fields.usage));
        break;
      case 'message_stop':
        this.isFinished = true;
        break;
    }
  }

  end(): void {
    if (!this.isFinished) throw cutOff();
    const reason = this.#finishReason();
    for (const index of [...this.#blocks.keys()])
      if (reason === 'tool_calls' || !this.#isCall(index)) this.#closeBlock(index);
    const detail = stopDetail(this.#stop, reason);
    this.#buffer.push({ type: 'finish', reason, ...(detail === undefined ? {} : { detail }) });
  }

  /** The first start wins. A second one means that the service began anew: what was open will never be completed. */
  #start(message: Fields): void {
    for (const index of [...this.#blocks.keys()]) {
      if (!this.#isCall(index)) this.#closeBlock(index);
      else if (this.#blocks.delete(index)) this.#calls -= 1;
    }
    if (this.#hasStarted) return;
    this.#hasStarted = true;
    this.#count(fieldsOf(message.usage));
  }

  #isCall(index: unknown): boolean {
    return this.#blocks.get(index)?.type === 'call';
  }

  #openBlock(index: unknown, block: Fields): void {
    if (this.#blocks.has(index)) return;
    switch (block.type) {
      case 'text':
        this.#blocks.set(index, { type: 'text' });
        this.#grow(this.#blocks.get(index), { type: 'text_delta', text: block.text });
        break;
      case 'thinking':
        this.#blocks.set(index, { type: 'thought', signature: textOf(block.signature), hasText: false });
        this.#grow(this.#blocks.get(index), { type: 'thinking_delta', thinking: block.thinking });
        break;
      case 'redacted_thinking':
        this.#buffer.push({ type: 'thought_end', signature: textOf(block.data), redacted: true });
        break;
      case 'tool_use': {
        const id = textOf(block.id);
        this.#calls += 1;
        this.#blocks.set(index, { type: 'call', id, input: block.input, json: '' });
        this.#buffer.push({ type: 'tool_call', id, name: textOf(block.name) });
        break;
      }
    }
  }

  #grow(block: Block | undefined, delta: Fields): void {
    if (block?.type === 'text' && delta.type === 'text_delta') this.#pushText(textOf(delta.text));
    if (block?.type === 'thought' && delta.type === 'thinking_delta') this.#pushThought(block, textOf(delta.thinking));
    if (block?.type === 'thought' && delta.type === 'signature_delta') block.signature += textOf(delta.signature);
    if (block?.type === 'call' && delta.type === 'input_json_delta') {
      const chunk = textOf(delta.partial_json);
      block.json += chunk;
      if (chunk !== '') this.#buffer.push({ type: 'tool_call_arguments', id: block.id, chunk });
    }
  }

  #pushText(chunk: string): void {
    if (chunk !== '') this.#buffer.push({ type: 'text', chunk });
  }

  #pushThought(block: Extract<Block, { type: 'thought' }>, chunk: string): void {
    if (chunk === '') return;
    block.hasText = true;
    this.#buffer.push({ type: 'thought', chunk });
  }

  #closeBlock(index: unknown): void {
    const block = this.#blocks.get(index);
    this.#blocks.delete(index);
    switch (block?.type) {
      case 'text':
        this.#buffer.push({ type: 'text_end' });
        break;
      case 'thought':
        if (block.hasText || block.signature !== '') this.#buffer.push(thoughtEnd(block.signature));
        break;
      case 'call':
        this.#buffer.push({ type: 'tool_call_end', id: block.id, arguments: argumentsOf(block) });
        break;
    }
  }

  /** Counts come at the start and again, more of them, at the end; null says nothing. */
  #count(counts: Fields): void {
    const said = Object.entries(counts).filter(([, value]) => value !== null && value !== undefined);
    if (said.length === 0) return;
    this.#usage = { ...this.#usage, ...Object.fromEntries(said) };
    this.#buffer.push({ type: 'usage', usage: anthropicUsage(this.#usage) });
  }

  #finishReason(): FinishReason {
    const said = FINISHES[textOf(this.#stop.stop_reason)] ?? 'stop';
    return said === 'stop' && this.#calls > 0 ? 'tool_calls' : said;
  }
}

function thoughtEnd(signature: string): { type: 'thought_end'; signature?: string } {
  return signature === '' ? { type: 'thought_end' } : { type: 'thought_end', signature };
}

/** A call without parameters has no argument text at all, or its input in the first event. */
function argumentsOf(call: Extract<Block, { type: 'call' }>): string {
  return call.json === '' ? JSON.stringify(fieldsOf(call.input)) : call.json;
}

function stopDetail(stop: Fields, reason: FinishReason): string | undefined {
  if (reason !== 'refusal') return undefined;
  const details = fieldsOf(stop.stop_details);
  return textOf(details.explanation) || textOf(details.category) || undefined;
}

function anthropicUsage(usage: Fields): TokenUsage {
  const cache_read_tokens = countOf(usage.cache_read_input_tokens);
  const cache_creation_tokens = countOf(usage.cache_creation_input_tokens);
  const reasoning_tokens = countOf(fieldsOf(usage.output_tokens_details).thinking_tokens);
  return {
    input_tokens: countOf(usage.input_tokens) ?? 0,
    output_tokens: countOf(usage.output_tokens) ?? 0,
    ...(cache_read_tokens === undefined ? {} : { cache_read_tokens }),
    ...(cache_creation_tokens === undefined ? {} : { cache_creation_tokens }),
    ...(reasoning_tokens === undefined ? {} : { reasoning_tokens }),
  };
}
