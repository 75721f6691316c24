import { HttpAgent, type RunAgentInput } from '@ag-ui/client';
import { afterEach } from 'vitest';
import { encoders } from '../../src/encoders/registry.ts';
import { type RunningServer, type ServerOptions, startServer } from '../../src/server/serve.ts';
import { type FakeScript, fakeSessions } from './fake-session.ts';
import { verifyAgUi, type WireEvent } from './verify-ag-ui.ts';

const servers: RunningServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

export async function serve(script: FakeScript, options: Partial<ServerOptions> = {}) {
  const sessions = fakeSessions(script);
  const server = await startServer({
    openSession: sessions.openSession,
    listSessions: async () => [...sessions.logs.keys()].map((id) => ({ id })),
    encoders,
    port: 0,
    token: 'secret-token',
    ...options,
  });
  servers.push(server);
  return { server, ...sessions };
}

export function agentFor(server: RunningServer, threadId = 'thread-1'): HttpAgent {
  return new HttpAgent({ url: `${server.url}/ag-ui`, threadId, headers: { Authorization: `Bearer ${server.token}` } });
}

/** Runs an agent and gives what came over the wire, verified. */
export async function run(
  agent: HttpAgent,
  parameters: Parameters<HttpAgent['runAgent']>[0] = {},
): Promise<WireEvent[]> {
  const events: WireEvent[] = [];
  await agent.runAgent(parameters, { onEvent: ({ event }) => void events.push(event as WireEvent) });
  await verifyAgUi(events);
  return events;
}

export function say(agent: HttpAgent, content: string, id = `u-${agent.messages.length}`): void {
  agent.addMessage({ id, role: 'user', content });
}

export const types = (events: readonly WireEvent[]): string[] => events.map((event) => event.type);
export const last = (events: readonly WireEvent[]): WireEvent | undefined => events.at(-1);

export async function post(server: RunningServer, path: string, body: unknown): Promise<Response> {
  return fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

export const input = (over: Partial<RunAgentInput> = {}): RunAgentInput => ({
  threadId: 'thread-1',
  runId: 'run-1',
  messages: [{ id: 'u1', role: 'user', content: 'hi' }],
  tools: [],
  context: [],
  ...over,
});

/** Something that can be waited for until it is opened. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}
