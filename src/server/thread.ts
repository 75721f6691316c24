import { approvalInterruptId, haltInterruptId } from '../encoders/ag-ui-interrupts.ts';
import type { AgentMessage, ContentBlock, UserContent, UserMessage, UserMessageBody } from '../messages.ts';
import { NOTHING_SAID, reduceUnanswered, takenBack } from '../unanswered.ts';
import { HttpError } from './http-error.ts';
import { approvalAnswer, haltAnswer } from './resume-answer.ts';
import type { FrontEndToolSpec, ResumeAnswer, RunInput } from './run-input.ts';
import type { FrontEndAnswer, FrontEndTool, OpenSession, SessionHandle } from './session-host.ts';
import { answered, NO_TURN, reduceTurnState, type TurnState } from './turn-state.ts';

const UNANSWERED = 'The front end went on without answering.';

/** What a run has been asked to do. */
export interface RunPlan {
  /** The id under which the person's words were sent to the agent. */
  readonly prompt_id?: string;
  /** Whether there is nothing to wait for: no words, no turn that goes on. */
  readonly isNothing: boolean;
  /** Why the input cannot be followed. */
  readonly problem?: string;
}

/** How a thread opens its session. */
export interface ThreadOptions {
  readonly session_id: string;
  readonly newId: () => string;
  readonly openSession: OpenSession;
}

/**
 * An AG-UI thread: a session, how much of it has been told to the front end, and what the front end still has to answer.
 * One run at a time.
 */
export class Thread {
  /** Settles when the run that is being told is over; absent when there is none. */
  running: Promise<void> | undefined;
  /** Whether the front end still reads that run. */
  isBeingRead = false;
  /** Requests that use the thread now; without any it may be closed. */
  users = 0;
  /** Called when a call of a front-end tool begins to wait. */
  onPending: () => void = () => undefined;
  /** The seq that is told next. */
  cursor = 1;

  readonly #options: ThreadOptions;
  readonly #pending = new Map<string, (answer: FrontEndAnswer) => void>();
  readonly #answeredByClient = new Set<string>();
  readonly #usedIds = new Set<string>();
  /** Of those, the ids of what was cancelled unanswered: it may come again. */
  readonly #takenBack = new Set<string>();
  #unanswered = NOTHING_SAID;
  #session: SessionHandle | undefined;
  #opening: Promise<unknown> = Promise.resolve();
  #tools = '[]';
  #context = '[]';
  #state = NO_TURN;
  #haltedTurn: string | undefined;

  constructor(options: ThreadOptions) {
    this.#options = options;
  }

  get session(): SessionHandle | undefined {
    return this.#session;
  }

  get state(): TurnState {
    return this.#state;
  }

  /**
   * Opens the session, or opens it again when the front end's tools have changed and no turn waits; one after the other
   * for all who ask. Refused when there is none and none may be made.
   */
  open(specs: readonly FrontEndToolSpec[] | undefined, is_new_allowed: boolean): Promise<SessionHandle> {
    const opened = this.#opening.catch(() => undefined).then(() => this.#open(specs, is_new_allowed));
    this.#opening = opened;
    return opened;
  }

  /** Makes the thread busy until the function it gives is called. */
  beginRun(): () => void {
    let end: () => void = () => undefined;
    this.isBeingRead = true;
    this.running = new Promise((resolve) => {
      end = () => {
        this.running = undefined;
        resolve();
      };
    });
    return () => end();
  }

  /** Takes a message that is being told into the state. */
  take(message: AgentMessage): void {
    this.cursor = message.seq + 1;
    this.#note(message);
  }

