import type { ConversationMessage } from '../../src/conversation.ts';
import type { Endpoint } from '../../src/providers/endpoint.ts';
import type { ModelInfo, ModelRequest } from '../../src/providers/provider.ts';
import type { Protocol } from '../helpers/model-server/answers.mjs';
import {
  type ModelServer,
  type RawAnswer,
  type ScriptedAnswer,
  startModelServer,
} from '../helpers/model-server/model-server.ts';
import { createProvider, foldResponse, person, requestFor } from './collect.ts';

const open: ModelServer[] = [];

/** Starts a server that is closed by {@link closeServers}. */
export async function serve(protocol: Protocol, script: readonly ScriptedAnswer[]): Promise<ModelServer> {
  const server = await startModelServer({ protocol, script });
  open.push(server);
  return server;
}

/** Closes every server that was started here. */
export async function closeServers(): Promise<void> {
  for (const server of open.splice(0)) await server.close();
}

type Asked = Partial<Omit<ModelRequest, 'model'>> & { model?: Partial<ModelInfo> };

/** Asks once and gives the requests as they came over the wire. */
export async function sent(
  protocol: Protocol,
  asked: Asked = {},
  { refusals = [], ...endpoint }: Partial<Endpoint> & { refusals?: readonly RawAnswer[] } = {},
): Promise<ModelServer['requests']> {
  const server = await serve(protocol, [...refusals, { text: 'ok' }]);
  await foldResponse(createProvider(protocol, server.base_url, endpoint), requestFor(protocol, asked));
  return server.requests;
}

/** Asks once and gives the body of the request. */
export async function body(protocol: Protocol, asked: Asked = {}, endpoint: Partial<Endpoint> = {}) {
  return (await sent(protocol, asked, endpoint))[0]?.body;
}

/** Makes a 400 with a message. */
export function refusal(message: string, rest: object = {}): RawAnswer {
  const error = { type: 'invalid_request_error', message, ...rest };
  return {
    status: 400,
    headers: { 'content-type': 'application/json' },
    bytes: JSON.stringify({ type: 'error', error }),
  };
}

export const READ_FILE = {
  name: 'read_file',
  description: 'Reads a file.',
  parameters: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
};

/** A question, a call, its result. */
export const ROUND: readonly ConversationMessage[] = [
  person('Read it.'),
  {
    role: 'assistant',
    model_name: 'stand-in/stand-in-1',
    parts: [
      { type: 'text', id: 't', text: 'Yes.' },
      { type: 'tool_call', id: 'call_1', name: 'read_file', arguments: '{"path":"a"}' },
    ],
  },
  { role: 'tool', results: [{ tool_call_id: 'call_1', name: 'read_file', output: 'aaa', is_error: false }] },
];
