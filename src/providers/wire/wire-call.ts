import { parseJson } from '../../parse-json.ts';
import type { Endpoint } from '../endpoint.ts';
import type { ProviderEvent } from '../provider.ts';
import { ProviderError } from '../provider.ts';
import { createEventBuffer, type EventBuffer } from './event-buffer.ts';
import { type FailureScene, interrupted, serviceHost, toProviderError } from './provider-errors.ts';
import { readServerEvents, type ServerEvent } from './server-events.ts';
import { readFailure, readPayload, ServiceFailure } from './service-failure.ts';
import { createTransport, type Fetch } from './transport.ts';

/** Turns the events of one response into provider events. */
export interface ResponseReader {
  /** Takes the parsed data of one event. Unknown events, fields and blocks mean nothing; it throws only for errors. */
  take(data: unknown, event: string): void;
  /** Called where the stream ends, however it ends; throws unless the service had finished. */
  end(): void;
  /** The service's own end was read: what follows is not waited for. */
  readonly isFinished: boolean;
  /** All that counts was read, but the service still owes its end, and perhaps the usage. */
  readonly isSettled?: boolean;
}

export interface WireCall {
  readonly endpoint: Endpoint;
  /** Sends the request through the SDK. */
  send(fetch: Fetch, signal: AbortSignal): Promise<Response>;
  /** Sends the request another way, when the service refused a parameter that it can do without. */
  adapt?(failure: ServiceFailure): boolean;
  createReader(buffer: EventBuffer): ResponseReader;
  /** Gives the data of the events that an answer in one piece of JSON stands for; undefined where it is none. */
  eventsOf?(payload: unknown): readonly string[] | undefined;
}

/** How long a service that has said everything may take to say that it has. */
const SETTLE_MS = 2_000;
const ADAPTATIONS = 4;