  /** Sends the agent what the input says, and tells what the run has to wait for. */
  follow(input: RunInput, session: SessionHandle): RunPlan {
    const halt = this.#haltReply(input.resume);
    const problem = typeof halt === 'string' ? halt : this.#resume(input.resume, session);
    if (problem !== undefined) return { isNothing: true, problem };
    for (const [id, answer] of input.tool_answers) this.#answerCall(id, answer);
    const content = this.#content(input, typeof halt === 'object' ? halt : undefined);
    if (typeof halt === 'object' && halt.type !== 'text') session.send({ ...halt, id: this.#options.newId() });
    const isWaiting = this.#state.turn_id !== undefined;
    if (content === undefined) return { isNothing: !isWaiting };
    this.refuseAll(session);
    const prompt_id = this.#freshId(input.said.at(-1)?.id ?? input.run_id);
    session.send({ type: 'text', id: prompt_id, content, delivery: isWaiting ? 'steer' : 'queue' });
    return { prompt_id, isNothing: false };
  }

  /** The calls of front-end tools that run now. */
  pendingCalls(): string[] {
    return [...this.#pending.keys()].filter((id) => this.#state.calls.get(id) === 'running');
  }

  isAnsweredByClient(tool_call_id: string): boolean {
    return this.#answeredByClient.has(tool_call_id);
  }

  /** Denies every approval and fails every call that the front end has not answered. */
  refuseAll(session: SessionHandle): void {
    for (const tool_call_id of this.#state.approvals.keys()) {
      this.#approve(session, {
        type: 'approve',
        id: this.#options.newId(),
        tool_call_id,
        decision: 'deny',
        note: UNANSWERED,
      });
    }
    for (const id of this.pendingCalls()) this.#answerCall(id, { content: UNANSWERED, is_error: true });
  }

  /** Cancels the turn that waits for the front end, unless it has gone on by other means. */
  async expire(turn_id: string): Promise<void> {
    const session = this.#session;
    if (session === undefined || this.running !== undefined) return;
    const now = await this.stateNow(session);
    if (now.turn_id === turn_id) session.send({ type: 'cancel' });
  }

  /** Where the turn stands at the end of the log, told or not. */
  async stateNow(session: SessionHandle): Promise<TurnState> {
    let state = this.#state;
    for await (const message of this.#upToNow(session, this.cursor)) state = reduceTurnState(state, message);
    return state;
  }

  async #open(specs: readonly FrontEndToolSpec[] | undefined, is_new_allowed: boolean): Promise<SessionHandle> {
    const tools = JSON.stringify(specs ?? []);
    const before = this.#session;
    if (before !== undefined) {
      const isStale = specs !== undefined && tools !== this.#tools;
      if (!isStale || (await this.stateNow(before)).turn_id !== undefined) return before;
      await before.close();
      this.#session = undefined;
    }
    const front_end_tools = (specs ?? []).map((spec) => this.#frontEndTool(spec));
    const { session_id, openSession } = this.#options;
    const session = await openSession(session_id, { is_new_allowed, front_end_tools }).catch((error: Error) => {
      throw new HttpError(500, `The session cannot be opened: ${error.message}`);
    });
    if (session === undefined) {
      throw new HttpError(404, `There is no session ${JSON.stringify(session_id)}. GET /sessions lists them.`);
    }
    await this.#readPast(session);
    this.#tools = tools;
    this.#session = session;
    return session;
  }

  #resume(answers: readonly ResumeAnswer[], session: SessionHandle): string | undefined {
    const open = new Map(
      [...this.#state.approvals.values()].map((asked) => [approvalInterruptId(asked.tool_call_id), asked]),
    );
    const isHalt = (id: string): boolean => this.#haltedTurn !== undefined && id === haltInterruptId(this.#haltedTurn);
    const unknown = answers.find(
      (answer) => !answer.is_cancelled && !open.has(answer.interrupt_id) && !isHalt(answer.interrupt_id),
    );
    if (unknown !== undefined) {
      return `There is no open interrupt ${JSON.stringify(unknown.interrupt_id)}. Send it as "cancelled" to go on.`;
    }
    for (const answer of answers) {
      const asked = open.get(answer.interrupt_id);
      if (asked !== undefined) this.#approve(session, { id: this.#options.newId(), ...approvalAnswer(asked, answer) });
    }
    return undefined;
  }

  /** What the answer to the halt of the last turn says to send; a string when it cannot be done. */
  #haltReply(answers: readonly ResumeAnswer[]): UserMessageBody | string | undefined {
    const turn = this.#haltedTurn;
    if (turn === undefined) return undefined;
    const answer = answers.find((entry) => entry.interrupt_id === haltInterruptId(turn) && !entry.is_cancelled);
    return answer === undefined ? undefined : haltAnswer(answer.payload);
  }

  /** The words of the input that are new, after those that answer a halt; undefined when there are none. */
  #content(input: RunInput, halt: UserMessageBody | undefined): UserContent | undefined {
    this.#haltedTurn = undefined;
    const last = input.said.at(-1);
    const isKnown = (id: string): boolean => this.#usedIds.has(id) && !this.#takenBack.has(id);
    const fresh = input.said.filter((message) => message === last || !isKnown(message.id));
    const reply = halt?.type === 'text' ? toBlocks(halt.content) : [];
    const words = [...reply, ...fresh.flatMap((message) => message.blocks)];
    if (words.length === 0) return undefined;
    const blocks = [...this.#newContext(input), ...words];
    return blocks.every((block) => block.type === 'text') ? blocks.map((block) => block.text).join('\n\n') : blocks;
  }

  /** What the application says beside the conversation, when it has changed. */
  #newContext(input: RunInput): ContentBlock[] {
    const context = JSON.stringify(input.context);
    if (context === this.#context) return [];
    this.#context = context;
    return input.context.map(({ description, value }) => ({ type: 'file', name: description, text: value }));
  }

  #approve(session: SessionHandle, message: UserMessage & { readonly type: 'approve' }): void {
    this.#state = answered(this.#state, message.tool_call_id);
    session.send(message);
  }

