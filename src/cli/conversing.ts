import type { AgentMessage, UserMessage, UserMessageBody } from '../messages.ts';

/** A conversation with an agent, here or elsewhere. `messages` has one reader. */
export interface Conversing {
  readonly messages: AsyncIterable<AgentMessage>;
  /** Gives the id of the message. Never throws and never waits. */
  send(message: UserMessage | UserMessageBody): string;
  /** Says something to the person that is no part of the conversation. */
  warn(message: string, suggested_action?: string): void;
  /** Ends what runs, says `session_ended`, and ends the messages. */
  close(): Promise<void>;
}
