import type { ErrorKind, TokenUsage } from '../../src/messages.ts';
import type { FinishReason, ModelRequest, Provider, ProviderEvent } from '../../src/providers/provider.ts';
import { ProviderError, type ProviderErrorDetails } from '../../src/providers/provider.ts';

type Step =
  | { readonly kind: 'event'; readonly event: ProviderEvent }
  | { readonly kind: 'pause'; readonly name: string }
  | { readonly kind: 'error'; readonly details: ProviderErrorDetails }
  /** Says nothing until it is aborted, and, if deaf, not even then. */
  | { readonly kind: 'hang'; readonly isDeaf: boolean }
  /** Ends the stream without a finish. */
  | { readonly kind: 'cut' };

/** Responses of a model, one after the other. Made by {@link script}. */
export class Script {
  readonly responses: Step[][] = [[]];
  #calls = 0;
  #isComplete = false;

  /** A text in one piece, or in the given pieces. */
  text(...chunks: string[]): this {
    this.#next(true);
    for (const chunk of chunks) this.#add({ type: 'text', chunk });
    return this;
  }

  thought(text: string, signature?: string): this {
    this.#next(true);
    if (text !== '') this.#add({ type: 'thought', chunk: text });
    return this.#add({ type: 'thought_end', ...(signature === undefined ? {} : { signature }) });
  }

  /** A call; several that follow each other are one batch. What is said after it belongs to the next response. */
  toolCall(name: string, input: unknown = {}, id = `call_${this.#calls + 1}`): this {
    this.#next(false);
    this.#calls++;
    const raw = typeof input === 'string' ? input : JSON.stringify(input);
    this.#add({ type: 'tool_call', id, name });
    const half = Math.ceil(raw.length / 2);
    for (const chunk of [raw.slice(0, half), raw.slice(half)]) this.#add({ type: 'tool_call_arguments', id, chunk });
    return this.#add({ type: 'tool_call_end', id, arguments: raw });
  }

  /** Only the beginning of a call. */
  halfToolCall(name: string, chunk: string, id = `call_${this.#calls + 1}`): this {
    this.#next(false);
    this.#calls++;
    this.#add({ type: 'tool_call', id, name });
    return this.#add({ type: 'tool_call_arguments', id, chunk });
  }

  /** Any events, in the current response. */
  events(...events: ProviderEvent[]): this {
    for (const event of events) this.#add(event);
    return this;
  }

  usage(usage: Partial<TokenUsage>): this {
    return this.#add({ type: 'usage', usage: { input_tokens: 10, output_tokens: 5, ...usage } });
  }

  /** Stops here until the test says `resume(name)`. */
  pause(name: string): this {
    this.#current().push({ kind: 'pause', name });
    return this;
  }

  /** The response fails here; the next one follows. */
  error(kind: ErrorKind, details: Partial<ProviderErrorDetails> = {}): this {
    const retryable = !['auth', 'invalid_request', 'context_length', 'refusal', 'internal'].includes(kind);
    this.#current().push({ kind: 'error', details: { kind, message: `scripted ${kind}`, retryable, ...details } });
    return this.#close();
  }

  hang(): this {
    this.#current().push({ kind: 'hang', isDeaf: false });
    return this.#close();
  }

  /** Hangs, and does not hear an abort either. */
  deaf(): this {
    this.#current().push({ kind: 'hang', isDeaf: true });
    return this.#close();
  }

  cut(): this {
    this.#current().push({ kind: 'cut' });
    return this.#close();
  }

  /** Ends the response with this reason; without it the reason follows from what the response has. */
  finish(reason: FinishReason, detail?: string): this {
    this.#add({ type: 'finish', reason, ...(detail === undefined ? {} : { detail }) });
    return this.#close();
  }

  /** Ends the response; what follows belongs to the next. */
  next(): this {
    return this.#close();
  }

