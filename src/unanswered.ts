import type { AgentMessage, UserContent } from './messages.ts';

/** What a person said in the running turn, as long as nothing of an answer stands. */
export interface Unanswered {
  /** Empty outside a turn, and once one of its model calls brought something. */
  readonly said: readonly SaidText[];
  /** Ids of the texts, thoughts and calls of the response that is coming in. */
  readonly came: readonly string[];
}

export interface SaidText {
  readonly id: string;
  readonly content: UserContent;
}

/** Outside a turn. */
export const NOTHING_SAID: Unanswered = { said: [], came: [] };

/** Takes one more message into what is unanswered. Pure; a turn that has an answer costs nothing more. */
export function reduceUnanswered(state: Unanswered, message: AgentMessage): Unanswered {
  if (message.type === 'turn_started') return { said: [message.input], came: [] };
  if (state.said.length === 0) return state;
  switch (message.type) {
    case 'user_steered':
      return { ...state, said: [...state.said, { id: message.id, content: message.content }] };
    case 'text':
    case 'thought':
      return withPart(state, message.message_id);
    case 'tool_call':
      return withPart(state, message.request.id);
    case 'retrying':
      return { ...state, came: state.came.filter((id) => !message.discarded.includes(id)) };
    case 'iteration_complete':
      return state.came.length > 0 ? NOTHING_SAID : state;
    case 'done':
      return NOTHING_SAID;
    default:
      return state;
  }
}

/** Gives the texts of a running turn to which nothing has come yet. */
export function unansweredTexts({ said, came }: Unanswered): readonly SaidText[] {
  return came.length > 0 ? [] : said;
}

/**
 * Gives the texts that leave the conversation with a message: those of a turn that is cancelled, or fails, while nothing of
 * an answer stands. Whoever asked says them again; else they would be there twice.
 */
export function takenBack(state: Unanswered, message: AgentMessage): readonly SaidText[] {
  const isEnd = message.type === 'done' && (message.status === 'cancelled' || message.status === 'error');
  return isEnd ? unansweredTexts(state) : [];
}

function withPart(state: Unanswered, id: string): Unanswered {
  return state.came.includes(id) ? state : { ...state, came: [...state.came, id] };
}
