import { parseJson } from '../../parse-json.ts';
import { ConnectFailure } from './connect-failure.ts';

const MAX_EVENT_CHARS = 10 * 1024 * 1024;

/**
 * Gives the data of each server-sent event, wherever the bytes are cut. What stands after the last blank line counts
 * only if it is complete JSON: some servers forget the blank line, and a cut event is none.
 */
export async function* readSse(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  const events = new SseEvents();
  for await (const chunk of bytes) yield* events.push(decoder.decode(chunk, { stream: true }));
  yield* events.end();
}

class SseEvents {
  #rest = '';
  #data: string[] = [];
  #size = 0;

  /** Takes more text and gives the events that it completes. */
  push(text: string): string[] {
    const lines = (this.#rest + text).split(LINE_END);
    this.#rest = lines.pop() ?? '';
    const events = lines.flatMap((line) => this.#line(line));
    if (this.#rest.length + this.#size > MAX_EVENT_CHARS) {
      throw new ConnectFailure('The agent sent an event of more than 10 MB.', { kind: 'server' });
    }
    return events;
  }

  end(): string[] {
    this.#line(this.#rest.replace(/\r$/, ''));
    const [event] = this.#line('');
    return event !== undefined && parseJson(event) !== undefined ? [event] : [];
  }

  #line(line: string): string[] {
    if (line.startsWith('data:')) {
      this.#data.push(line.slice(line[5] === ' ' ? 6 : 5));
      this.#size += line.length;
    }
    if (line !== '' || this.#data.length === 0) return [];
    const event = this.#data.join('\n');
    this.#data = [];
    this.#size = 0;
    return [event];
  }
}

/** A carriage return at the end of what has come may be the first half of a line end. */
const LINE_END = /\r\n|\n|\r(?!$)/;
