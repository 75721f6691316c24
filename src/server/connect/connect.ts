import { setMaxListeners } from 'node:events';
import { type Channel, createChannel } from '../../channel.ts';
import type {
  AgentMessage,
  AgentMessageBody,
  ReturnReason,
  UserContent,
  UserMessage,
  UserMessageBody,
} from '../../messages.ts';
import { PROTOCOL_VERSION } from '../../messages.ts';
import { RemoteConversation } from './remote-conversation.ts';
import { isReadableOnTheWay, postRemote, readAgentUrl } from './remote-http.ts';
import { createUniqueIds } from './unique-ids.ts';

/** Which agent is driven, and with what. */
export interface ConnectOptions {
  /** The address of the agent, or of a server of ours without its path. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string;
  readonly cwd: string;
  readonly newId: () => string;
  /** `now`: milliseconds since the epoch; `monotonic`: milliseconds that never go back. */
  readonly clock: { now(): number; monotonic(): number };
  /** Tools that the agent may call and the person answers, as JSON Schema describes them. */
  readonly tools?: readonly { readonly name: string; readonly description: string; readonly parameters?: unknown }[];
  /** Milliseconds without a byte after which the agent counts as gone; ten minutes by default. */
  readonly stall_ms?: number;
}

/** A remote agent that looks like the local one. */
export interface RemoteAgent {
  /** What the agent says, in order. It has one reader. Every promise is kept, whatever the other side does. */
  readonly messages: Channel<AgentMessage>;
  /** `ag-ui/host`. */
  readonly model_name: string;
  /** Tells the agent something; gives the id of the message. Never throws and never waits. Ignored after `close`. */
  send(message: UserMessage | UserMessageBody): string;
  /** Publishes a warning that was noticed outside: not fatal, and never an answer. */
  warn(message: string, suggested_action?: string): void;
  /** Says as text what the agent has shared beside the conversation: its state, its activities, its own events. */
  inspect(): string;
  close(): Promise<void>;
}

interface Waiting {
  readonly id: string;
  readonly content: UserContent;
}

/** Connects to an AG-UI agent; nothing is sent before the first message. Throws a sentence when the address is none. */
export function connectAgent(options: ConnectOptions): RemoteAgent {
  return new ConnectedAgent(options);
}

class ConnectedAgent implements RemoteAgent {
  readonly model_name: string;
  readonly #options: ConnectOptions;
  readonly #url: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #channel: Channel<AgentMessage> = createChannel();
  /** What was typed while a turn runs, in order; `isSent` when the other side has it and may still take it. */
  #waiting: (Waiting & { isSent: boolean })[] = [];
  #conversation: RemoteConversation;
  readonly #uniqueId: (wanted: string) => string;
  #cleared: RemoteConversation | undefined;
  #turn: { readonly id: string; readonly abort: AbortController } | undefined;
  #running: Promise<void> = Promise.resolve();
  #afterTurn: (() => void)[] = [];
  #hasSaidQueue = false;
  #isClosed = false;
  #isRunning = false;
  #seq = 0;

