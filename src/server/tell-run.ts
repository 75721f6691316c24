import { AG_UI_COMPAT, type AgUiEvent, type AgUiInterrupt, frameEvent, METADATA_KEY } from '../encoders/ag-ui-event.ts';
import { approvalInterrupt } from '../encoders/ag-ui-interrupts.ts';
import { AgUiRun } from '../encoders/ag-ui-run.ts';
import type { AgentMessage } from '../messages.ts';
import type { EventStream } from './event-stream.ts';
import { LogReader } from './log-reader.ts';
import { previewHash } from './preview-hash.ts';
import type { RunInput } from './run-input.ts';
import type { SessionHandle } from './session-host.ts';
import type { RunPlan, Thread } from './thread.ts';

/** What telling a run needs beside the thread. Milliseconds. */
export interface TellOptions {
  readonly thread: Thread;
  readonly session: SessionHandle;
  readonly stream: EventStream;
  readonly run_timeout_ms: number;
  /** How long a question waits for other tools to end, so that several can be asked together. */
  readonly gather_ms: number;
  /** How long the front end has for its answers before the turn is cancelled. */
  readonly answer_timeout_ms: number;
  readonly ag_ui_compat?: string;
}

/**
 * Follows the input of a run and tells what comes of it, until the turn is over or waits for the front end.
 *
 * Contract: never throws; the stream's last event ends the run. When the reader goes away, or the time is up, the turn
 * is cancelled and read to its end, so that the next run begins behind it.
 */
export async function tellRun(input: RunInput, options: TellOptions): Promise<void> {
  const { thread, session } = options;
  const plan = thread.follow(input, session);
  const teller = new RunTeller(input, plan, options);
  try {
    await teller.tell();
  } catch {
    // A fault of our own: what it says is nothing for a front end.
    await teller.fail('The run could not be told to its end.', 'internal');
  } finally {
    options.stream.end();
  }
  if (teller.isLeftBehind) await teller.cancelRest();
  else teller.expectAnswers();
}

class RunTeller {
  readonly #input: RunInput;
  readonly #plan: RunPlan;
  readonly #options: TellOptions;
  readonly #run: AgUiRun;
  /** Whether the person's words have reached the agent; what comes before them is another turn's. */
  #hasBegun: boolean;
  /** Whether the messages that are read belong to this run. */
  #isTelling: boolean;
  isLeftBehind = false;