  #current(): Step[] {
    if (this.#isComplete) {
      this.responses.push([]);
      this.#isComplete = false;
    }
    return this.responses.at(-1) ?? [];
  }

  #add(event: ProviderEvent): this {
    this.#current().push({ kind: 'event', event });
    return this;
  }

  #close(): this {
    this.#current();
    this.#isComplete = true;
    return this;
  }

  /** What is said after a call belongs to the next response. */
  #next(isSaying: boolean): void {
    const hasCalls = (this.responses.at(-1) ?? []).some(
      (step) => step.kind === 'event' && step.event.type === 'tool_call',
    );
    if (isSaying && hasCalls) this.#isComplete = true;
  }
}

/** Begins a script. */
export function script(): Script {
  return new Script();
}

/** A provider that plays a script, with the requests it was sent. */
export interface ScriptedProvider extends Provider {
  readonly requests: ModelRequest[];
  /** Resolves when the script stands at the pause. */
  reaches(name: string): Promise<void>;
  resume(name: string): void;
  /** How many requests came although their turn had been cancelled. */
  readonly late: number;
}

/** Plays one response of the script a request; after the last those of `after`, again and again, or an error. */
export function scriptedProvider(played: Script, options: { name?: string; after?: Script } = {}): ScriptedProvider {
  const requests: ModelRequest[] = [];
  // A script that was never written to has no response, not an empty one.
  const responses = played.responses.flat().length === 0 && played.responses.length === 1 ? [] : played.responses;
  const reached = new Gates();
  const resumed = new Gates();
  let late = 0;

  async function* play(steps: readonly Step[], signal: AbortSignal): AsyncGenerator<ProviderEvent, void, undefined> {
    for (const step of steps) {
      if (signal.aborted) return;
      if (step.kind === 'event') yield step.event;
      if (step.kind === 'error') throw new ProviderError(step.details);
      if (step.kind === 'cut') return;
      if (step.kind === 'hang') await (step.isDeaf ? new Promise(() => {}) : aborted(signal));
      if (step.kind === 'pause') {
        reached.open(step.name);
        await Promise.race([resumed.wait(step.name), aborted(signal)]);
      }
    }
    if (!signal.aborted) yield* ending(steps);
  }

  return {
    name: options.name ?? 'scripted',
    protocol: 'script',
    requests,
    stream: (request, signal) => {
      const index = requests.length;
      requests.push(request);
      if (signal.aborted) late++;
      const after = options.after?.responses;
      const rest = after === undefined ? undefined : after[(index - responses.length) % after.length];
      return play(responses[index] ?? rest ?? EXHAUSTED, signal);
    },
    reaches: (name) => reached.wait(name),
    resume: (name) => resumed.open(name),
    get late() {
      return late;
    },
  };
}

const EXHAUSTED: readonly Step[] = [
  {
    kind: 'error',
    details: { kind: 'invalid_request', message: 'the script has no more responses', retryable: false },
  },
];

function* ending(steps: readonly Step[]): Generator<ProviderEvent> {
  const events = steps.flatMap((step) => (step.kind === 'event' ? [step.event] : []));
  if (events.some((event) => event.type === 'finish')) return;
  const hasCalls = events.some((event) => event.type === 'tool_call');
  yield { type: 'finish', reason: hasCalls ? 'tool_calls' : 'stop' };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Named gates; each stays open once it was opened. */
export class Gates {
  readonly #gates = new Map<string, { readonly promise: Promise<void>; open(): void }>();

  wait(name: string): Promise<void> {
    return this.#gate(name).promise;
  }

  open(name: string): void {
    this.#gate(name).open();
  }

  #gate(name: string): { readonly promise: Promise<void>; open(): void } {
    const known = this.#gates.get(name);
    if (known !== undefined) return known;
    let open: () => void = () => {};
    const promise = new Promise<void>((resolve) => {
      open = resolve;
    });
    const gate = { promise, open };
    this.#gates.set(name, gate);
    return gate;
  }
}
