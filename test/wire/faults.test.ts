import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { type ModelAnswer, type Protocol, spellAnswer, spellFrame } from '../helpers/model-server/answers.mjs';
import { type ModelServer, type RawAnswer, startModelServer } from '../helpers/model-server/model-server.ts';
import { createProvider, type Folded, foldResponse, KEY, requestFor } from './collect.ts';

const PROTOCOLS: readonly Protocol[] = ['anthropic', 'responses', 'chat'];
const ANSWER: ModelAnswer = {
  thoughts: 'Let me see. Zwölf Grüße 🎉',
  text: 'It is – 日本語 – done.',
  calls: [{ name: 'read_file', arguments: { path: 'ä.txt' } }],
};

const open: ModelServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function serve(protocol: Protocol, ...script: (RawAnswer | ModelAnswer)[]): Promise<ModelServer> {
  const server = await startModelServer({ protocol, script });
  open.push(server);
  return server;
}

function bytesOf(protocol: Protocol): string {
  return spellAnswer(protocol, ANSWER)
    .map((frame) => ('pause' in frame ? '' : spellFrame(frame)))
    .join('');
}

async function ask(protocol: Protocol, answer: RawAnswer | ModelAnswer): Promise<Folded> {
  const server = await serve(protocol, answer);
  return foldResponse(createProvider(protocol, server.base_url), requestFor(protocol));
}

