import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkAnthropic } from './check-anthropic.ts';
import { type ChatRules, checkChat } from './check-chat.ts';
import { checkResponses } from './check-responses.ts';
import { createIssuedThoughts, type IssuedThoughts, type Refusal, type StrictModel } from './refusal.ts';
import { type Protocol, type StrictAnswer, writeAnswer } from './write-answers.ts';

export interface StrictOptions {
  readonly models: Readonly<Record<string, StrictModel>>;
  /** What is answered to the request with this number, from 1; by default a text. */
  readonly answer?: (body: unknown, number: number) => StrictAnswer;
  readonly rules?: ChatRules;
  /** Shared between services, so that one knows what the other signed. */
  readonly issued?: IssuedThoughts;
  readonly key?: string;
}

/** A service on loopback that refuses what the real one refuses, in the real one's words. */
export interface StrictService {
  /** What the SDK takes as its base URL. */
  readonly base_url: string;
  readonly requests: readonly unknown[];
  readonly refusals: readonly Refusal[];
  close(): Promise<void>;
}

const PATHS: Readonly<Record<Protocol, string>> = {
  anthropic: '/v1/messages',
  responses: '/v1/responses',
  chat: '/v1/chat/completions',
};

/** Starts a strict service on a free port of loopback. */
export async function startStrictService(protocol: Protocol, options: StrictOptions): Promise<StrictService> {
  const requests: unknown[] = [];
  const refusals: Refusal[] = [];
  const issued = options.issued ?? createIssuedThoughts();
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const refused = refuse(request, { protocol, options, body, issued });
    if (refused !== undefined) {
      refusals.push(refused);
      response.writeHead(refused.status, { 'content-type': 'application/json' }).end(JSON.stringify(refused.body));
      return;
    }
    requests.push(body);
    const serial = requests.length;
    const answer = options.answer?.(body, serial) ?? { text: `Answer ${serial}.` };
    const model = String((body as { model: unknown }).model);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(writeAnswer(protocol, { model, answer, serial, issued }));
  };
  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    base_url: protocol === 'anthropic' ? root : `${root}/v1`,
    requests,
    refusals,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return JSON.parse(text) as unknown;
}

interface Asked {
  readonly protocol: Protocol;
  readonly options: StrictOptions;
  readonly body: unknown;
  readonly issued: IssuedThoughts;
}

function refuse(request: IncomingMessage, { protocol, options, body, issued }: Asked): Refusal | undefined {
  if (request.url?.split('?')[0] !== PATHS[protocol]) {
    return { status: 404, body: { error: { type: 'not_found_error', message: `Not found: ${request.url}` } } };
  }
  const given = request.headers['x-api-key'] ?? request.headers.authorization?.replace(/^Bearer /, '');
  if (options.key !== undefined && given !== options.key) {
    return { status: 401, body: { error: { type: 'authentication_error', message: 'invalid x-api-key' } } };
  }
  const world = { models: options.models, issued };
  if (protocol === 'anthropic') return checkAnthropic(body, world);
  return protocol === 'responses' ? checkResponses(body, world) : checkChat(body, world, options.rules);
}
