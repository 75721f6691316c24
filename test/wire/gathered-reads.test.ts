import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { ProviderEvent } from '../../src/providers/provider.ts';
import { CERTIFICATE, listen, TLS_KEY } from '../helpers/proxy.ts';
import { createProvider, type PartialEndpoint, requestFor } from './collect.ts';

/** Long enough for everything that a test sends while nothing is read. */
const EVERY_MS = 1500;

/** A service whose answer the test writes itself, and the pieces that are read of it. */
async function talk(scheme: 'http' | 'https', endpoint: PartialEndpoint = {}) {
  let answer: (response: ServerResponse) => void = () => {};
  const answered = new Promise<ServerResponse>((resolve) => {
    answer = resolve;
  });
  const respond: RequestListener = (request, response) => {
    request.resume();
    answer(response.writeHead(200, { 'content-type': 'text/event-stream' }));
  };
  const server =
    scheme === 'http' ? createServer(respond) : createTlsServer({ key: TLS_KEY, cert: CERTIFICATE }, respond);
  const address = `${scheme}://localhost:${await listen(server)}/v1`;
  const stop = new AbortController();
  const provider = createProvider('chat', address, { ...endpoint, ca: [CERTIFICATE] });
  const events = provider.stream(requestFor('chat'), stop.signal);
  return { events, answered, stop };
}

/** Gives how many bytes the last connection over plain HTTP has read. */
function countReads(): () => number | undefined {
  let socket: Socket | undefined;
  const take = (message: unknown): void => {
    socket = (message as { socket: Socket }).socket;
  };
  subscribe('net.client.socket', take);
  onTestFinished(() => void unsubscribe('net.client.socket', take));
  return () => socket?.bytesRead;
}

function piece(content: string): string {
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`;
}

const END = `data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n`;

/** Writes pieces one by one; between two of them whoever reads has the time to. */
async function write(response: ServerResponse, ...pieces: readonly string[]): Promise<void> {
  for (const bytes of pieces) {
    await new Promise((resolve) => response.write(bytes, resolve));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function textOf(events: AsyncGenerator<ProviderEvent>): Promise<string | undefined> {
  const { value } = await events.next();
  return value?.type === 'text' ? value.chunk : undefined;
}

test.each(['http', 'https'] as const)('over %s, what comes between two reads is read together', async (scheme) => {
  const bytesRead = countReads();
  const { events, answered } = await talk(scheme, { read_every_ms: EVERY_MS });
  const first = textOf(events);
  const response = await answered;
  await write(response, piece('one'));
  expect(await first).toBe('one');
  const second = textOf(events);
  await write(response, piece(' two'));
  expect(await second).toBe(' two');
  const third = textOf(events);
  const before = bytesRead();
  await write(response, piece(' three'), piece(' four'), piece(' five'));
  expect(bytesRead()).toBe(before);
  response.end(END);
  expect(await third).toBe(' three four five');
  expect((await events.next()).value).toMatchObject({ type: 'finish', reason: 'stop' });
});

test('without a time between reads every piece is read as it comes', async () => {
  const { events, answered } = await talk('http');
  for (const text of ['one', ' two', ' three']) {
    const next = textOf(events);
    await write(await answered, piece(text));
    expect(await next).toBe(text);
  }
  (await answered).end(END);
});

test('a burst is not held up', async () => {
  const { events, answered } = await talk('http', { read_every_ms: 600_000 });
  const long = 'long '.repeat(200_000);
  let text = '';
  void answered.then((response) => response.end(piece('short ') + piece(long) + END));
  for await (const event of events) if (event.type === 'text') text += event.chunk;
  expect(text).toBe(`short ${long}`);
});

test('an answer that is given up, or whose connection breaks, while nothing is read ends', async () => {
  for (const ending of ['abort', 'reset'] as const) {
    const { events, answered, stop } = await talk('http', { read_every_ms: 200 });
    const first = textOf(events);
    const response = await answered;
    await write(response, piece('one'));
    expect(await first).toBe('one');
    const second = textOf(events);
    await write(response, piece(' two'));
    expect(await second).toBe(' two');
    const third = events.next();
    const ended = new Promise((resolve) => response.on('close', resolve));
    if (ending === 'abort') stop.abort();
    else response.socket?.resetAndDestroy();
    if (ending === 'abort') expect(await third).toEqual({ done: true, value: undefined });
    else await expect(third).rejects.toThrow('ECONNRESET');
    await ended;
  }
});
