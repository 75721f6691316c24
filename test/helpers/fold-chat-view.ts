import type { AgentMessage } from '../../src/messages.ts';
import { type ChatView, EMPTY_CHAT } from '../../src/view/chat-view.ts';
import { reduceChatView } from '../../src/view/reduce-chat-view.ts';

/** Folds a whole log into what a person sees. */
export function foldChatView(log: readonly AgentMessage[]): ChatView {
  return log.reduce(reduceChatView, EMPTY_CHAT);
}
