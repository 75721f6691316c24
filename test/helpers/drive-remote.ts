import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect } from 'vitest';
import type { AgentMessage, AgentMessageOf, UserMessage, UserMessageBody } from '../../src/messages.ts';
import { type ConnectOptions, connectAgent, type RemoteAgent } from '../../src/server/connect/connect.ts';
import { checkPromises } from './check-promises.ts';

/** A remote agent in use: its log so far, and ways to wait for more of it. */
export interface DrivenAgent {
  readonly agent: RemoteAgent;
  readonly log: AgentMessage[];
  send(message: UserMessage | UserMessageBody): void;
  /** Resolves with the next message of a type, or the one already there that was not waited for yet. */
  next<Type extends AgentMessage['type']>(type: Type): Promise<AgentMessageOf<Type>>;
  /** Says something and waits for the end of the turn. */
  ask(content: string): Promise<AgentMessageOf<'done'>>;
  close(): Promise<AgentMessage[]>;
}

/** Connects to an agent and reads its messages. */
export function driveRemote(options: Partial<ConnectOptions> & { readonly url: string }): DrivenAgent {
  let ids = 0;
  let time = 0;
  const agent = connectAgent({
    cwd: '/tmp',
    newId: () => `id-${++ids}`,
    clock: { now: Date.now, monotonic: () => (time += 5) },
    ...options,
  });
  const log: AgentMessage[] = [];
  const waited = new Set<AgentMessage>();
  let wake: () => void = () => undefined;
  const reading = (async () => {
    for await (const message of agent.messages) {
      log.push(message);
      wake();
    }
  })();
  const next: DrivenAgent['next'] = async (type) => {
    for (;;) {
      const found = log.find((message) => message.type === type && !waited.has(message));
      if (found !== undefined) {
        waited.add(found);
        return found as never;
      }
      await new Promise<void>((resolve) => {
        const before = wake;
        wake = () => {
          before();
          resolve();
        };
      });
    }
  };
  return {
    agent,
    log,
    next,
    send: (message) => agent.send(message),
    ask: (content) => {
      agent.send({ type: 'text', content });
      return next('done');
    },
    close: async () => {
      await agent.close();
      await reading;
      return log;
    },
  };
}

/** Says a log in words: texts joined, calls by name, the rest by type. */
export function summary(log: readonly AgentMessage[]): string[] {
  const words: string[] = [];
  const texts = new Map<string, number>();
  for (const message of log) {
    if (message.type === 'text' || message.type === 'thought') {
      const known = texts.get(message.message_id);
      if (known === undefined) texts.set(message.message_id, words.push(`${message.type} ${message.chunk}`) - 1);
      else words[known] += message.chunk;
    } else words.push(wordsOf(message));
  }
  return words.filter((word) => word !== '');
}

function wordsOf(message: AgentMessage): string {
  switch (message.type) {
    case 'session_started':
    case 'tool_call_update':
      return '';
    case 'tool_call':
      return `call ${message.request.name}`;
    case 'tool_call_ready':
      return `ready ${message.request.arguments}`;
    case 'tool_result':
      return `result ${message.result.result}`;
    case 'tool_error':
      return `tool ${message.kind} ${message.error.error}`;
    case 'done':
      return `done ${message.status}`;
    case 'error':
      return `error ${message.kind}`;
    case 'approval_resolved':
      return `${message.type} ${message.decision}`;
    case 'user_message_returned':
      return `returned ${message.id} ${message.reason}`;
    case 'user_steered':
      return `steered ${message.id}`;
    default:
      return message.type;
  }
}

export interface RawServer {
  readonly url: string;
  readonly bodies: Record<string, unknown>[];
  close(): Promise<void>;
}

/** Serves whatever a function writes; the nth request is given its number. */
export async function rawServer(
  answer: (response: ServerResponse, count: number, request: IncomingMessage) => void,
): Promise<RawServer> {
  const bodies: Record<string, unknown>[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += String(chunk);
    });
    request.on('end', () => {
      bodies.push(JSON.parse(text));
      answer(response, bodies.length, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/agent`,
    bodies,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers with these events. */
export function sendEvents(response: ServerResponse, events: readonly unknown[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const event of events) response.write(`data: ${JSON.stringify(event)}\n\n`);
  response.end();
}

/** Frames events as one run of them. */
export function asRun(events: readonly unknown[], outcome?: unknown): unknown[] {
  const ids = { threadId: 't', runId: 'r' };
  return [
    { type: 'RUN_STARTED', ...ids },
    ...events,
    { type: 'RUN_FINISHED', ...ids, ...(outcome === undefined ? {} : { outcome }) },
  ];
}

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

/** An agent that answers its nth run with the nth list of events, driven by a person. */
export async function drive(...runs: (readonly unknown[])[]): Promise<DrivenAgent & { readonly server: RawServer }> {
  const server = await rawServer((response, count) => sendEvents(response, runs[count - 1] ?? asRun([])));
  const driven = driveRemote({ url: server.url });
  open.push(server, driven);
  return { ...driven, server };
}

/** Says a log in words, once every promise is checked. */
export function told({ log }: DrivenAgent): string[] {
  expect(checkPromises(log, { is_running: true })).toEqual([]);
  return summary(log);
}

export const start = (messageId: string, role = 'assistant'): unknown => ({
  type: 'TEXT_MESSAGE_START',
  messageId,
  role,
});
export const say = (messageId: string, delta: string): unknown => ({ type: 'TEXT_MESSAGE_CONTENT', messageId, delta });
export const end = (messageId: string): unknown => ({ type: 'TEXT_MESSAGE_END', messageId });
export const call = (toolCallId: string, toolCallName: string, args = '{}'): unknown[] => [
  { type: 'TOOL_CALL_START', toolCallId, toolCallName },
  { type: 'TOOL_CALL_ARGS', toolCallId, delta: args },
  { type: 'TOOL_CALL_END', toolCallId },
];
export const result = (toolCallId: string, content: unknown): unknown => ({
  type: 'TOOL_CALL_RESULT',
  messageId: `r-${toolCallId}`,
  toolCallId,
  content,
});
