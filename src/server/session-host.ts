import type { AgentMessage, UserMessage, UserMessageBody } from '../messages.ts';
import { createSessionLog } from './session-log.ts';

/**
 * A running session as the server sees it: any number of readers, one agent.
 *
 * Contract: `send` never throws and never waits. `messages` gives the log from a seq on and then goes on live, for as
 * many readers as there are; a slow reader delays nobody and is remembered by a number, not by a queue. Memory grows with
 * what is said, not with the number of pieces it is said in.
 */
export interface SessionHandle {
  readonly session_id: string;
  /** The seq of the newest message; 0 before the first. */
  readonly last_seq: number;
  /**
   * Every message whose seq is `from_seq` or more. Ends when the session has ended or the signal is aborted. Pieces of
   * a text that are no longer new may come joined, with the seq of the last one; `cut_seq` is never joined over.
   */
  messages(from_seq: number, signal?: AbortSignal, cut_seq?: number): AsyncIterable<AgentMessage>;
  send(message: UserMessage | UserMessageBody): void;
  /** Ends the running turn and the session. Resolves when nothing of it is left. */
  close(): Promise<void>;
}

/** What a front end answers to a call of one of its tools. */
export interface FrontEndAnswer {
  readonly content: string;
  readonly is_error: boolean;
}

/**
 * A tool that the front end runs. The agent calls it like any other; the call waits until the front end has answered.
 *
 * Contract: it never replaces a tool of the agent that has the same name. `call` rejects only when the signal is
 * aborted. `parameters` is a JSON Schema that nobody has checked.
 */
export interface FrontEndTool {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  call(tool_call_id: string, signal: AbortSignal): Promise<FrontEndAnswer>;
}

/** How a session is opened. */
export interface OpenSessionOptions {
  /** Whether a session that does not exist is made; otherwise it is undefined. */
  readonly is_new_allowed: boolean;
  readonly front_end_tools: readonly FrontEndTool[];
}

/** Opens the session of an id, which is safe as a file name: `[A-Za-z0-9_-]{1,64}`. */
export type OpenSession = (id: string, options: OpenSessionOptions) => Promise<SessionHandle | undefined>;

/** One line of `GET /sessions`. Times in milliseconds since the epoch. */
export interface SessionSummary {
  readonly id: string;
  readonly title?: string;
  readonly model?: string;
  readonly created_at?: number;
  readonly updated_at?: number;
}

/** What a session host needs of an agent. */
export interface HostedAgent {
  /** Read by nobody else. */
  readonly messages: AsyncIterable<AgentMessage>;
  send(message: UserMessage | UserMessageBody): void;
  close(): Promise<void>;
}

/** Which agent is hosted, and what came before it. */
export interface SessionHostOptions {
  readonly session_id: string;
  readonly agent: HostedAgent;
  /** The messages of a session that is reopened, in order. */
  readonly log?: readonly AgentMessage[];
  /** Takes every new message before any reader does, to store it for instance; the agent waits meanwhile. */
  record?(message: AgentMessage): void | Promise<void>;
}

/** Shares an agent, whose messages can be read once, among any number of readers. */
export function createSessionHost(options: SessionHostOptions): SessionHandle {
  const log = createSessionLog(options.log);
  const wakes = new Set<() => void>();
  let isOver = false;

  const wakeAll = (): void => {
    for (const wake of wakes) wake();
    wakes.clear();
  };
  const follow = async (): Promise<void> => {
    try {
      for await (const message of options.agent.messages) {
        await options.record?.(message);
        log.push(message);
        wakeAll();
      }
    } finally {
      isOver = true;
      wakeAll();
    }
  };
  // However the messages end, readers see that the session has.
  const followed = follow().catch(() => undefined);

  const news = (signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve) => {
      const wake = (): void => {
        wakes.delete(wake);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      wakes.add(wake);
      signal?.addEventListener('abort', wake, { once: true });
    });

  return {
    session_id: options.session_id,
    get last_seq() {
      return log.last_seq;
    },
    async *messages(from_seq, signal, cut_seq) {
      let seq = from_seq;
      while (signal?.aborted !== true) {
        const message = log.at(seq, cut_seq);
        if (message !== undefined) {
          seq = message.seq + 1;
          yield message;
        } else if (isOver) return;
        else await news(signal);
      }
    },
    send: (message) => options.agent.send(message),
    close: async () => {
      await options.agent.close();
      await followed;
    },
  };
}