  constructor(options: ConnectOptions) {
    this.#options = options;
    this.#url = readAgentUrl(options.url);
    this.model_name = `ag-ui/${this.#url.host}`;
    const token = options.token === undefined ? {} : { authorization: `Bearer ${options.token}` };
    this.#headers = { ...token, ...options.headers };
    this.#uniqueId = createUniqueIds(options.newId);
    this.#conversation = this.#newConversation();
    this.#publish({
      type: 'session_started',
      session_id: this.#conversation.thread_id,
      model: this.model_name,
      cwd: options.cwd,
      protocol_version: PROTOCOL_VERSION,
    });
    if (isReadableOnTheWay(this.#url)) {
      this.#publish({
        type: 'system_warning',
        message: `What you send to ${this.#url.host} can be read on the way: use https.`,
      });
    }
  }

  get messages(): Channel<AgentMessage> {
    return this.#channel;
  }

  warn(message: string, suggested_action?: string): void {
    const action = suggested_action === undefined ? {} : { suggested_action };
    if (!this.#isClosed) this.#publish({ type: 'system_warning', message, ...action });
  }

  send(sent: UserMessage | UserMessageBody): string {
    const message: UserMessage = 'id' in sent ? sent : { ...sent, id: this.#options.newId() };
    if (!this.#isClosed) this.#take(message);
    return message.id;
  }

  inspect(): string {
    return this.#conversation.inspect();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancel('cancelled');
    await this.#running;
    this.#publish({ type: 'session_ended', status: 'completed' });
    this.#channel.close();
  }

  #take(message: UserMessage): void {
    switch (message.type) {
      case 'text':
        this.#text(message);
        break;
      case 'cancel':
        this.#cancel('cancelled');
        break;
      case 'approve':
        this.#conversation.answer(message);
        break;
      case 'retract':
        this.#retract(message.id);
        break;
      case 'clear_context':
        this.#cancel('cleared');
        this.#whenIdle(() => this.#clear());
        break;
      case 'restore_context':
        this.#whenIdle(() => this.#restore());
        break;
      default:
        this.#forward(message);
    }
  }

  #text(message: UserMessage & { readonly type: 'text' }): void {
    const { id, content, delivery = 'steer', expected_turn_id } = message;
    const turn = this.#turn;
    if (expected_turn_id !== undefined && expected_turn_id !== turn?.id) {
      this.#publish({ type: 'user_message_returned', id, content, reason: 'superseded' });
    } else if (turn === undefined) {
      this.#waiting.push({ id, content, isSent: false });
      if (!this.#isRunning) this.#running = this.#runAll();
    } else if (delivery === 'steer' && this.#conversation.answerWithText(content)) {
      this.#publish({ type: 'user_message_accepted', id, content, delivery });
      this.#publish({ type: 'user_steered', id, content, iteration: this.#conversation.iteration });
    } else this.#accept({ id, content }, delivery);
  }

  /** Takes a message for later: now through the other side's own door where it has one, else after the turn. */
  #accept(message: Waiting, delivery: 'steer' | 'queue'): void {
    const offer = delivery === 'steer' ? this.#conversation.offer : undefined;
    const isSent = offer?.turn_id !== undefined;
    this.#publish({ type: 'user_message_accepted', ...message, delivery: isSent ? 'steer' : 'queue' });
    const waiting = { ...message, isSent };
    this.#waiting.push(waiting);
    if (isSent) {
      const steer = { type: 'text', ...message, delivery: 'steer', expected_turn_id: offer.turn_id };
      this.#post(offer.messages_path, steer).catch(() => {
        waiting.isSent = false;
      });
    } else if (delivery === 'steer' && !this.#hasSaidQueue) {
      this.#hasSaidQueue = true;
      this.warn('This agent takes no messages while it works: yours is sent when it has finished.');
    }
  }

  async #runAll(): Promise<void> {
    this.#isRunning = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      await this.#runTurn(next);
      for (const task of this.#afterTurn.splice(0)) task();
    }
    this.#isRunning = false;
  }

  async #runTurn(input: Waiting): Promise<void> {
    const turn = { id: this.#options.newId(), abort: new AbortController() };
    setMaxListeners(0, turn.abort.signal);
    this.#turn = turn;
    const { id, content } = input;
    this.#publish({ type: 'turn_started', turn_id: turn.id, model_name: this.model_name, input: { id, content } });
    await this.#conversation.runTurn({ turn_id: turn.id, input: { id, content }, signal: turn.abort.signal });
  }

  #cancel(reason: ReturnReason): void {
    if (this.#turn === undefined) return;
    for (const { id, content } of this.#waiting.splice(0))
      this.#publish({ type: 'user_message_returned', id, content, reason });
    const { offer, isAsking } = this.#conversation;
    // An agent that cannot be reached hears of the cancel by the end of its run's connection.
    if (isAsking && offer !== undefined) this.#post(offer.messages_path, { type: 'cancel' }).catch(() => undefined);
    this.#turn.abort.abort();
  }

  #retract(id: string): void {
    const message = this.#waiting.find((each) => each.id === id);
    if (message === undefined) return;
    const { offer } = this.#conversation;
    if (message.isSent && offer !== undefined) {
      // What was not taken back is delivered, and told as that.
      this.#post(offer.messages_path, { type: 'retract', id }).catch(() => undefined);
      return;
    }
    this.#waiting = this.#waiting.filter((each) => each !== message);
    this.#publish({ type: 'user_message_returned', id, content: message.content, reason: 'retracted' });
  }

  /** Takes the other side's word on a message that was sent to it. */
  #receipt(name: string, id: string, reason: ReturnReason): void {
    const message = this.#waiting.find((each) => each.id === id && each.isSent);
    if (message === undefined) return;
    const { content } = message;
    if (name === 'user_message_returned' && reason === 'superseded') return;
    this.#waiting = this.#waiting.filter((each) => each !== message);
    if (name === 'user_steered') {
      this.#publish({ type: 'user_steered', id, content, iteration: this.#conversation.iteration });
    } else this.#publish({ type: 'user_message_returned', id, content, reason });
  }

  #clear(): void {
    this.#cleared = this.#conversation;
    this.#conversation = this.#newConversation();
    this.#publish({ type: 'context_cleared', messages_removed: this.#cleared.size });
  }

  #restore(): void {
    if (this.#cleared === undefined) return;
    this.#conversation = this.#cleared;
    this.#cleared = undefined;
    this.#publish({ type: 'context_restored', messages_restored: this.#conversation.size });
  }

  /** Passes on what only the other side can do, if it has a door for it. */
  #forward(message: UserMessage): void {
    const { offer } = this.#conversation;
    const cannot = (): void =>
      this.#publish({
        type: 'system_warning',
        message: `The agent at ${this.#url.host} decides that itself (${message.type}).`,
      });
    if (offer === undefined) cannot();
    else this.#post(offer.messages_path, message).catch(cannot);
  }

  #whenIdle(task: () => void): void {
    if (this.#turn === undefined) task();
    else this.#afterTurn.push(task);
  }

  #newConversation(): RemoteConversation {
    const { newId, clock, tools = [], stall_ms = 600_000 } = this.#options;
    return new RemoteConversation({
      url: this.#url,
      headers: this.#headers,
      model_name: this.model_name,
      thread_id: newId(),
      newId,
      monotonic: () => clock.monotonic(),
      uniqueId: this.#uniqueId,
      tools,
      stall_ms,
      publish: (body) => this.#publish(body),
      receipt: (name, id, reason) => this.#receipt(name, id, reason),
    });
  }

  async #post(path: string, body: unknown): Promise<void> {
    const url = new URL(path, this.#url);
    await postRemote({ url, headers: this.#headers, body, signal: AbortSignal.timeout(10_000), stall_ms: 10_000 });
  }

  #publish(body: AgentMessageBody): void {
    this.#seq += 1;
    const turn = this.#turn === undefined ? {} : { turn_id: this.#turn.id };
    this.#channel.push({ ...body, seq: this.#seq, at: Math.round(this.#options.clock.now()), ...turn });
    if (body.type === 'done') this.#turn = undefined;
  }
}
