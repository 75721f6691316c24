import { type Channel, createChannel } from '../channel.ts';
import { reduceConversation } from '../conversation.ts';
import type { AgentMessage, AgentMessageBody } from '../messages.ts';
import { endsOf } from '../open-items.ts';
import type { Clock } from './clock.ts';
import { foldSession, reduceFacts, type SessionState } from './session-state.ts';

/**
 * The one place where messages are stamped and published. The agent's own state is the fold of what went through here.
 *
 * Contract: `publish` is synchronous and keeps the order; a source that can wait awaits `room` when it is full.
 */
export interface Journal {
  readonly messages: Channel<AgentMessage>;
  readonly state: SessionState;
  publish(body: AgentMessageBody): void;
  /** Whether the reader is behind: whoever can wait awaits `room` then. */
  readonly isFull: boolean;
  /** Resolves when the reader has caught up enough, or when the signal is aborted. */
  room(signal: AbortSignal): Promise<void>;
  /** Ends the journal; what is published afterwards is not heard. */
  close(): void;
}

const CAPACITY = 1024;

/** Opens the journal of a session; `log` is what was published before, in another process. */
export function createJournal(clock: Pick<Clock, 'now'>, log: Iterable<AgentMessage> = []): Journal {
  const messages = createChannel<AgentMessage>(CAPACITY);
  let { conversation, last_seq, ...facts }: SessionState = foldSession(log);
  let state: SessionState | undefined;
  let isClosed = false;
  return {
    messages,
    get state() {
      state ??= { ...facts, conversation, last_seq };
      return state;
    },
    publish: (body) => {
      if (isClosed) return;
      const turn_id = body.type === 'turn_started' ? body.turn_id : facts.turn_id;
      const seq = last_seq + 1;
      const at = Math.trunc(clock.now());
      const message = turn_id === undefined ? { ...body, seq, at } : { ...body, seq, at, turn_id };
      last_seq = seq;
      conversation = reduceConversation(conversation, message);
      facts = reduceFacts(facts, message, conversation);
      state = undefined;
      messages.push(message);
    },
    get isFull() {
      return messages.size >= CAPACITY;
    },
    room: (signal) => messages.room(signal),
    close: () => {
      isClosed = true;
      messages.close();
    },
  };
}

/**
 * Ends everything that is still open: the segment, the approvals, the calls, a compaction. Whatever stops a response
 * or a turn goes through here, so that nothing announced stays without an end; `reason` is what the model is told.
 */
export function closeOpenItems(journal: Journal, reason: string): void {
  for (const end of endsOf(journal.state.open, reason)) journal.publish(end);
}
