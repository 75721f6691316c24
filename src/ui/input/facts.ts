import type { SessionFacts } from '../../commands/command.ts';
import type { AgentMessage, AgentMessageOf, Delivery, UserContent } from '../../messages.ts';
import { safeLine } from '../../safe-text.ts';
import { NOTHING_SAID, reduceUnanswered, takenBack, type Unanswered } from '../../unanswered.ts';

/** What the prompt has to know of the session, folded from the message log. */
export interface InputFacts extends SessionFacts {
  /** A turn runs, or the conversation is being compacted: something can be cancelled. */
  readonly isBusy: boolean;
  readonly turnId?: string;
  /** Messages that were accepted and are neither delivered nor returned. */
  readonly waiting: readonly WaitingMessage[];
  /** Approvals that wait for a person, in the order of their calls. */
  readonly approvals: readonly PendingApproval[];
  /** What a person said, oldest first; for going back to it. */
  readonly said: readonly { readonly id: string; readonly content: UserContent; readonly at: number }[];
  /** What of it nothing has been answered to yet. */
  readonly unanswered: Unanswered;
  /** Display names of the calls of the running turn. */
  readonly calls: Readonly<Record<string, string>>;
  /** The text that is still growing, and the one that is complete but may yet be discarded. */
  readonly answer: { readonly id: string; readonly text: string };
}

export interface WaitingMessage {
  readonly id: string;
  readonly content: UserContent;
  readonly delivery: Delivery;
}

export type PendingApproval = Pick<
  AgentMessageOf<'approval_requested'>,
  'tool_call_id' | 'reason' | 'preview' | 'options' | 'answer'
> & {
  /** Safe to show, other than what the message says. */
  readonly display_name: string;
};

export const NO_FACTS: InputFacts = {
  isRunning: false,
  isBusy: false,
  model: '',
  answers: [],
  waiting: [],
  approvals: [],
  said: [],
  unanswered: NOTHING_SAID,
  calls: {},
  answer: { id: '', text: '' },
};

/** How many answers are kept for copying. */
const MAX_ANSWERS = 50;

/** Takes one more message into the facts. Pure; what does not matter here changes nothing. */
export function reduceFacts(facts: InputFacts, message: AgentMessage): InputFacts {
  const next = reduceSession(facts, message);
  const unanswered = reduceUnanswered(facts.unanswered, message);
  return unanswered === next.unanswered ? next : { ...next, unanswered };
}

function reduceSession(facts: InputFacts, message: AgentMessage): InputFacts {
  switch (message.type) {
    case 'session_started':
      return { ...facts, model: message.model };
    case 'turn_started':
      return startTurn(facts, message);
    case 'user_message_accepted': {
      const { id, content, delivery } = message;
      return { ...facts, waiting: [...facts.waiting, { id, content, delivery }] };
    }
    case 'user_steered':
      return say(without(facts, message.id), { id: message.id, content: message.content, at: message.at });
    case 'user_message_returned':
      return without(facts, message.id);
    case 'model_switched':
      return { ...facts, model: message.new };
    case 'reasoning_effort_changed':
      return { ...facts, effort: message.new };
    case 'tools_updated':
      return { ...facts, tools: message.new };
    case 'context_compaction_started':
      return { ...facts, isBusy: true };
    case 'context_compaction_result':
      return { ...facts, isBusy: facts.isRunning };
    case 'done':
      return endTurn(withoutSaid(facts, takenBack(facts.unanswered, message)));
    case 'session_ended':
      return endTurn(facts);
    default:
      return reduceResponse(facts, message);
  }
}

function reduceResponse(facts: InputFacts, message: AgentMessage): InputFacts {
  switch (message.type) {
    case 'text':
      return takeText(facts, message);
    case 'retrying':
      return message.discarded.includes(facts.answer.id) ? { ...facts, answer: NO_FACTS.answer } : facts;
    case 'tool_call':
      return { ...facts, calls: { ...facts.calls, [message.request.id]: safeLine(message.display_name) } };
    case 'approval_requested': {
      const { tool_call_id, reason, preview, options, answer } = message;
      const display_name = facts.calls[tool_call_id] ?? 'Tool';
      const words = answer === undefined ? {} : { answer };
      const asked = { tool_call_id, reason, preview, options, display_name, ...words };
      return { ...facts, approvals: inOrderOfCalls(facts, [...facts.approvals, asked]) };
    }
    case 'approval_resolved':
      return resolved(facts, message.tool_call_id);
    case 'tool_result':
      return resolved(facts, message.result.id);
    case 'tool_error':
      return resolved(facts, message.error.id);
    default:
      return facts;
  }
}

function inOrderOfCalls(facts: InputFacts, approvals: readonly PendingApproval[]): readonly PendingApproval[] {
  const order = Object.keys(facts.calls);
  const place = (approval: PendingApproval): number => order.indexOf(approval.tool_call_id);
  return [...approvals].sort((one, other) => place(one) - place(other));
}

function startTurn(facts: InputFacts, message: AgentMessageOf<'turn_started'>): InputFacts {
  const started = say(without(facts, message.input.id), { ...message.input, at: message.at });
  return { ...started, isRunning: true, isBusy: true, turnId: message.turn_id, calls: {} };
}

function endTurn(facts: InputFacts): InputFacts {
  const { turnId: _, ...rest } = keepAnswer(facts);
  return { ...rest, isRunning: false, isBusy: false, approvals: [], calls: {} };
}

/** Answers are counted by texts: what is joined here is one message of the model. */
function takeText(facts: InputFacts, piece: AgentMessageOf<'text'>): InputFacts {
  if (piece.chunk === '') return facts;
  if (piece.message_id === facts.answer.id) {
    return { ...facts, answer: { id: piece.message_id, text: facts.answer.text + piece.chunk } };
  }
  return { ...keepAnswer(facts), answer: { id: piece.message_id, text: piece.chunk } };
}

function keepAnswer(facts: InputFacts): InputFacts {
  if (facts.answer.text === '') return facts;
  return { ...facts, answers: [...facts.answers, facts.answer.text].slice(-MAX_ANSWERS), answer: NO_FACTS.answer };
}

function say(facts: InputFacts, said: InputFacts['said'][number]): InputFacts {
  return { ...facts, said: [...facts.said, said] };
}

function withoutSaid(facts: InputFacts, taken: readonly { readonly id: string }[]): InputFacts {
  if (taken.length === 0) return facts;
  return { ...facts, said: facts.said.filter(({ id }) => !taken.some((text) => text.id === id)) };
}

function without(facts: InputFacts, id: string): InputFacts {
  if (!facts.waiting.some((message) => message.id === id)) return facts;
  return { ...facts, waiting: facts.waiting.filter((message) => message.id !== id) };
}

function resolved(facts: InputFacts, id: string): InputFacts {
  if (!facts.approvals.some((approval) => approval.tool_call_id === id)) return facts;
  return { ...facts, approvals: facts.approvals.filter((approval) => approval.tool_call_id !== id) };
}
