import { type Channel, createChannel } from '../channel.ts';
import type { AgentMessage } from '../messages.ts';

/** Something that takes every message of a session, in order; the agent waits while it is behind. */
export type Sink = (message: AgentMessage) => void | Promise<void>;

/** Hands every message to each sink in turn. Resolves when the messages end. */
export async function fanOut(messages: AsyncIterable<AgentMessage>, sinks: readonly Sink[]): Promise<void> {
  for await (const message of messages) {
    for (const sink of sinks) {
      const taken = sink(message);
      if (taken !== undefined) await taken;
    }
  }
}

/** A sink whose messages can be iterated; the iteration ends when `end` is called. */
export interface SinkStream {
  readonly sink: Sink;
  readonly messages: Channel<AgentMessage>;
  end(): void;
}

/** Makes a sink for a reader that iterates. A reader that stops early stops nobody else. */
export function sinkStream(): SinkStream {
  const messages = createChannel<AgentMessage>();
  return {
    messages,
    sink: (message) => {
      messages.push(message);
      return messages.room();
    },
    end: () => messages.close(),
  };
}
