import type { AgentMessageBody, ApprovalDecision, ErrorKind, Halt, TokenUsage, ToolErrorKind } from '../../messages.ts';
import { addUsage } from '../../usage.ts';
import type { TurnFailure } from './connect-failure.ts';
import type { Question } from './questions.ts';
import { RemoteCalls, type RemoteCallsOptions } from './remote-calls.ts';
import type { RemoteEvent, RemoteUsage } from './remote-event.ts';
import { RemoteSegments } from './remote-segments.ts';

/** What a turn of a remote agent is told as. */
export interface RemoteTurnOptions extends RemoteCallsOptions {
  readonly turn_id: string;
  /** What answers, until the agent says more exactly which model did. */
  readonly model_name: string;
}

/** How a turn ends well. */
export type RemoteEnding = { readonly status: 'completed' } | { readonly status: 'halted'; readonly halt: Halt };

/**
 * Tells a turn of a remote agent, which may take several runs, in our own vocabulary.
 *
 * Contract: whatever comes, in whatever order, what is published keeps the promises: one segment is open at a time, a
 * response is over before its tools run, every call ends. What comes too early for that is held until it fits; nothing
 * that was said is lost. One of `complete`, `fail` and `cancel` ends the turn.
 */
export class RemoteTurn {
  readonly turn_id: string;
  readonly #options: RemoteTurnOptions;
  readonly #started_at_ms: number;
  readonly #segments: RemoteSegments;
  readonly #answered = new Set<string>();
  #calls: RemoteCalls;
  #held: RemoteEvent[] = [];
  #iteration = 0;
  #hasSaid = false;
  #usage: TokenUsage = { input_tokens: 0, output_tokens: 0 };
  #isOver = false;

  constructor(options: RemoteTurnOptions) {
    this.turn_id = options.turn_id;
    this.#options = options;
    this.#started_at_ms = options.monotonic();
    this.#calls = new RemoteCalls(options);
    this.#segments = new RemoteSegments(options);
  }

