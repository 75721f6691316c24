import type { FinishReason } from '../provider.ts';
import type { EventBuffer } from '../wire/event-buffer.ts';
import { readPayload, ServiceFailure } from '../wire/service-failure.ts';
import { cutOff, DONE, type ResponseReader } from '../wire/wire-call.ts';
import { type Fields, fieldsOf, itemsOf, textOf } from '../wire/wire-fields.ts';
import { responsesUsage } from './openai-usage.ts';

/** An output item that is open. Some services give the same item a new id with every event; its place stays. */
interface Item {
  readonly type: 'message' | 'reasoning' | 'function_call';
  /** What a call is called by: `call_id`. */
  readonly id: string;
  /** All text of it so far. */
  text: string;
  part: unknown;
}

/** Reads a stream of OpenAI Responses. */
export function createResponsesReader(buffer: EventBuffer): ResponseReader {
  return new ResponsesReader(buffer);
}

class ResponsesReader implements ResponseReader {
  isFinished = false;
  readonly #buffer: EventBuffer;
  readonly #items = new Map<unknown, Item>();
  readonly #closed = new Set<unknown>();
  #final: Fields = {};
  #hasCalls = false;
  #isRefusal = false;

  constructor(buffer: EventBuffer) {
    this.#buffer = buffer;
  }

  take(data: unknown, event: string): void {
    if (data === DONE) return;
    const fields = fieldsOf(data);
    const type = textOf(fields.type) || event;
    switch (type) {
      case 'error':
        throw new ServiceFailure(readPayload(data));
      case 'response.failed':
        throw new ServiceFailure(readPayload(fieldsOf(fields.response)));
      case 'response.output_item.added':
        this.#open(fields.output_index, fieldsOf(fields.item));
        break;
      case 'response.output_item.done':
        this.#close(fields.output_index, fieldsOf(fields.item));
        break;
      case 'response.completed':
      case 'response.incomplete':
      case 'response.cancelled':
        this.#finish(fieldsOf(fields.response), type);
        break;
      default:
        this.#takePiece(type, fields);
    }
  }

