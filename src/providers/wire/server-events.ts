import { ProviderError } from '../provider.ts';

/** One server-sent event. `event` is '' where the stream names none. */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
  /** The stream ended before the event did. */
  readonly is_cut?: true;
}

/** Larger than any event of a real response, which repeats the whole answer at its end. */
const EVENT_CHARS = 8 * 1024 * 1024;

/**
 * Decodes server-sent events. Each step gives the events that one read completed, so that a burst costs one step.
 * Bytes may be cut anywhere, inside a character too; invalid ones become U+FFFD. Comments yield nothing. What stands
 * at the end without its blank line is an event as well: some servers forget the last one.
 *
 * The SDKs' own decoders take six times as long, print what they cannot parse, and know no limits.
 */
export async function* readServerEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<readonly ServerEvent[]> {
  const decoder = new TextDecoder();
  const parser = createParser();
  for await (const bytes of body) {
    const events = parser.push(decoder.decode(bytes, { stream: true }));
    if (events.length > 0) yield events;
  }
  const last = parser.push(`${decoder.decode()}\n\n`);
  if (last.length > 0) yield last.map((event) => ({ ...event, is_cut: true as const }));
}

interface EventParser {
  push(text: string): ServerEvent[];
}

function createParser(): EventParser {
  let rest = '';
  const open = createOpenEvent();
  return {
    push: (text) => {
      const hasLine = /[\r\n]/.test(text) || rest.endsWith('\r');
      if (!hasLine) {
        // Joining is cheap until the line is searched: a long one must not be searched again with every read.
        rest += text;
        if (rest.length > EVENT_CHARS) throw tooLarge();
        return [];
      }
      const { lines, tail } = splitLines(rest + text);
      rest = tail;
      return lines.flatMap((line) => (line === '' ? open.close() : open.add(line)));
    },
  };
}

interface OpenEvent {
  add(line: string): readonly ServerEvent[];
  close(): readonly ServerEvent[];
}

const NOTHING: readonly ServerEvent[] = [];

/** Gathers the lines of one event; fields other than `event` and `data` mean nothing here. */
function createOpenEvent(): OpenEvent {
  let event = '';
  let data: string | undefined;
  return {
    add: (line) => {
      event = fieldValue(line, 'event') ?? event;
      const value = fieldValue(line, 'data');
      if (value === undefined) return NOTHING;
      data = data === undefined ? value : `${data}\n${value}`;
      if (data.length > EVENT_CHARS) throw tooLarge();
      return NOTHING;
    },
    close: () => {
      const closed = data === undefined ? NOTHING : [{ event, data }];
      event = '';
      data = undefined;
      return closed;
    },
  };
}

/** Gives what stands behind a field's colon, without one leading space; undefined for another field. */
function fieldValue(line: string, field: string): string | undefined {
  if (!line.startsWith(field)) return undefined;
  if (line.length === field.length) return '';
  if (line[field.length] !== ':') return undefined;
  return line.slice(line[field.length + 1] === ' ' ? field.length + 2 : field.length + 1);
}

/** Cuts at \n, \r\n and \r. A \r at the very end waits: its \n may be still to come. */
function splitLines(text: string): { lines: string[]; tail: string } {
  const lines = text.includes('\r') ? text.split(/\r\n|\n|\r(?!$)/) : text.split('\n');
  return { lines, tail: lines.pop() ?? '' };
}

function tooLarge(): ProviderError {
  return new ProviderError({
    kind: 'stream_interrupted',
    message: `The service sent an event of more than ${EVENT_CHARS / 1024 / 1024} MB; it was stopped`,
    retryable: false,
  });
}
