import { type Conversation, foldConversation } from '../conversation.ts';
import type { AgentMessage, AgentMessageOf, Delivery, ReasoningEffort, TurnStatus } from '../messages.ts';
import { NOTHING_OPEN, type OpenItems, reduceOpenItems } from '../open-items.ts';
import type { SaidText } from '../unanswered.ts';
import { fillOf } from '../usage.ts';

/** What the agent knows of its session: a fold of the log and nothing else, so that resuming needs no other source. */
export interface SessionState extends SessionFacts {
  readonly conversation: Conversation;
  readonly last_seq: number;
}

/** What does not change with every piece of a text. */
export interface SessionFacts {
  /** As it was last named: one model, or several joined with `,`. */
  readonly model: string;
  /** The effort that was last wanted; absent: never said. */
  readonly effort?: ReasoningEffort;
  /** The names of the tools in use; absent: all. */
  readonly tools?: readonly string[];
  /** The turn that is running. */
  readonly turn_id?: string;
  /** Model calls completed since the last switch; models that take turns count by it. */
  readonly model_calls: number;
  readonly open: OpenItems;
  /** Accepted texts that have no end yet, in the order of their arrival. */
  readonly waiting: readonly WaitingText[];
  /** Ids of the messages that entered a running turn: no turn begins with them. */
  readonly steered: readonly string[];
  /** What the person has said in the running turn, or in the last one. */
  readonly asked: readonly SaidText[];
  readonly totals: TokenTotals;
  readonly cost: KnownCost;
  /** What the last answer measured: `tokens` for the first `messages` of the conversation. Absent: not known. */
  readonly measured?: { readonly tokens: number; readonly messages: number };
  readonly last_status?: TurnStatus;
}

export interface WaitingText extends SaidText {
  readonly delivery: Delivery;
}

/** What the turns so far have cost, where it is known. */
export interface KnownCost {
  readonly dollars: number;
  /** The tokens read and written for it; fewer than in all where some have no known cost. */
  readonly tokens: number;
}

export interface TokenTotals {
  readonly total_input_tokens: number;
  readonly total_output_tokens: number;
  readonly total_cache_read_tokens: number;
  readonly total_cache_creation_tokens: number;
  readonly total_reasoning_tokens: number;
}

/** What is known before the first message. */
export const EMPTY_FACTS: SessionFacts = {
  model: '',
  model_calls: 0,
  open: NOTHING_OPEN,
  waiting: [],
  steered: [],
  asked: [],
  totals: {
    total_input_tokens: 0,
    total_output_tokens: 0,
    total_cache_read_tokens: 0,
    total_cache_creation_tokens: 0,
    total_reasoning_tokens: 0,
  },
  cost: { dollars: 0, tokens: 0 },
};

/** Folds a whole log into the state of its session. */
export function foldSession(log: Iterable<AgentMessage>): SessionState {
  let facts = EMPTY_FACTS;
  let last_seq = 0;
  const conversation = foldConversation(log, (message, step) => {
    facts = reduceFacts(facts, message, step);
    last_seq = message.seq;
  });
  return { ...facts, conversation, last_seq };
}

/**
 * Takes one more message of the log, and the conversation with it in, into the facts. Pure; gives the same object when
 * nothing changes, so that a piece of a text costs nothing here.
 */
export function reduceFacts(state: SessionFacts, message: AgentMessage, conversation: Conversation): SessionFacts {
  const open = reduceOpenItems(state.open, message);
  const next = open === state.open ? state : { ...state, open };
  switch (message.type) {
    case 'session_started':
      return { ...next, model: message.model };
    case 'turn_started':
      return {
        ...next,
        turn_id: message.turn_id,
        waiting: without(state.waiting, message.input.id),
        asked: [message.input],
      };
    case 'done':
      return { ...omit(next, 'turn_id'), last_status: message.status, cost: addCost(state.cost, message) };
    case 'iteration_complete':
      return { ...next, model_calls: state.model_calls + 1 };
    case 'user_message_accepted':
      return { ...next, waiting: [...state.waiting, waitingText(message)] };
    case 'user_steered':
      return {
        ...next,
        waiting: without(state.waiting, message.id),
        steered: [...state.steered, message.id],
        asked: [...state.asked, { id: message.id, content: message.content }],
      };
    case 'user_message_returned':
      return { ...next, waiting: without(state.waiting, message.id) };
    case 'model_switched':
      return { ...omit(next, 'measured'), model: message.new, model_calls: 0 };
    case 'reasoning_effort_changed':
      return { ...next, effort: message.new };
    case 'tools_updated':
      return { ...next, tools: message.new };
    case 'context_usage_update':
      return reduceUsage(next, message, conversation);
    case 'context_compaction_result':
      return message.outcome === 'completed' ? omit(next, 'measured') : next;
    case 'context_cleared':
    case 'context_restored':
      return omit(next, 'measured');
    default:
      return next;
  }
}

function addCost(earlier: KnownCost, { cost, usage }: AgentMessageOf<'done'>): KnownCost {
  if (cost === undefined) return earlier;
  return { dollars: earlier.dollars + cost, tokens: earlier.tokens + usage.input_tokens + usage.output_tokens };
}

function waitingText({ id, content, delivery }: AgentMessageOf<'user_message_accepted'>): WaitingText {
  return { id, content, delivery };
}

function without(waiting: readonly WaitingText[], id: string): readonly WaitingText[] {
  return waiting.some((text) => text.id === id) ? waiting.filter((text) => text.id !== id) : waiting;
}

function omit(state: SessionFacts, key: 'turn_id' | 'measured'): SessionFacts {
  const { [key]: _omitted, ...rest } = state;
  return rest as SessionFacts;
}

function reduceUsage(
  state: SessionFacts,
  message: AgentMessageOf<'context_usage_update'>,
  conversation: Conversation,
): SessionFacts {
  const totals: TokenTotals = {
    total_input_tokens: message.total_input_tokens,
    total_output_tokens: message.total_output_tokens,
    total_cache_read_tokens: message.total_cache_read_tokens,
    total_cache_creation_tokens: message.total_cache_creation_tokens,
    total_reasoning_tokens: message.total_reasoning_tokens,
  };
  const isOfCompaction = state.open.compaction !== undefined;
  if (isOfCompaction || message.estimated === true) return { ...state, totals };
  // The answer that was measured is still open; it will be the next message of the conversation.
  return { ...state, totals, measured: { tokens: fillOf(message), messages: conversation.messages.length + 1 } };
}