  #takePiece(type: string, fields: Fields): void {
    const item = this.#items.get(fields.output_index);
    switch (type) {
      case 'response.output_text.delta':
        this.#grow(this.#itemFor(fields, 'message'), textOf(fields.delta));
        break;
      case 'response.refusal.delta':
        this.#isRefusal = true;
        this.#grow(this.#itemFor(fields, 'message'), textOf(fields.delta));
        break;
      case 'response.reasoning_summary_text.delta':
      case 'response.reasoning_text.delta':
        this.#growThought(this.#itemFor(fields, 'reasoning'), fields);
        break;
      case 'response.function_call_arguments.delta':
        if (item?.type === 'function_call') this.#grow(item, textOf(fields.delta));
        break;
      case 'response.output_text.done':
      case 'response.function_call_arguments.done':
        this.#complete(item, textOf(fields.text) || textOf(fields.arguments));
        break;
    }
  }

  end(): void {
    if (!this.isFinished) throw cutOff();
    if (this.#closed.size === 0 && this.#items.size === 0) this.#takeWhole(itemsOf(this.#final.output));
    const finish = this.#finishReason();
    const isWhole = finish.reason === 'tool_calls';
    for (const [index, item] of this.#items) if (isWhole || item.type !== 'function_call') this.#close(index, {});
    const usage = responsesUsage(fieldsOf(this.#final.usage));
    if (usage !== undefined) this.#buffer.push({ type: 'usage', usage });
    this.#buffer.push({ type: 'finish', ...finish });
  }

  #open(index: unknown, fields: Fields): void {
    const { type } = fields;
    if (this.#items.has(index) || this.#closed.has(index)) return;
    if (type !== 'message' && type !== 'reasoning' && type !== 'function_call') return;
    const id = textOf(fields.call_id) || textOf(fields.id);
    this.#items.set(index, { type, id, text: '', part: undefined });
    if (type !== 'function_call') return;
    this.#hasCalls = true;
    this.#buffer.push({ type: 'tool_call', id, name: textOf(fields.name) });
  }

  /** Gives the item of a piece; one that was never announced is opened by its first piece. */
  #itemFor({ output_index }: Fields, type: Item['type']): Item | undefined {
    if (!this.#items.has(output_index)) this.#open(output_index, { type });
    const item = this.#items.get(output_index);
    return item?.type === type ? item : undefined;
  }

  #grow(item: Item | undefined, chunk: string): void {
    if (item === undefined || chunk === '') return;
    item.text += chunk;
    this.#buffer.push(
      item.type === 'function_call'
        ? { type: 'tool_call_arguments', id: item.id, chunk }
        : { type: item.type === 'message' ? 'text' : 'thought', chunk },
    );
  }

  /** A summary comes in parts, which are paragraphs. */
  #growThought(item: Item | undefined, fields: Fields): void {
    const part = fields.summary_index ?? fields.content_index;
    if (item !== undefined && item.text !== '' && item.part !== part) this.#grow(item, '\n\n');
    if (item !== undefined) item.part = part;
    this.#grow(item, textOf(fields.delta));
  }

  /** Adds what the pieces had left out: some services send no pieces at all. */
  #complete(item: Item | undefined, whole: string): void {
    if (item !== undefined && item.type !== 'reasoning' && item.text === '') this.#grow(item, whole);
  }

  #close(index: unknown, fields: Fields): void {
    if (this.#closed.has(index)) return;
    this.#open(index, fields);
    const item = this.#items.get(index);
    if (item === undefined) return;
    this.#items.delete(index);
    this.#closed.add(index);
    switch (item.type) {
      case 'message':
        this.#complete(item, messageText(fields));
        this.#isRefusal ||= itemsOf(fields.content).some((part) => fieldsOf(part).type === 'refusal');
        if (item.text !== '') this.#buffer.push({ type: 'text_end' });
        break;
      case 'reasoning':
        this.#closeThought(item, fields);
        break;
      case 'function_call': {
        const whole = textOf(fields.arguments) || item.text || '{}';
        this.#buffer.push({ type: 'tool_call_end', id: item.id, arguments: whole });
        break;
      }
    }
  }

  #closeThought(item: Item, fields: Fields): void {
    if (item.text === '') this.#grow(item, thoughtText(fields));
    const encrypted_content = textOf(fields.encrypted_content);
    if (encrypted_content !== '') {
      const signature = JSON.stringify({ id: textOf(fields.id), encrypted_content });
      this.#buffer.push({ type: 'thought_end', signature });
    } else if (item.text !== '') this.#buffer.push({ type: 'thought_end' });
  }

  #finish(response: Fields, type: string): void {
    if (type === 'response.cancelled') throw new ServiceFailure({ message: 'the response was cancelled' });
    this.#final = { status: type.slice('response.'.length), ...response };
    this.isFinished = true;
  }

  /** A service that streams nothing still gives the whole output at the end. */
  #takeWhole(output: readonly unknown[]): void {
    for (const [index, item] of output.entries()) this.#close(index, fieldsOf(item));
  }

  #finishReason(): { reason: FinishReason; detail?: string } {
    if (this.#final.status === 'incomplete') {
      const said = textOf(fieldsOf(this.#final.incomplete_details).reason);
      if (said === 'content_filter') return { reason: 'refusal', detail: said };
      return { reason: 'length', ...(said === '' ? {} : { detail: said }) };
    }
    if (this.#hasCalls) return { reason: 'tool_calls' };
    return { reason: this.#isRefusal ? 'refusal' : 'stop' };
  }
}

function messageText(item: Fields): string {
  return itemsOf(item.content)
    .map((part) => textOf(fieldsOf(part).text) || textOf(fieldsOf(part).refusal))
    .join('');
}

function thoughtText(item: Fields): string {
  const parts = itemsOf(item.summary).length > 0 ? itemsOf(item.summary) : itemsOf(item.content);
  return parts.map((part) => textOf(fieldsOf(part).text)).join('\n\n');
}