  /** The step that is being told; counts from 1. */
  get iteration(): number {
    return this.#iteration + 1;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Tells one event. Run events and what is beside the conversation change nothing. */
  take(event: RemoteEvent): void {
    if (this.#mustWait(event)) {
      this.#held.push(event);
      return;
    }
    switch (event.kind) {
      case 'text_started':
        this.#segments.setRole(event.id, event.role);
        break;
      case 'text':
        this.#say('text', event.id, event.delta);
        break;
      case 'thought':
        this.#say('thought', event.id, event.delta);
        break;
      case 'text_ended':
      case 'thought_ended':
        this.#segments.endOf(event.id);
        break;
      case 'step_ended':
        this.#endStep();
        break;
      case 'subagent':
        this.#subagent(event);
        break;
      default:
        this.#takeCall(event);
    }
  }

  /** Adds what a run has used. */
  addUsage(entries: readonly RemoteUsage[]): void {
    for (const entry of entries) this.#usage = addUsage(this.#usage, tokensOf(entry));
  }

  /** Closes what a run that has ended left open, and gives the calls that wait for the person. */
  endRun(): string[] {
    this.#segments.end();
    for (const source of this.#calls.open()) this.#calls.end(source);
    this.#publishAnswers();
    return this.#calls.waiting();
  }

  /** Makes a call of its own for a question that concerns none. */
  openCall(source: string, name: string, json: string): void {
    this.take({ kind: 'call_started', id: source, name });
    this.#calls.grow(source, json, this.#options.model_name);
    this.#calls.end(source);
  }

  isOpenCall(source: string): boolean {
    return this.#calls.isOpen(source);
  }

  callId(source: string): string | undefined {
    return this.#calls.idOf(source);
  }

  describeCall(source: string): { readonly name: string; readonly json: string } {
    return this.#calls.describe(source);
  }

  ask(source: string, question: Question): void {
    this.#calls.ask(source, question);
  }

  resolve(source: string, decision: ApprovalDecision, note?: string): void {
    this.#calls.resolve(source, decision, note);
  }

  /** Gives the person's own answer as the result of a call. */
  answer(source: string, answer: string): void {
    this.#calls.answer(source, answer);
    this.#answered.add(source);
    this.#publishAnswers();
  }

  refuse(source: string, error: string, kind: ToolErrorKind): void {
    this.#calls.fail(source, { error, kind, model_name: this.#options.model_name });
    this.#answered.add(source);
    this.#settleStep();
  }

  /** Publishes something that may stand anywhere in a turn. */
  note(body: AgentMessageBody): void {
    this.#options.publish(body);
  }

  complete(ending: RemoteEnding): void {
    if (this.#isOver) return;
    this.#settle((source) => this.answer(source, NO_RESULT));
    const stop_reason = ending.status === 'completed' ? 'stop' : ending.halt.reason;
    const final_text = this.#segments.lastText;
    this.#done({
      ...ending,
      stop_reason,
      ...(ending.status === 'completed' && final_text !== '' ? { final_text } : {}),
    });
  }

  fail(error: TurnFailure): void {
    if (this.#isOver) return;
    this.#settle((source) => this.refuse(source, 'The run failed before this call had a result.', 'failed'));
    this.#options.publish({ type: 'error', retryable: RETRYABLE.has(error.kind), ...error });
    this.#done({ status: 'error', stop_reason: 'error' });
  }

  cancel(): void {
    if (this.#isOver) return;
    this.#held = [];
    this.#settle((source) => this.refuse(source, 'Cancelled.', 'cancelled'));
    this.#options.publish({ type: 'cancelled', message: 'Cancelled.' });
    this.#done({ status: 'cancelled', stop_reason: 'cancelled' });
  }

  /** A response that has run a tool is over: what is said before its other tools have ended belongs behind them. */
  #mustWait(event: RemoteEvent): boolean {
    if (event.kind === 'call_answered' && this.#calls.has(event.id)) return false;
    if (this.#held.length > 0) return true;
    return this.#calls.hasStarted && OPENS.has(event.kind);
  }

  #say(type: 'text' | 'thought', source: string, delta: string): void {
    if (delta === '') return;
    if (!this.#segments.isOpen(type, source)) this.#calls.follow();
    this.#hasSaid = true;
    this.#segments.say(type, source, delta);
  }

  #takeCall(event: RemoteEvent): void {
    const { model_name } = this.#options;
    if (event.kind === 'call_started') {
      this.#answered.delete(event.id);
      this.#segments.end();
      this.#hasSaid = true;
      this.#calls.start(event.id, event.name, model_name);
    } else if (event.kind === 'call_grew') this.#calls.grow(event.id, event.delta, model_name);
    else if (event.kind === 'call_ended') this.#calls.end(event.id);
    else if (event.kind === 'call_answered') this.#answerCall(event);
  }

  #answerCall({ id: source, content, error }: Extract<RemoteEvent, { readonly kind: 'call_answered' }>): void {
    if (this.#answered.has(source)) return;
    this.#answered.add(source);
    if (!this.#calls.has(source)) {
      this.#segments.end();
      this.#calls.start(source, 'tool', this.#options.model_name);
    }
    if (error === undefined) this.#calls.answer(source, content);
    else this.#calls.fail(source, { error: content, kind: error, model_name: this.#options.model_name });
    this.#publishAnswers();
  }

  #publishAnswers(): void {
    this.#segments.end();
    this.#calls.publishAnswers(this.#options.model_name);
    this.#settleStep();
  }

  /** Ends the step when all its calls have; then comes what was held. */
  #settleStep(): void {
    if (this.#calls.size === 0 || this.#calls.open().length > 0) return;
    this.#completeStep();
    const held = this.#held;
    this.#held = [];
    for (const event of held) this.take(event);
  }

  /** A step of the agent's own is one here if nothing of it is still open. */
  #endStep(): void {
    if (this.#hasSaid && !this.#segments.hasOpen && this.#calls.open().length === 0) this.#completeStep();
  }

  #completeStep(): void {
    this.#iteration += 1;
    this.#hasSaid = false;
    this.#options.publish({ type: 'iteration_complete', iteration: this.#iteration, tool_calls: this.#calls.size });
    this.#calls = new RemoteCalls(this.#options);
  }

  /** Closes what is open and ends every call, also those that come out of what was held. */
  #settle(end: (source: string) => void): void {
    this.#segments.end();
    for (let open = this.#calls.open(); open.length > 0; open = this.#calls.open()) {
      for (const source of open) this.#calls.end(source);
      for (const source of open) end(source);
      this.#segments.end();
    }
    if (this.#hasSaid) this.#completeStep();
  }

  #subagent(event: Extract<RemoteEvent, { readonly kind: 'subagent' }>): void {
    if (event.isError) {
      this.note({ type: 'system_warning', message: `The subagent ${event.name} failed: ${event.text}` });
      return;
    }
    const source = this.#options.uniqueId(`subagent-${event.name}`);
    this.#say(
      'thought',
      source,
      event.text === '' ? `Subagent ${event.name}` : `Subagent ${event.name}: ${event.text}`,
    );
    this.#segments.end();
  }

  #done(ending: {
    status: 'completed' | 'halted' | 'error' | 'cancelled';
    stop_reason: string;
    final_text?: string;
    halt?: Halt;
  }): void {
    this.#isOver = true;
    this.#options.publish({
      type: 'done',
      turn_id: this.turn_id,
      ...ending,
      iterations: this.#iteration,
      usage: this.#usage,
      duration_ms: Math.max(0, Math.round(this.#options.monotonic() - this.#started_at_ms)),
    });
  }
}

/** Cached tokens are part of the input in AG-UI, and beside it here. */
function tokensOf({ input, output, cached, written, reasoning }: RemoteUsage): TokenUsage {
  return {
    input_tokens: Math.max(0, input - (cached ?? 0) - (written ?? 0)),
    output_tokens: output,
    ...(cached === undefined ? {} : { cache_read_tokens: cached }),
    ...(written === undefined ? {} : { cache_creation_tokens: written }),
    ...(reasoning === undefined ? {} : { reasoning_tokens: reasoning }),
  };
}

const OPENS: ReadonlySet<RemoteEvent['kind']> = new Set([
  'text',
  'thought',
  'call_started',
  'call_answered',
  'subagent',
]);
const RETRYABLE: ReadonlySet<ErrorKind> = new Set([
  'network',
  'stream_interrupted',
  'timeout',
  'rate_limit',
  'overloaded',
  'server',
]);
const NO_RESULT = 'The agent sent no result for this call.';
