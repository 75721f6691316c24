import {
  type Conversation,
  type ConversationMessage,
  EMPTY_CONVERSATION,
  reduceConversation,
} from '../conversation.ts';
import type { AgentMessage } from '../messages.ts';

/** Gives, for each message of the log, what entered the conversation with it. Keeps only the open response. */
export function createConversationDrain(): (message: AgentMessage) => readonly ConversationMessage[] {
  let conversation: Conversation = EMPTY_CONVERSATION;
  return (message) => {
    const next = reduceConversation(conversation, message);
    conversation = { messages: [], response: next.response, unanswered: next.unanswered };
    return next.messages;
  };
}