/** Streams one response. Ends silently when aborted; whatever else goes wrong is a {@link ProviderError}. */
export async function* streamResponse(call: WireCall, signal: AbortSignal): AsyncGenerator<ProviderEvent, void> {
  // One for the attempt: aborting it also ends a connection that stays open after the service's end.
  const attempt = new AbortController();
  const abort = (): void => attempt.abort();
  signal.addEventListener('abort', abort, { once: true });
  let scene: FailureScene = { endpoint: call.endpoint, is_streaming: false };
  try {
    if (signal.aborted) return;
    const response = await openStream(call, attempt.signal);
    scene = { ...scene, is_streaming: true };
    yield* readStream(call, response, attempt);
  } catch (error) {
    if (signal.aborted) return;
    throw toProviderError(error, scene);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

async function openStream(call: WireCall, signal: AbortSignal): Promise<Response> {
  for (let adaptations = 0; ; adaptations += 1) {
    const sent = await sendOnce(call, signal);
    if (!(sent instanceof ServiceFailure)) return sent;
    if (adaptations >= ADAPTATIONS || sent.report.status !== 400 || call.adapt?.(sent) !== true) throw sent;
  }
}

/** Sends the request; gives what the service refused it with, read by us: the SDKs lose some shapes of it. */
async function sendOnce(call: WireCall, signal: AbortSignal): Promise<Response | ServiceFailure> {
  const transport = createTransport(call.endpoint);
  let failure: unknown;
  const fetch: Fetch = async (input, init) => {
    if (typeof init?.body === 'string') call.endpoint.onSent?.({ url: String(input), body: init.body });
    try {
      const response = await transport(input, init);
      if (response.ok) return response;
      const text = await response.text();
      failure = new ServiceFailure(readFailure(response.status, text, response.headers));
      return Object.assign(response, { text: () => Promise.resolve('') });
    } catch (error) {
      // Nobody but the SDK's own timer aborts the request without our signal.
      failure = init?.signal?.aborted === true && !signal.aborted ? headersTimeout(call.endpoint) : error;
      throw error;
    }
  };
  try {
    const response = await call.send(fetch, signal);
    return await checkEventStream(response, call);
  } catch (error) {
    if (failure instanceof ServiceFailure) return failure;
    throw failure ?? error;
  }
}

function headersTimeout(endpoint: Endpoint): ProviderError {
  const seconds = Math.round(headersTimeoutMs(endpoint) / 1000);
  const message = `${serviceHost(endpoint)} did not begin to answer within ${seconds} s`;
  return new ProviderError({ kind: 'timeout', message, retryable: true });
}

/** Gives the time from a request to its headers; a local server may have to load the model first. */
export function headersTimeoutMs({ timeouts, is_local }: Endpoint): number {
  return timeouts?.headers_ms ?? (is_local === true ? 600_000 : 60_000);
}

/** Both SDKs take a sign-in page for an empty answer. */
async function checkEventStream(response: Response, { endpoint, eventsOf }: WireCall): Promise<Response> {
  const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (response.status !== 204 && (type === '' || STREAM_TYPES.has(type))) return response;
  // Read in any case: what nobody reads holds the connection, and that the process.
  const text = await response.text();
  if (response.status === 204) throw notEvents(response, endpoint, 'without any content');
  const payload = type.includes('json') ? parseJson(text) : undefined;
  const report = readPayload(payload);
  if (payload !== undefined && typeof payload === 'object' && payload !== null && 'error' in payload) {
    throw new ServiceFailure({ ...report, headers: response.headers });
  }
  const events = eventsOf?.(payload);
  if (events !== undefined) return new Response(events.map((event) => `data: ${event}\n\n`).join(''), response);
  throw notEvents(response, endpoint, `with ${type}, not a stream of events`);
}

const STREAM_TYPES = new Set(['text/event-stream', 'text/plain', 'application/octet-stream', 'application/x-ndjson']);

function notEvents(response: Response, endpoint: Endpoint, what: string): ProviderError {
  const isPage = response.headers.get('content-type')?.includes('html') === true;
  return new ProviderError({
    kind: isPage ? 'network' : 'server',
    status: response.status,
    message: `HTTP ${response.status} from ${serviceHost(endpoint)} ${what}${isPage ? ': a captive portal?' : ''}`,
    retryable: false,
    suggested_action: isPage
      ? 'Open a web page and sign in to the network, or check the base URL.'
      : 'Check that the base URL is that of the API.',
  });
}

async function* readStream(
  call: WireCall,
  response: Response,
  attempt: AbortController,
): AsyncGenerator<ProviderEvent> {
  const buffer = createEventBuffer();
  const reader = call.createReader(buffer);
  let timer: NodeJS.Timeout | undefined;
  let failure: unknown;
  try {
    for await (const events of readServerEvents(response.body as unknown as AsyncIterable<Uint8Array>)) {
      takeAll(events, reader, call.endpoint);
      yield* buffer.take();
      if (reader.isFinished) break;
      if (reader.isSettled === true) timer ??= setTimeout(() => attempt.abort(), SETTLE_MS);
    }
  } catch (error) {
    failure = error;
  } finally {
    clearTimeout(timer);
  }
  yield* buffer.take();
  // A stream that breaks after all was said has said it all.
  if (failure !== undefined && reader.isSettled !== true) throw failure;
  reader.end();
  yield* buffer.take();
}

function takeAll(events: readonly ServerEvent[], reader: ResponseReader, endpoint: Endpoint): void {
  for (const event of events) {
    if (reader.isFinished) return;
    if (event.data === '') continue;
    reader.take(event.data === DONE ? DONE : parseEvent(event, endpoint), event.event);
  }
}

/** Makes the error of a stream that ended before the service's own end. */
export function cutOff(): ProviderError {
  return new ProviderError({
    kind: 'stream_interrupted',
    message: 'The answer ended before the service said that it was complete',
    retryable: true,
  });
}

/** What ends a stream of Chat Completions; a reader gets it as it is. */
export const DONE = '[DONE]';

function parseEvent({ data, is_cut }: ServerEvent, endpoint: Endpoint): unknown {
  const value = parseJson(data);
  if (value !== undefined) return value;
  const mended = is_cut === true ? undefined : parseUnclosed(data);
  if (mended !== undefined) return mended;
  throw interrupted(`${serviceHost(endpoint)} sent an event that is not JSON; the answer is incomplete`, endpoint);
}

/** Services have been seen to drop the last brace of a long event; where one was not cut off, nothing else is missing. */
function parseUnclosed(data: string): unknown {
  return /[\]}]$/.test(data) ? (parseJson(`${data}}`) ?? parseJson(`${data}}}`)) : undefined;
}
