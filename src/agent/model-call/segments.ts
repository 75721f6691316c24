import type { AgentParts } from '../agent-parts.ts';

interface OpenSegment {
  readonly type: 'text' | 'thought';
  readonly id: string;
  readonly started_ms: number;
}

interface ThoughtEnd {
  readonly signature?: string;
  readonly redacted?: true;
}

/** Publishes the texts and thoughts of one response: one open at a time, and none for empty pieces. */
export class Segments {
  readonly #parts: AgentParts;
  readonly #modelName: string;
  readonly #streamed: string[];
  #open: OpenSegment | undefined;
  #text = '';

  /** `streamed` collects the ids of what is published. */
  constructor(parts: AgentParts, modelName: string, streamed: string[]) {
    this.#parts = parts;
    this.#modelName = modelName;
    this.#streamed = streamed;
  }

  /** All the text so far. */
  get text(): string {
    return this.#text;
  }

  piece(type: 'text' | 'thought', chunk: string): void {
    if (chunk === '') return;
    const segment = this.#open?.type === type ? this.#open : this.#start(type);
    if (type === 'text') this.#text += chunk;
    this.#parts.journal.publish({
      type,
      message_id: segment.id,
      chunk,
      is_complete: false,
      model_name: this.#modelName,
    });
  }

  closeText(): void {
    if (this.#open?.type === 'text') this.close();
  }

  /** A thought without any text is published only if it carries something for its provider. */
  endThought({ signature, redacted }: ThoughtEnd): void {
    const end = {
      ...(signature === undefined ? {} : { signature }),
      ...(redacted === undefined ? {} : { redacted }),
    };
    if (this.#open?.type === 'thought') this.close(end);
    else if (signature !== undefined || redacted === true) {
      this.#start('thought');
      this.close(end);
    }
  }

  close(end: ThoughtEnd = {}): void {
    const segment = this.#open;
    if (segment === undefined) return;
    this.#open = undefined;
    const closing = { message_id: segment.id, chunk: '', is_complete: true, model_name: this.#modelName };
    if (segment.type === 'text') {
      this.#parts.journal.publish({ type: 'text', ...closing });
      return;
    }
    const duration_ms = Math.round(this.#parts.options.clock.monotonic() - segment.started_ms);
    this.#parts.journal.publish({ type: 'thought', ...closing, duration_ms, ...end });
  }

  #start(type: 'text' | 'thought'): OpenSegment {
    this.close();
    const { clock } = this.#parts.options;
    const segment = { type, id: this.#parts.ids.next(), started_ms: clock.monotonic() };
    this.#open = segment;
    this.#streamed.push(segment.id);
    return segment;
  }
}