  constructor(input: RunInput, plan: RunPlan, options: TellOptions) {
    this.#input = input;
    this.#plan = plan;
    this.#options = options;
    const { thread } = options;
    this.#hasBegun = plan.prompt_id === undefined;
    this.#isTelling = thread.state.turn_id !== undefined;
    this.#run = new AgUiRun({
      thread_id: input.thread_id,
      run_id: input.run_id,
      ...(input.parent_run_id === undefined ? {} : { parent_run_id: input.parent_run_id }),
      iteration: thread.state.iteration,
      hasState: input.hasState,
      isAnsweredByClient: (id) => thread.isAnsweredByClient(id),
    });
  }

  async tell(): Promise<void> {
    const { problem, isNothing } = this.#plan;
    await this.#write(this.#run.start());
    if (this.#isTelling || isNothing) await this.#write([this.#introduction(this.#options.thread.state.turn_id)]);
    if (problem !== undefined) return this.fail(problem, 'invalid_request');
    if (isNothing) return this.#write(this.#run.succeed());
    await this.#tellMessages();
  }

  async fail(message: string, code: string): Promise<void> {
    if (!this.#run.isOver) await this.#write(this.#run.fail(message, code));
  }

  /** Cancels what the run began and reads on until it is over; gives up after a while. */
  async cancelRest(): Promise<void> {
    const { thread, session } = this.#options;
    const { prompt_id } = this.#plan;
    const cancel = (): void => session.send({ type: 'cancel' });
    if (prompt_id !== undefined && !this.#hasBegun) session.send({ type: 'retract', id: prompt_id });
    if (this.#isTelling) cancel();
    for await (const message of session.messages(thread.cursor, AbortSignal.timeout(CANCEL_TIMEOUT_MS))) {
      thread.take(message);
      if (message.type === 'turn_started' && message.input.id === prompt_id) cancel();
      if (message.type === 'user_message_returned' && message.id === prompt_id && !this.#isTelling) return;
      if (message.type === 'done' && (this.#isTelling || this.#hasBegun)) return;
      this.#begins(message);
    }
  }

  /** Cancels the turn later if it waits for answers that never come. */
  expectAnswers(): void {
    const { thread, answer_timeout_ms } = this.#options;
    const { turn_id } = thread.state;
    if (turn_id !== undefined) setTimeout(() => void thread.expire(turn_id), answer_timeout_ms).unref();
  }

  async #tellMessages(): Promise<void> {
    const { thread, session, stream, run_timeout_ms } = this.#options;
    const reader = new LogReader(session, {
      from_seq: thread.cursor,
      until: stream.signal,
      timeout_ms: run_timeout_ms,
    });
    thread.onPending = () => reader.nudge();
    try {
      await this.#askIfBlocked(reader, false);
      while (!this.#run.isOver) {
        const step = await reader.next();
        if (step.kind === 'message') await this.#tellMessage(step.message);
        else if (step.kind === 'end') return await this.#ended();
        else if (step.kind === 'stopped') return await this.#stopped(stream.signal.aborted);
        await this.#askIfBlocked(reader, step.kind === 'nudge' && step.isLate);
      }
    } finally {
      thread.onPending = () => undefined;
      reader.close();
    }
  }

  async #tellMessage(message: AgentMessage): Promise<void> {
    this.#options.thread.take(message);
    const isStart = this.#begins(message);
    if (message.type === 'user_message_returned' && message.id === this.#plan.prompt_id && !this.#hasBegun) {
      return this.fail(`The message was not taken: ${message.reason}.`, message.reason);
    }
    if (!this.#isTelling) return this.#tellIdle(message);
    if (isStart) await this.#write([this.#introduction(message.turn_id)]);
    if (message.type === 'done' && !this.#hasBegun) {
      this.#isTelling = false;
      return this.#write(this.#run.leaveTurn());
    }
    await this.#write(this.#run.take(message));
  }

  /** What is said between turns, such as another model, belongs to nobody; other people's turns are theirs. */
  async #tellIdle(message: AgentMessage): Promise<void> {
    if (message.turn_id === undefined) await this.#write(this.#run.take(message));
  }

  /** Notes that the person's words have reached the agent; says whether a turn of their own begins with them. */
  #begins(message: AgentMessage): boolean {
    const { prompt_id } = this.#plan;
    if (prompt_id === undefined) return false;
    const isStart = message.type === 'turn_started' && message.input.id === prompt_id;
    if (isStart || (message.type === 'user_steered' && message.id === prompt_id)) {
      this.#hasBegun = true;
      this.#isTelling = true;
    }
    return isStart;
  }

  /** Ends the run when nothing goes on without the front end, or nothing else has ended for a while. */
  async #askIfBlocked(reader: LogReader, isLate: boolean): Promise<void> {
    const { thread, session, gather_ms } = this.#options;
    if (this.#run.isOver || !this.#isTelling) return;
    const { approvals, calls } = thread.state;
    const pending = thread.pendingCalls();
    const waiting = approvals.size + pending.length;
    if (waiting === 0) return;
    if (approvals.size > 0 && this.#isOld()) return thread.refuseAll(session);
    if (calls.size > waiting && !isLate) return reader.nudgeAfter(gather_ms);
    await this.#write(approvals.size > 0 ? this.#run.interrupt(this.#interrupts()) : this.#run.wait(pending));
  }

  #interrupts(): AgUiInterrupt[] {
    const { thread, answer_timeout_ms } = this.#options;
    return [...thread.state.approvals.values()].map((asked) => {
      const interrupt = approvalInterrupt(asked);
      const extras = { ...interrupt.metadata?.[METADATA_KEY], hash: previewHash(asked.preview) };
      const expiresAt = new Date(asked.at + answer_timeout_ms).toISOString();
      return { ...interrupt, expiresAt, metadata: { [METADATA_KEY]: extras } };
    });
  }

  async #ended(): Promise<void> {
    await this.fail('The session ended before the turn was done.', 'stream_interrupted');
  }

  async #stopped(isGone: boolean): Promise<void> {
    this.isLeftBehind = true;
    if (!isGone) await this.fail(`The run took longer than ${this.#options.run_timeout_ms} ms.`, 'timeout');
  }

  /** Says where the session's own API is, so that a client that knows us can steer. */
  #introduction(turn_id: string | undefined): AgUiEvent {
    const { session_id } = this.#options.session;
    const path = `/sessions/${encodeURIComponent(session_id)}`;
    const value = { session_id, messages_url: `${path}/messages`, events_url: `${path}/events`, turn_id };
    return { type: 'CUSTOM', name: 'agent_chat_session', value };
  }

  #isOld(): boolean {
    return this.#options.ag_ui_compat === AG_UI_COMPAT;
  }

  async #write(events: readonly AgUiEvent[]): Promise<void> {
    const { stream, ag_ui_compat } = this.#options;
    for (const event of events) await stream.write(frameEvent(event, ag_ui_compat));
  }
}

const CANCEL_TIMEOUT_MS = 15_000;
