import type { AgentMessageBody, ReturnReason, UserContent } from '../../messages.ts';
import { isRecord } from '../json-fields.ts';
import { type Answer, Asking } from './asking.ts';
import { ConnectFailure, describeFailure, errorKindOf } from './connect-failure.ts';
import { EventReader } from './event-reader.ts';
import { Inspection } from './inspection.ts';
import { PatchProblem } from './json-patch.ts';
import { frontEndQuestion, haltOf, interruptPayload, interruptQuestion } from './questions.ts';
import { readNotice, readOffer, type SteeringOffer } from './receipts.ts';
import type { RemoteEvent, RemoteInterrupt, RemoteOutcome } from './remote-event.ts';
import { runRemote } from './remote-http.ts';
import { RemoteThread } from './remote-thread.ts';
import { RemoteTurn } from './remote-turn.ts';

/** What a conversation with a remote agent needs. */
export interface RemoteConversationOptions {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly model_name: string;
  readonly thread_id: string;
  readonly newId: () => string;
  readonly monotonic: () => number;
  /** Gives an id that nothing else in the session has, the wanted one if it is free. */
  readonly uniqueId: (wanted: string) => string;
  readonly tools: readonly unknown[];
  readonly stall_ms: number;
  publish(body: AgentMessageBody): void;
  /** Takes what the other side says about a message that was sent to it beside the run. */
  receipt(name: string, id: string, reason: ReturnReason): void;
}

interface TurnInput {
  readonly turn_id: string;
  readonly input: { readonly id: string; readonly content: UserContent };
  readonly signal: AbortSignal;
}

/** A thread of a remote agent: its turns, each of one or more runs, and what the person is asked in between. */
export class RemoteConversation {
  readonly #options: RemoteConversationOptions;
  readonly #thread: RemoteThread;
  readonly #inspection = new Inspection();
  readonly #asking = new Asking();
  #url: URL;
  #offer: SteeringOffer | undefined;
  #turn: RemoteTurn | undefined;
  /** Interrupts that nobody answered; the next run has to say so. */
  #left: readonly RemoteInterrupt[] = [];
  #hasPatchProblem = false;

  constructor(options: RemoteConversationOptions) {
    this.#options = options;
    this.#url = options.url;
    this.#thread = new RemoteThread(options.thread_id);
  }

  get thread_id(): string {
    return this.#thread.thread_id;
  }

  get size(): number {
    return this.#thread.messages.length;
  }

  get offer(): SteeringOffer | undefined {
    return this.#offer;
  }

  get isAsking(): boolean {
    return this.#asking.isOpen;
  }

  get iteration(): number {
    return this.#turn?.iteration ?? 1;
  }

  answer(message: Answer & { readonly tool_call_id: string }): void {
    this.#asking.answer(message.tool_call_id, message);
  }

  /** Takes words as the answer to the open question, if it is one that any words answer. */
  answerWithText(content: UserContent): boolean {
    return typeof content === 'string' && this.#asking.answerWithText(content);
  }

  inspect(): string {
    return this.#inspection.describe(this.#thread);
  }

  /** Runs one turn to its `done`. Never throws. */
  async runTurn({ turn_id, input, signal }: TurnInput): Promise<void> {
    const { publish, monotonic, model_name, uniqueId } = this.#options;
    const turn = new RemoteTurn({ turn_id, model_name, publish, monotonic, uniqueId });
    this.#turn = turn;
    this.#thread.addUser(input.id, input.content);
    try {
      await this.#runToEnd(turn, signal);
    } catch (error) {
      if (signal.aborted) this.#cancel(turn);
      else turn.fail(describeFailure(error));
    } finally {
      this.#asking.clear();
      this.#turn = undefined;
    }
  }

