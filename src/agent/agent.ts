import { setMaxListeners } from 'node:events';
import type { Channel } from '../channel.ts';
import { contentText } from '../content-text.ts';
import {
  type AgentMessage,
  PROTOCOL_VERSION,
  type ReturnReason,
  type UserContent,
  type UserMessage,
  type UserMessageBody,
} from '../messages.ts';
import { missingEnds } from '../open-items.ts';
import { readUserMessage } from '../parse-message.ts';
import type { SaidText } from '../unanswered.ts';
import { TurnCancelled } from './abort.ts';
import type { AgentOptions } from './agent-options.ts';
import type { AgentParts } from './agent-parts.ts';
import { assemble } from './assemble.ts';
import { type Change, Changes } from './changes.ts';
import { nextNote } from './notes.ts';
import { publishTurnEnd } from './publish-turn-end.ts';
import { runTurn } from './turn.ts';

/** An agent and its session. All it does is in `messages`; all that is wanted of it goes through `send`. */
export interface Agent {
  /** What the agent says, in order. It has one reader. */
  readonly messages: Channel<AgentMessage>;
  /** Tells the agent something; gives the id of the message. Never throws and never waits. Ignored after `close`. */
  send(message: UserMessage | UserMessageBody): string;
  /** Publishes a warning that was noticed outside: not fatal, and never an answer. */
  warn(message: string, suggested_action?: string): void;
  /** Judges open approvals again; to be called when the rules or the mode of the permissions have changed. */
  reconsiderApprovals(): void;
  /** Ends the running turn, says `session_ended` and closes `messages`. */
  close(): Promise<void>;
}

/** Makes an agent and begins or reopens its session. */
export function createAgent(options: AgentOptions): Agent {
  return new LiveAgent(options);
}

type Handlers = {
  readonly [Type in UserMessage['type']]: (message: Extract<UserMessage, { readonly type: Type }>) => void;
};

interface Activity {
  readonly kind: 'turn' | 'work';
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

/** How long a session that ends waits for what was still wanted, outside a turn. */
const LEAVE_MS = 1_000;

class LiveAgent implements Agent {
  readonly #parts: AgentParts;
  readonly #changes: Changes;
  /** The turns that waiting steers were meant for. */
  readonly #steerTargets = new Map<string, string>();
  readonly #handlers: Handlers;
  #activity: Activity | undefined;
  #isClosed = false;

  constructor(options: AgentOptions) {
    this.#parts = assemble(options);
    this.#changes = new Changes(this.#parts);
    this.#handlers = {
      text: (message) => this.#text(message),
      cancel: () => this.#stop('cancelled'),
      clear_context: (change) => this.#clear(change),
      switch_model: (change) => this.#want(change),
      set_reasoning_effort: (change) => this.#want(change),
      update_tools: (change) => this.#want(change),
      compact: (change) => this.#want(change),
      restore_context: (change) => this.#want(change),
      approve: ({ tool_call_id, decision, note }) => this.#parts.approvals.answer(tool_call_id, decision, note),
      retract: ({ id }) => this.#return('retracted', id),
    };
    const { journal } = this.#parts;
    // A crash may have left a turn open; the session goes on from a valid log.
    for (const end of missingEnds(options.resume?.log ?? [])) journal.publish(end);
    journal.publish({
      type: 'session_started',
      session_id: options.session_id,
      model: this.#parts.options.model,
      cwd: options.cwd,
      protocol_version: PROTOCOL_VERSION,
      ...(options.resume === undefined ? {} : { resumed: true }),
    });
    this.#parts.settings.announce();
  }

  get messages(): Channel<AgentMessage> {
    return this.#parts.journal.messages;
  }

  send(message: UserMessage | UserMessageBody): string {
    const given = 'id' in message && typeof message.id === 'string' && message.id !== '' ? message.id : undefined;
    const id = message.type === 'text' ? this.#parts.ids.text(given) : (given ?? this.#parts.ids.next());
    if (this.#isClosed || !Object.hasOwn(this.#handlers, message.type)) return id;
    // The table has a handler of the right kind for each type; only the compiler cannot see which.
    const handle = this.#handlers[message.type] as (message: UserMessage) => void;
    try {
      handle({ ...message, id });
    } catch (error) {
      this.warn(`The message "${message.type}" could not be handled: ${String(error)}`);
    }
    return id;
  }

  warn(message: string, suggested_action?: string): void {
    const action = suggested_action === undefined ? {} : { suggested_action };
    this.#parts.journal.publish({ type: 'system_warning', message, ...action });
  }

  reconsiderApprovals(): void {
    this.#parts.approvals.reconsider();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const wasInTurn = this.#activity?.kind === 'turn';
    if (wasInTurn) this.#stop('cancelled');
    else this.#stopCompactions();
    this.#return('cancelled');
    await this.#settle();
    const { journal } = this.#parts;
    const isFailed = journal.state.last_status === 'error';
    journal.publish({ type: 'session_ended', status: wasInTurn ? 'cancelled' : isFailed ? 'error' : 'completed' });
    journal.close();
  }

  #text(message: Extract<UserMessage, { readonly type: 'text' }>): void {
    const { id, content, delivery = 'steer', expected_turn_id } = message;
    const { journal } = this.#parts;
    if ('error' in readUserMessage({ type: 'text', content })) {
      this.warn(`The content of the message "${id}" is neither text nor a list of blocks; it was not sent.`);
      return;
    }
    if (isBlank(content)) {
      this.warn(`The message "${id}" has no content; it was not sent.`, 'Write a text, or add a file or an image.');
      journal.publish({ type: 'user_message_returned', id, content, reason: 'cancelled' });
      return;
    }
    const isForOtherTurn = expected_turn_id !== undefined && expected_turn_id !== journal.state.turn_id;
    if (delivery === 'steer' && isForOtherTurn) {
      journal.publish({ type: 'user_message_returned', id, content, reason: 'superseded' });
      return;
    }
    if (this.#activity === undefined) {
      this.#startTurn({ id, content });
      return;
    }
    if (delivery === 'steer' && expected_turn_id !== undefined) this.#steerTargets.set(id, expected_turn_id);
    journal.publish({ type: 'user_message_accepted', id, content, delivery });
  }