describe.each(PROTOCOLS)('%s', (protocol) => {
  const whole = bytesOf(protocol);

  test('a connection that closes before the end is an interruption, and what came is kept', async () => {
    const half = whole.slice(0, whole.indexOf('done.') + 4);
    for (const ending of ['end', 'fin', 'reset'] as const) {
      const { error, texts } = await ask(protocol, { bytes: half.slice(0, half.lastIndexOf('\n\n') + 2), ending });
      expect([ending, error?.details.kind, error?.details.retryable]).toEqual([ending, 'stream_interrupted', true]);
      expect(texts.join('')).toContain('It is');
    }
  });

  test('an empty stream is an interruption', async () => {
    const { error } = await ask(protocol, { bytes: '' });
    expect(error?.details).toMatchObject({ kind: 'stream_interrupted', retryable: true });
  });

  test('a page instead of events is named, with its host', async () => {
    const server = await serve(protocol, {
      bytes: '<html><title>Sign in</title></html>',
      headers: { 'content-type': 'text/html' },
    });
    const { error } = await foldResponse(createProvider(protocol, server.base_url), requestFor(protocol));
    const host = new URL(server.url).host;
    expect(error?.message).toBe(`HTTP 200 from ${host} with text/html, not a stream of events: a captive portal?`);
    expect(error?.details).toMatchObject({ kind: 'network', retryable: false });
  });

  test('JSON and no content in place of a stream are named', async () => {
    const json = await ask(protocol, { bytes: '{"id": 1}', headers: { 'content-type': 'application/json' } });
    expect(json.error?.message).toMatch(
      /^HTTP 200 from 127\.0\.0\.1:\d+ with application\/json, not a stream of events$/,
    );
    const none = await ask(protocol, { status: 204, bytes: '', headers: {} });
    expect(none.error?.message).toMatch(/^HTTP 204 from 127\.0\.0\.1:\d+ without any content$/);
  });

  test('redirects are refused, and nothing is sent to their target', async () => {
    const target = await serve(protocol, ANSWER);
    for (const status of [301, 302, 307, 308]) {
      const { error } = await ask(protocol, { status, bytes: '', headers: { location: `${target.url}/v1/elsewhere` } });
      expect(error?.details).toMatchObject({ kind: 'invalid_request', retryable: false, status });
      expect(error?.message).toContain(`a redirect to ${new URL(target.url).host}`);
    }
    expect(target.requests).toEqual([]);
  });

  test('an endless error body is read for a moment only, and cleaned', async () => {
    const bytes = `<html><body>\x1b]0;owned\x07 ${'no '.repeat(4_000)}`;
    const server = await serve(protocol, {
      status: 500,
      bytes,
      ending: 'endless',
      headers: { 'content-type': 'text/html' },
    });
    const start = performance.now();
    const { error } = await foldResponse(createProvider(protocol, server.base_url), requestFor(protocol));
    expect(performance.now() - start).toBeLessThan(4_500);
    expect(error?.details).toMatchObject({ kind: 'server', status: 500, retryable: true });
    expect(error?.message.length).toBeLessThanOrEqual(500);
    expect(error?.message).not.toMatch(/[\x00-\x1f]|<body>/);
    await server.allClosed();
  });

  test('compressed streams are read, and broken ones are interruptions', async () => {
    const bytes = gzipSync(whole);
    const headers = { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' };
    expect((await ask(protocol, { bytes, headers, cut: 7 })).calls).toHaveLength(1);
    bytes.fill(7, 60, 90);
    expect((await ask(protocol, { bytes, headers })).error?.details.kind).toBe('stream_interrupted');
  });

  test('an event that is not JSON is an interruption', async () => {
    const { error } = await ask(protocol, { bytes: 'event: ping\ndata: {"type": "te\u001b[31m\n\n' });
    expect(error?.details).toMatchObject({ kind: 'stream_interrupted', retryable: true });
  });

  test('null, lists, numbers, unknown events and comments change nothing', async () => {
    const noise = [
      ': keep-alive\n\n',
      'event: odd\ndata: null\n\n',
      'data: [1]\n\n',
      'event: x\ndata: 7\n\n',
      'id: 3\nretry: 9\nevent: content_block_delta\ndata: {"type":"content_block_delta","index":99,"delta":{"type":"text_delta","text":"lost"}}\n\n',
      'data: {"type":"response.strange.delta","output_index":44,"delta":"lost"}\n\n',
    ].join('');
    const { error, ...folded } = await ask(protocol, { bytes: noise + whole.replaceAll('\n\n', `\n\n${noise}`) });
    const { error: none, ...plain } = await ask(protocol, { bytes: whole });
    expect([error, none]).toEqual([undefined, undefined]);
    expect(folded).toEqual(plain);
  });

  test('a connection that stays open after the end does not hold the answer back', async () => {
    const server = await serve(protocol, { bytes: whole, ending: 'stall' });
    const { finish, error } = await foldResponse(createProvider(protocol, server.base_url), requestFor(protocol));
    expect([finish, error]).toEqual(['tool_calls', undefined]);
    await server.allClosed();
  });

  test('a response that ends properly leaves its connection for the next one', async () => {
    const server = await serve(protocol, ANSWER, ANSWER, ANSWER);
    const provider = createProvider(protocol, server.base_url);
    for (let round = 0; round < 3; round += 1) {
      await foldResponse(provider, requestFor(protocol));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(server.connections).toBe(1);
  });

  test('a silent service is a timeout', async () => {
    const server = await serve(protocol, { bytes: '', is_silent: true });
    const provider = createProvider(protocol, server.base_url, { timeouts: { headers_ms: 80 } });
    const { error } = await foldResponse(provider, requestFor(protocol));
    expect(error?.details).toMatchObject({ kind: 'timeout', retryable: true });
    await server.allClosed();
  });

  test('a refused connection and an unknown host are told apart, with the host', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => probe.once('listening', resolve));
    const { port } = probe.address() as { port: number };
    await new Promise((resolve) => probe.close(resolve));
    const refused = await foldResponse(createProvider(protocol, `http://127.0.0.1:${port}/v1`), requestFor(protocol));
    expect(refused.error?.message).toBe(
      `Nothing answers at 127.0.0.1:${port}: the connection was refused (ECONNREFUSED)`,
    );
    expect(refused.error?.details).toMatchObject({ kind: 'network', retryable: true });
    expect(refused.error?.cause).toMatchObject({ code: 'ECONNREFUSED' });
    const unknown = await foldResponse(
      createProvider(protocol, 'http://no-such-host.invalid/v1'),
      requestFor(protocol),
    );
    expect(unknown.error?.message).toMatch(/no-such-host\.invalid .*\((ENOTFOUND|EAI_AGAIN)\)/);
  });

  test('a key is never sent, shown or thrown when no header can carry it', async () => {
    const server = await serve(protocol, ANSWER);
    for (const [key, flaw] of [
      ['sk-secret\nvalue', 'a line break'],
      ['sk-secret value', 'a space'],
      ['sk-secret\u0007value', 'a control character'],
      ['sk-secret–value', 'a character that is not ASCII'],
    ] as const) {
      const provider = createProvider(protocol, server.base_url, { key, key_source: 'STAND_IN_KEY' });
      const { error } = await foldResponse(provider, requestFor(protocol));
      expect(error?.message).toBe(`The key for stand-in from STAND_IN_KEY contains ${flaw}`);
      expect(JSON.stringify([error?.details, error?.stack])).not.toContain('secret');
    }
    expect(server.requests).toEqual([]);
    await foldResponse(createProvider(protocol, server.base_url, { key: `  ${KEY}\n` }), requestFor(protocol));
    expect(JSON.stringify(server.requests[0]?.headers)).toContain(`${KEY}"`);
  });

  test('a refused key is named by where it came from and its last characters', async () => {
    const body = { error: { type: 'authentication_error', message: `invalid key ${KEY} given` } };
    const server = await serve(protocol, {
      status: 401,
      bytes: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
    const provider = createProvider(protocol, server.base_url, { key_source: 'STAND_IN_KEY' });
    const { error } = await foldResponse(provider, requestFor(protocol));
    expect(error?.details).toEqual({
      kind: 'auth',
      status: 401,
      retryable: false,
      message: `${new URL(server.url).host} answered HTTP 401: invalid key … given`,
      suggested_action: 'Check the key from STAND_IN_KEY (it ends in …cdef).',
    });
    expect(server.requests).toHaveLength(1);
  });

  test('aborting before the headers, and in every event, ends at once and closes the connection', async () => {
    const count = spellAnswer(protocol, ANSWER).length;
    for (let stop = 0; stop < count; stop += 1) {
      const frames = spellAnswer(protocol, ANSWER);
      const server = await startModelServer({
        protocol,
        script: () => ({ frames: [...frames.slice(0, stop), { pause: 'here' }, ...frames.slice(stop)] }),
      });
      const controller = new AbortController();
      const folding = foldResponse(createProvider(protocol, server.base_url), requestFor(protocol), controller.signal);
      await server.reaches('here');
      const start = performance.now();
      controller.abort();
      const { error, finish } = await folding;
      expect([stop, error, finish]).toEqual([stop, undefined, undefined]);
      expect(performance.now() - start).toBeLessThan(5_000);
      await server.allClosed();
      await server.close();
    }
  });

  test('aborting after the end is harmless', async () => {
    const server = await serve(protocol, ANSWER, ANSWER, ANSWER);
    const provider = createProvider(protocol, server.base_url);
    for (const wait of [
      () => undefined,
      () => Promise.resolve(),
      () => new Promise((resolve) => setImmediate(resolve)),
    ]) {
      const controller = new AbortController();
      expect((await foldResponse(provider, requestFor(protocol), controller.signal)).finish).toBe('tool_calls');
      await wait();
      controller.abort();
    }
  });

  test('a request that was aborted beforehand is never sent', async () => {
    const server = await serve(protocol, ANSWER);
    const { texts, error } = await foldResponse(
      createProvider(protocol, server.base_url),
      requestFor(protocol),
      AbortSignal.abort(),
    );
    expect([texts, error, server.requests]).toEqual([[], undefined, []]);
  });

  test('more than 8 MB in one event is stopped', async () => {
    const { error } = await ask(protocol, { bytes: `data: ${'x'.repeat(1024 * 1024)}`.repeat(9) });
    expect(error?.message).toBe('The service sent an event of more than 8 MB; it was stopped');
  });
});

test('an error body that never ends nor goes on is read for five seconds', async () => {
  const body = JSON.stringify({ error: { message: 'Overloaded' } });
  const { error } = await ask('chat', {
    status: 503,
    bytes: body,
    ending: 'stall',
    headers: { 'content-type': 'application/json' },
  });
  expect(error?.details).toMatchObject({ kind: 'overloaded', status: 503 });
  expect(error?.message).toContain('Overloaded');
});

test('a Chat Completions stream that stalls behind its finish reason is complete after a moment', async () => {
  const frames = spellAnswer('chat', { text: 'Done.' }).map((frame) => ('pause' in frame ? '' : spellFrame(frame)));
  const { texts, finish, error } = await ask('chat', { bytes: frames.slice(0, -2).join(''), ending: 'stall' });
  expect([texts, finish, error]).toEqual([['Done.'], 'stop', undefined]);
});