  #cancel(turn: RemoteTurn): void {
    this.#thread.takeBackWords();
    turn.cancel();
  }

  async #runToEnd(turn: RemoteTurn, signal: AbortSignal): Promise<void> {
    let resume: unknown[] = this.#left.map(({ id }) => ({ interruptId: id, status: 'cancelled' }));
    while (!turn.isOver) {
      const outcome = await this.#run(turn, { resume, signal });
      this.#left = outcome.type === 'interrupt' ? outcome.interrupts : [];
      resume = await this.#follow(turn, outcome, signal);
    }
  }

  /** Acts on the end of a run; gives what the next one has to resume with. */
  async #follow(turn: RemoteTurn, outcome: RemoteOutcome, signal: AbortSignal): Promise<unknown[]> {
    const waiting = turn.endRun();
    if (outcome.type === 'cancelled') this.#cancel(turn);
    if (outcome.type === 'interrupt') return this.#resume(turn, outcome.interrupts, signal);
    if (outcome.type !== 'success') return [];
    const pending = (outcome.pending ?? waiting).filter((source) => turn.isOpenCall(source));
    if (pending.length === 0) {
      this.#showActivities(turn);
      turn.complete({ status: 'completed' });
      return [];
    }
    await Promise.all(pending.map((source) => this.#askForResult(turn, source, signal)));
    return [];
  }

  async #resume(turn: RemoteTurn, interrupts: readonly RemoteInterrupt[], signal: AbortSignal): Promise<unknown[]> {
    const halt = interrupts.map(haltOf).find((each) => each !== undefined);
    if (halt !== undefined) {
      turn.complete({ status: 'halted', halt });
      return [];
    }
    return Promise.all(interrupts.map((interrupt) => this.#askForInterrupt(turn, interrupt, signal)));
  }

  async #askForInterrupt(turn: RemoteTurn, interrupt: RemoteInterrupt, signal: AbortSignal): Promise<unknown> {
    const about = interrupt.tool_call_id;
    const isApproval = about !== undefined && turn.isOpenCall(about);
    const source = isApproval ? about : `interrupt-${interrupt.id}`;
    if (!isApproval) turn.openCall(source, interrupt.reason, JSON.stringify(interrupt.response_schema ?? {}));
    const question = interruptQuestion(interrupt, turn.describeCall(source));
    const answer = await this.#asking.ask(turn, { source, question, isFree: !isApproval, signal });
    const payload = interruptPayload(interrupt, answer.decision, answer.note);
    turn.resolve(source, answer.decision, answer.note);
    if (!isApproval && answer.decision === 'deny') turn.refuse(source, answer.note ?? REFUSED, 'denied');
    else if (!isApproval) turn.answer(source, answer.note ?? 'Yes.');
    const isLeft = answer.decision === 'deny' && !isApproval;
    return { interruptId: interrupt.id, ...(isLeft ? { status: 'cancelled' } : { status: 'resolved', payload }) };
  }

  async #askForResult(turn: RemoteTurn, source: string, signal: AbortSignal): Promise<void> {
    const { name, json } = turn.describeCall(source);
    const answer = await this.#asking.ask(turn, {
      source,
      question: frontEndQuestion(name, json),
      isFree: true,
      signal,
    });
    turn.resolve(source, answer.decision, answer.note);
    const isRefused = answer.decision === 'deny';
    const result = answer.note ?? (isRefused ? REFUSED : 'Done.');
    this.#thread.addToolAnswer(source, result, isRefused);
    if (isRefused) turn.refuse(source, result, 'denied');
    else turn.answer(source, result);
  }

  async #run(turn: RemoteTurn, { resume, signal }: { resume: unknown[]; signal: AbortSignal }): Promise<RemoteOutcome> {
    const reader = new EventReader();
    for await (const raw of this.#events(resume, signal)) {
      this.#inspection.take(raw);
      for (const event of reader.read(raw)) {
        this.#takeBeside(turn, event);
        if (event.kind === 'run_finished') {
          turn.addUsage(event.usage);
          return event.outcome;
        }
        if (event.kind === 'run_error') throw new ConnectFailure(event.message, { kind: errorKindOf(event.code) });
        turn.take(event);
      }
    }
    throw new ConnectFailure(`${this.#url.host} ended the connection before the run was finished.`, {
      kind: 'stream_interrupted',
      suggested_action: 'Send the message again.',
    });
  }

  /** Runs the agent; one that is not at the bare address is looked for where servers of our kind have it. */
  async *#events(resume: unknown[], signal: AbortSignal): AsyncGenerator<unknown, void, undefined> {
    const { headers, stall_ms } = this.#options;
    const body = this.#body(resume);
    try {
      yield* runRemote({ url: this.#url, headers, body, signal, stall_ms });
    } catch (error) {
      if (!(error instanceof ConnectFailure) || error.status !== 404 || this.#url.pathname !== '/') throw error;
      this.#url = new URL('/ag-ui', this.#url);
      yield* runRemote({ url: this.#url, headers, body, signal, stall_ms });
    }
  }

  #body(resume: unknown[]): unknown {
    const { newId, tools } = this.#options;
    const { thread_id, state } = this.#thread;
    const messages = this.#offer?.keeps_log ? this.#thread.lastMessages(KEPT_BYTES) : this.#thread.messages;
    return {
      threadId: thread_id,
      runId: newId(),
      protocolVersion: '1.0',
      state,
      messages,
      tools,
      context: [],
      forwardedProps: {},
      ...(resume.length > 0 ? { resume } : {}),
    };
  }

  #takeBeside(turn: RemoteTurn, event: RemoteEvent): void {
    if (event.kind === 'custom') this.#takeCustom(turn, event.name, event.value);
    if (event.kind === 'messages_set') this.#showMessages(turn, event);
    try {
      this.#thread.take(event);
    } catch (error) {
      if (!(error instanceof PatchProblem)) throw error;
      if (this.#hasPatchProblem) return;
      this.#hasPatchProblem = true;
      turn.note({ type: 'system_warning', message: `The agent's shared state is out of step: ${error.message}` });
    }
  }

  #takeCustom(turn: RemoteTurn, name: string, value: unknown): void {
    if (name === 'agent_chat_session') this.#offer = readOffer(value);
    const isReceipt = name === 'user_steered' || name === 'user_message_returned';
    if (isReceipt && isRecord(value) && typeof value.id === 'string') {
      this.#options.receipt(name, value.id, value.reason === 'retracted' ? 'retracted' : 'superseded');
      return;
    }
    const notice = readNotice(name, value);
    if (notice !== undefined) turn.note(notice);
  }

  /** Shows what a snapshot holds that was never streamed: some agents send nothing else. */
  #showMessages(turn: RemoteTurn, { messages }: Extract<RemoteEvent, { readonly kind: 'messages_set' }>): void {
    const known = new Set(this.#thread.messages.map((message) => message.id));
    const said = new Set(this.#thread.messages.map((message) => message.content));
    const start = messages.findLastIndex((message) => message.role === 'user') + 1;
    for (const message of messages.slice(start)) {
      const { id, role, content } = message;
      if (role !== 'assistant' || typeof id !== 'string' || known.has(id)) continue;
      if (typeof content !== 'string' || said.has(content)) continue;
      turn.take({ kind: 'text', id, delta: content });
      turn.take({ kind: 'text_ended', id });
    }
  }

  /** Shows each activity that the turn has changed, as it stands at its end. */
  #showActivities(turn: RemoteTurn): void {
    for (const [id, { name, content }] of this.#inspection.changedActivities(this.#thread)) {
      const source = `activity-${id}`;
      turn.openCall(source, name, JSON.stringify(content));
      turn.answer(source, JSON.stringify(content, null, 2));
    }
  }
}

/** Servers of our kind take 1 MB at a time, and read only the end. */
const KEPT_BYTES = 256 * 1024;
const REFUSED = 'The person refused.';
