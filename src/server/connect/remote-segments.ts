import type { RemoteCallsOptions } from './remote-calls.ts';

interface Segment {
  readonly type: 'text' | 'thought';
  readonly source: string;
  readonly message_id: string;
  readonly started_at_ms: number;
  text: string;
}

/** What the texts and thoughts need to be told. */
interface RemoteSegmentsOptions extends RemoteCallsOptions {
  readonly model_name: string;
}

/** What a remote agent says, one segment open at a time; one that goes on after another becomes a new one. */
export class RemoteSegments {
  readonly #options: RemoteSegmentsOptions;
  readonly #roles = new Map<string, string>();
  #segment: Segment | undefined;
  #lastText = '';

  constructor(options: RemoteSegmentsOptions) {
    this.#options = options;
  }

  /** The last text that was closed. */
  get lastText(): string {
    return this.#lastText;
  }

  get hasOpen(): boolean {
    return this.#segment !== undefined;
  }

  setRole(source: string, role: string): void {
    this.#roles.set(source, role);
  }

  isOpen(type: Segment['type'], source: string): boolean {
    return this.#segment?.source === source && this.#segment.type === type;
  }

  /** Says a piece that is not empty. Text that is not the assistant's own says whose it is. */
  say(type: Segment['type'], source: string, delta: string): void {
    if (!this.isOpen(type, source)) this.end();
    const segment = this.#segment ?? this.#open(type, source);
    this.#segment = segment;
    const role = this.#roles.get(source) ?? 'assistant';
    const isForeign = type === 'text' && role !== 'assistant' && segment.text === '';
    const chunk = isForeign ? `[${role}] ${delta}` : delta;
    segment.text += chunk;
    const { publish, model_name } = this.#options;
    publish({ type, message_id: segment.message_id, chunk, is_complete: false, model_name });
  }

  endOf(source: string): void {
    if (this.#segment?.source === source) this.end();
  }

  end(): void {
    const segment = this.#segment;
    if (segment === undefined) return;
    this.#segment = undefined;
    const { publish, model_name, monotonic } = this.#options;
    const closed = { message_id: segment.message_id, chunk: '', is_complete: true, model_name };
    if (segment.type === 'text') {
      this.#lastText = segment.text;
      publish({ type: 'text', ...closed });
    } else {
      const duration_ms = Math.max(0, Math.round(monotonic() - segment.started_at_ms));
      publish({ type: 'thought', ...closed, duration_ms });
    }
  }

  #open(type: Segment['type'], source: string): Segment {
    const { uniqueId, monotonic } = this.#options;
    return { type, source, message_id: uniqueId(source), started_at_ms: monotonic(), text: '' };
  }
}
