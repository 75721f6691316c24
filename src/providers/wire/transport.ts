import type { Agent as HttpAgent, IncomingMessage } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import { createRequire } from 'node:module';
import type { Endpoint } from '../endpoint.ts';
import { ProviderError } from '../provider.ts';
import { proxyFor } from './proxy.ts';
import { readBody, readErrorText } from './response-body.ts';
import { WireHeaders } from './wire-headers.ts';
import { trusted, type WireRequest, type WireResponse } from './wire-message.ts';

/** What the SDKs take in place of the global `fetch`. */
export type Fetch = typeof globalThis.fetch;

// An ES import of node:http costs 40 ms of start-up on Node 24; `require` does not.
const load = createRequire(import.meta.url);
const agents = new Map<string, HttpAgent | HttpsAgent>();

/**
 * Makes a `fetch` for the SDKs over node:http and node:https: a quarter of the start-up and CPU of the built-in one.
 *
 * Contract: redirects are refused, because they would send the prompt and the key to another host. Of the headers
 * only known ones and the endpoint's own are sent, whatever the SDK read from the environment. The body of an error
 * is read to 64 KB or for 5 s, whichever comes first. Aborting closes the connection. A wrong address of a proxy is a
 * `ProxyError`.
 */
export function createTransport(endpoint: Endpoint): Fetch {
  const own = new Set(Object.keys(endpoint.headers ?? {}).map((name) => name.toLowerCase()));
  return async (input, init = {}) => {
    const url = new URL(typeof input === 'string' || 'href' in input ? input : input.url);
    const request: WireRequest = {
      url,
      method: init.method ?? 'GET',
      headers: allowedHeaders(init.headers, own),
      body: typeof init.body === 'string' ? init.body : undefined,
      signal: init.signal ?? new AbortController().signal,
    };
    const proxy = proxyFor(url, endpoint);
    const response =
      proxy === undefined
        ? await sendDirectly(request, endpoint)
        : await (await import('./proxy-transport.ts')).sendThroughProxy(request, { proxy, ca: endpoint.ca });
    if (response.status >= 300 && response.status < 400) throw redirectRefused(response, url);
    return toFetchResponse(response, url);
  };
}

const SENT_HEADERS = new Set([
  'accept',
  'anthropic-beta',
  'anthropic-version',
  'authorization',
  'content-type',
  'x-api-key',
]);

function allowedHeaders(given: RequestInit['headers'], own: ReadonlySet<string>): Record<string, string> {
  const sent: Record<string, string> = {};
  for (const [name, value] of new WireHeaders(given as Record<string, string>))
    if (SENT_HEADERS.has(name) || own.has(name)) sent[name] = value;
  // A compressing proxy would hold events back until it has enough of them.
  return { 'user-agent': 'agent-chat', 'accept-encoding': 'identity', ...sent };
}

async function sendDirectly(request: WireRequest, endpoint: Endpoint): Promise<WireResponse> {
  const message = await sendRequest(request, agentFor(request.url, endpoint.ca));
  const headers = new WireHeaders();
  for (let index = 0; index < message.rawHeaders.length; index += 2) {
    headers.append(message.rawHeaders[index] ?? '', message.rawHeaders[index + 1] ?? '');
  }
  return {
    status: message.statusCode ?? 0,
    headers: headers as unknown as Headers,
    body: readBody(message, request.signal, endpoint.read_every_ms),
    discard: () => void message.destroy(),
  };
}

/** Sends a request, again where a connection that was to be used anew turns out to have been closed meanwhile. */
function sendRequest(request: WireRequest, agent: HttpAgent | HttpsAgent): Promise<IncomingMessage> {
  const { url, method, headers, body, signal } = request;
  const { request: start } = load(url.protocol === 'https:' ? 'node:https' : 'node:http') as typeof import('node:http');
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(abortError());
      return;
    }
    const sent = start(url, { method, headers, agent });
    // An error given to `destroy` after the response came would be thrown past everybody.
    let stop = (): unknown => sent.destroy(abortError());
    const abort = (): unknown => stop();
    signal.addEventListener('abort', abort, { once: true });
    sent.on('close', () => signal.removeEventListener('abort', abort));
    let isAnswered = false;
    sent.on('error', (error: NodeJS.ErrnoException) => {
      const isStale = sent.reusedSocket && !isAnswered && CLOSED.has(error.code ?? '') && !signal.aborted;
      if (isStale) resolve(sendRequest(request, agent));
      else reject(error);
    });
    sent.on('response', (message) => {
      isAnswered = true;
      stop = () => message.destroy();
      message.on('error', ignore);
      resolve(message);
    });
    // As bytes: a text would be measured and encoded one after the other.
    sent.end(body === undefined ? undefined : Buffer.from(body));
  });
}

const CLOSED = new Set(['ECONNRESET', 'EPIPE']);

function ignore(): void {}

function abortError(): Error {
  return Object.assign(new Error('The request was aborted'), { name: 'AbortError' });
}

/**
 * How long an idle connection is kept: over the tools of a turn. After a pause a router or a night's sleep may have lost
 * it, which only shows when nothing answers.
 */
const IDLE_MS = 15_000;

/** Gives the connections of a scheme; one pool for all endpoints that trust the same certificates. */
function agentFor(url: URL, ca: readonly string[] | undefined): HttpAgent | HttpsAgent {
  const isSecure = url.protocol === 'https:';
  const name = `${url.protocol}${ca?.join('') ?? ''}`;
  const known = agents.get(name);
  if (known !== undefined) return known;
  const options = { keepAlive: true, timeout: IDLE_MS };
  const agent = isSecure
    ? new (load('node:https') as typeof import('node:https')).Agent({ ...options, ...trusted(ca) })
    : new (load('node:http') as typeof import('node:http')).Agent(options);
  agents.set(name, agent);
  return agent;
}

function redirectRefused(response: WireResponse, url: URL): ProviderError {
  response.discard();
  const target = redirectTarget(response.headers.get('location'), url);
  return new ProviderError({
    kind: 'invalid_request',
    status: response.status,
    message: `${url.host} answered HTTP ${response.status}, a redirect to ${target}; redirects are refused`,
    retryable: false,
    suggested_action: 'Set the base URL of the provider to the address that really answers.',
  });
}

function redirectTarget(location: string | null, url: URL): string {
  if (location === null) return 'nowhere';
  return URL.canParse(location, url.href) ? new URL(location, url).host : 'an invalid address';
}

/** Says as much of a `Response` as the SDKs read. */
function toFetchResponse({ status, headers, body }: WireResponse, url: URL): Response {
  const response = {
    ok: status >= 200 && status < 300,
    status,
    statusText: '',
    url: url.href,
    redirected: false,
    headers,
    body,
    text: () => readErrorText(body),
  };
  return response as unknown as Response;
}