  /** A turn that is ending has no safe point any more. */
  #want(change: Exclude<Change, { readonly type: 'clear_context' }>): void {
    if (this.#activity?.kind === 'turn' && !this.#activity.controller.signal.aborted) this.#changes.note(change);
    else this.#changes.queue(change);
    this.#proceed();
  }

  /** A cancel while nothing runs, or a second one, does nothing. */
  #stop(reason: 'cancelled' | 'cleared'): void {
    if (this.#activity === undefined || this.#activity.controller.signal.aborted) return;
    this.#return(reason);
    this.#changes.callOffCompactions(reason === 'cancelled');
    if (this.#activity.kind === 'work') this.#changes.callOffSwitches();
    this.#activity.controller.abort(new TurnCancelled(reason));
  }

  /** Nothing but a turn or a compaction is in the way of a clear; what was wanted before it is done before it. */
  #clear(change: Extract<Change, { readonly type: 'clear_context' }>): void {
    if (this.#activity?.kind === 'turn') this.#stop('cleared');
    else this.#stopCompactions();
    this.#return('cleared');
    this.#changes.queue(change);
    this.#proceed();
  }

  #stopCompactions(): void {
    this.#changes.callOffCompactions(false);
    if (this.#changes.isCompacting) this.#activity?.controller.abort(new TurnCancelled('cleared'));
  }

  /** Resolves when the turn has ended and what was wanted after it is done; a model is not looked for any longer. */
  async #settle(): Promise<void> {
    if (this.#activity?.kind === 'turn') await this.#activity.ended;
    const settled = new AbortController();
    void this.#parts.options.clock.sleep(LEAVE_MS, settled.signal).then(() => this.#stop('cancelled'));
    while (this.#activity !== undefined) await this.#activity.ended;
    settled.abort();
  }

  #return(reason: ReturnReason, only?: string): void {
    const { journal } = this.#parts;
    for (const { id, content } of journal.state.waiting) {
      if (only !== undefined && only !== id) continue;
      this.#steerTargets.delete(id);
      journal.publish({ type: 'user_message_returned', id, content, reason });
    }
  }

  /** Goes on to whatever is due, unless something runs. */
  #proceed(): void {
    if (this.#activity !== undefined) return;
    if (this.#changes.isDue) {
      this.#run('work', async (signal) => {
        await this.#changes.work(signal);
        return undefined;
      });
      return;
    }
    if (this.#isClosed) return;
    const [next] = this.#parts.journal.state.waiting;
    if (next !== undefined) this.#startTurn(next);
  }

  #startTurn({ id, content }: SaidText): void {
    const { journal, ledger, ids, settings, options } = this.#parts;
    const started_ms = options.clock.monotonic();
    const turn_id = ids.next();
    this.#steerTargets.delete(id);
    ledger.startTurn();
    const input = { id, content };
    const model_name = settings.nextModelName;
    journal.publish({ type: 'turn_started', turn_id, model_name, input, ...nextNote(this.#parts) });
    this.#run('turn', async (signal) => {
      const result = await runTurn({
        parts: this.#parts,
        signal,
        applyChanges: (applySignal) => this.#changes.apply(applySignal),
        takeCompaction: () => this.#changes.takeCompaction(),
        steerTarget: (steer) => this.#steerTargets.get(steer),
      });
      return () => {
        this.#returnLateSteers();
        // A cancel counts up to the very last moment: its sender has been given the waiting texts back.
        const end = signal.aborted ? ({ status: 'cancelled' } as const) : result.end;
        publishTurnEnd(this.#parts, { turn_id, started_ms, result: { ...result, end } });
      };
    });
  }

  /** A steer that was meant for this turn and for no other missed it. */
  #returnLateSteers(): void {
    for (const id of [...this.#steerTargets.keys()]) this.#return('superseded', id);
    this.#steerTargets.clear();
  }

  /** Runs one activity. What `work` gives back is done in one go with the end of the activity. */
  #run(kind: Activity['kind'], work: (signal: AbortSignal) => Promise<(() => void) | undefined>): void {
    const controller = new AbortController();
    setMaxListeners(0, controller.signal);
    const run = async (): Promise<void> => {
      try {
        const finish = await work(controller.signal);
        finish?.();
      } catch (error) {
        if (!controller.signal.aborted) this.warn(`Something unexpected went wrong: ${String(error)}`);
      }
      this.#activity = undefined;
      this.#proceed();
    };
    // It begins in its own turn of the queue, so that what is sent meanwhile finds the activity in place.
    const ended = Promise.resolve().then(run);
    this.#activity = { kind, controller, ended };
  }
}

/** Tells whether it says nothing at all; an image or a file always says something. */
function isBlank(content: UserContent): boolean {
  return contentText(content).trim() === '';
}
