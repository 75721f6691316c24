import type { IncomingMessage } from 'node:http';
import { ConnectFailure, statusFailure } from './connect-failure.ts';
import { readSse } from './read-sse.ts';

/** Where a request goes, and what goes with it. */
export interface RemoteRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly signal: AbortSignal;
  /** Milliseconds without a byte after which the agent counts as gone. */
  readonly stall_ms: number;
}

/** Reads the address of an agent, `http://` unless it says otherwise. Throws a sentence when it is none. */
export function readAgentUrl(text: string): URL {
  const withScheme = /^[a-z]+:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new Error(`${JSON.stringify(text)} is no address of an agent. Give one such as http://127.0.0.1:8000/agent.`);
  }
  return url;
}

/** Whether what is sent there, the token too, crosses a network in the clear. */
export function isReadableOnTheWay(url: URL): boolean {
  return url.protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
}

/** Runs a remote agent and gives its events as parsed JSON. Throws a {@link ConnectFailure}; follows no redirect. */
export async function* runRemote(request: RemoteRequest): AsyncGenerator<unknown, void, undefined> {
  const response = await post(request, 'text/event-stream');
  const { host } = request.url;
  const type = (response.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
  if (type !== 'text/event-stream') {
    response.destroy();
    const what = type === '' ? 'nothing that can be read' : type;
    throw new ConnectFailure(`${host} answered with ${what} instead of an event stream: that is no AG-UI agent.`, {
      kind: 'invalid_request',
    });
  }
  try {
    for await (const data of readSse(response)) yield parseEvent(data, host);
  } catch (error) {
    throw request.signal.aborted || error instanceof ConnectFailure ? error : lostConnection(host, error);
  }
}

/** Sends something that is answered at once. Throws a {@link ConnectFailure}. */
export async function postRemote(request: RemoteRequest): Promise<void> {
  const response = await post(request, 'application/json');
  response.resume();
}

function parseEvent(data: string, host: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    throw new ConnectFailure(`${host} sent an event that is not JSON.`, { kind: 'server' });
  }
}

async function post(request: RemoteRequest, accept: string): Promise<IncomingMessage> {
  const { url, signal } = request;
  const response = await send(request, accept).catch((error: unknown) => {
    throw signal.aborted ? error : unreachable(url.host, error);
  });
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return response;
  if (status >= 300 && status < 400) {
    response.destroy();
    throw new ConnectFailure(
      `${url.host} sends you to ${String(response.headers.location)}. Connect to that address if you trust it.`,
      { kind: 'invalid_request', status },
    );
  }
  throw statusFailure(status, url.host, await readStart(response));
}

async function send({ url, headers, body, signal, stall_ms }: RemoteRequest, accept: string): Promise<IncomingMessage> {
  const { request } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  const json = Buffer.from(JSON.stringify(body));
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        signal,
        headers: { ...headers, 'content-type': 'application/json', accept, 'content-length': json.length },
      },
      resolve,
    );
    sent.setTimeout(stall_ms, () => sent.destroy(new Error(`nothing came for ${Math.round(stall_ms / 1000)} s`)));
    sent.once('error', reject);
    sent.end(json);
  });
}

async function readStart(response: IncomingMessage): Promise<string> {
  let text = '';
  try {
    for await (const chunk of response) {
      text += String(chunk);
      if (text.length > 2000) break;
    }
  } catch {
    // What came of the explanation is enough.
  }
  return text.replace(/\s+/g, ' ').trim().slice(0, 300);
}

function unreachable(host: string, error: unknown): ConnectFailure {
  return new ConnectFailure(`${host} cannot be reached: ${reasonOf(error)}.`, {
    kind: 'network',
    suggested_action: 'Check the address, and that the agent is running.',
  });
}

function lostConnection(host: string, error: unknown): ConnectFailure {
  return new ConnectFailure(`The connection to ${host} was lost before the run was finished: ${reasonOf(error)}.`, {
    kind: 'stream_interrupted',
    suggested_action: 'Send the message again.',
  });
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED') return 'nobody listens there';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its name is unknown';
  return message || code || 'no reason given';
}