  #answerCall(id: string, answer: FrontEndAnswer): void {
    const resolve = this.#pending.get(id);
    if (resolve === undefined) return;
    this.#pending.delete(id);
    this.#answeredByClient.add(id);
    resolve(answer);
  }

  #frontEndTool(spec: FrontEndToolSpec): FrontEndTool {
    return {
      ...spec,
      call: (tool_call_id, signal) =>
        new Promise((resolve, reject) => {
          const stop = (): void => {
            this.#pending.delete(tool_call_id);
            reject(signal.reason);
          };
          if (signal.aborted) return stop();
          signal.addEventListener('abort', stop, { once: true });
          this.#pending.set(tool_call_id, (answer) => {
            signal.removeEventListener('abort', stop);
            resolve(answer);
          });
          this.onPending();
        }),
    };
  }

  #freshId(wanted: string): string {
    const id = this.#usedIds.has(wanted) ? `${wanted}-${this.#options.newId()}` : wanted;
    this.#usedIds.add(id);
    return id;
  }

  #note(message: AgentMessage): void {
    this.#state = reduceTurnState(this.#state, message);
    for (const { id } of takenBack(this.#unanswered, message)) this.#takenBack.add(id);
    this.#unanswered = reduceUnanswered(this.#unanswered, message);
    if (message.type === 'turn_started') this.#usedIds.add(message.input.id);
    if (message.type === 'user_message_accepted') this.#usedIds.add(message.id);
    if (message.type === 'turn_started') this.#haltedTurn = undefined;
    if (message.type === 'done' && message.status === 'halted') this.#haltedTurn = message.turn_id;
  }

  /** Reads what was said before; only what this opening of the session itself says is still to be told. */
  async #readPast(session: SessionHandle): Promise<void> {
    let opened_seq = 1;
    for await (const message of this.#upToNow(session, 1)) {
      this.#note(message);
      if (message.type === 'session_started') opened_seq = message.seq;
    }
    this.cursor = opened_seq;
    this.#state = NO_TURN;
  }

  async *#upToNow(session: SessionHandle, from_seq: number): AsyncGenerator<AgentMessage, void, undefined> {
    const last = session.last_seq;
    if (last < from_seq) return;
    for await (const message of session.messages(from_seq)) {
      yield message;
      if (message.seq >= last) return;
    }
  }
}

function toBlocks(content: UserContent): readonly ContentBlock[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}
