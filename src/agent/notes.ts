import type { ConversationMessage, UserTurn } from '../conversation.ts';
import type { AgentParts } from './agent-parts.ts';

/** Gives the note that goes to the model with the next message of a person, if there is anything new to tell. */
export function nextNote({ journal, options }: AgentParts): { readonly note?: string } {
  const { messages } = journal.state.conversation;
  const told = messages.findLast(
    (message): message is UserTurn => message.role === 'user' && message.note !== undefined,
  );
  const note = options.permissions.note?.(told?.note);
  return note === undefined ? {} : { note };
}

const noted = new WeakMap<UserTurn, UserTurn>();

/** Puts the notes behind the words that they came with. A message stays the same object from request to request. */
export function withNotes(messages: readonly ConversationMessage[]): readonly ConversationMessage[] {
  if (!messages.some((message) => message.role === 'user' && message.note !== undefined)) return messages;
  return messages.map((message) => (message.role === 'user' ? withNote(message) : message));
}

function withNote(turn: UserTurn): UserTurn {
  const { note, content } = turn;
  if (note === undefined) return turn;
  const known = noted.get(turn);
  if (known !== undefined) return known;
  const both: UserTurn = {
    ...turn,
    content: typeof content === 'string' ? `${content}\n\n${note}` : [...content, { type: 'text', text: note }],
  };
  noted.set(turn, both);
  return both;
}
