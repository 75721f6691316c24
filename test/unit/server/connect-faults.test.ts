import { describe, expect, test } from 'vitest';
import { connectAgent } from '../../../src/server/connect/connect.ts';
import { applyPatch } from '../../../src/server/connect/json-patch.ts';
import { readSse } from '../../../src/server/connect/read-sse.ts';
import { asRun, drive, driveRemote, end, rawServer, say, sendEvents, start, told } from '../../helpers/drive-remote.ts';

const RUN = asRun([start('m'), say('m', 'An answer that is cut.'), end('m')]);

import { gate } from '../../helpers/serve-fake.ts';

describe('a connection that fails', () => {
  test('is told wherever it is cut, and never shown as a finished answer', async () => {
    const text = RUN.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
    const whole = text.lastIndexOf('}') + 1;
    for (let cut = 0; cut < text.length; cut += 7) {
      for (const isClean of [true, false]) {
        const server = await rawServer((response) => {
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.write(text.slice(0, cut), () => (isClean ? response.end() : response.destroy()));
        });
        const driven = driveRemote({ url: server.url });
        const done = await driven.ask('go');
        const isWhole = cut >= whole + (isClean ? 0 : 2);
        expect([cut, isClean, done.status]).toEqual([cut, isClean, isWhole ? 'completed' : 'error']);
        if (!isWhole)
          expect(driven.log).toContainEqual(expect.objectContaining({ type: 'error', kind: 'stream_interrupted' }));
        told(driven);
        await driven.close();
        await server.close();
      }
    }
  });

  test('says what is wrong and what to do: nobody there, no token, no agent, a web page, a redirect', async () => {
    const answers: [number, Record<string, string>, string, string][] = [
      [401, {}, 'auth', '401'],
      [404, {}, 'invalid_request', '404'],
      [429, {}, 'rate_limit', '429'],
      [500, {}, 'server', '500'],
      [200, { 'content-type': 'text/html' }, 'invalid_request', 'text/html'],
      [302, { location: 'http://elsewhere.example/' }, 'invalid_request', 'elsewhere.example'],
    ];
    for (const [status, headers, kind, words] of answers) {
      const server = await rawServer((response) => {
        response.writeHead(status, headers);
        response.end('an explanation');
      });
      const driven = driveRemote({ url: server.url, token: 'secret' });
      await driven.ask('go');
      expect(driven.log).toContainEqual(
        expect.objectContaining({ type: 'error', kind, message: expect.stringContaining(words) }),
      );
      expect(server.bodies).toHaveLength(1);
      await driven.close();
      await server.close();
    }
    const nobody = driveRemote({ url: 'http://127.0.0.1:1/agent' });
    await nobody.ask('go');
    expect(nobody.log).toContainEqual(expect.objectContaining({ type: 'error', kind: 'network' }));
    await nobody.close();
    const options = { cwd: '/', newId: () => 'x', clock: { now: () => 1, monotonic: () => 1 } };
    expect(() => connectAgent({ ...options, url: 'ftp://x' })).toThrow('is no address of an agent');
  });

  test('is noticed when nothing comes any more', async () => {
    const server = await rawServer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': hello\n\n');
    });
    const driven = driveRemote({ url: server.url, stall_ms: 80 });
    expect((await driven.ask('go')).status).toBe('error');
    expect(told(driven)).toContain('error stream_interrupted');
    await driven.close();
    await server.close();
  });

  test('a malformed event is an error that names its field, an error of the agent is told, and both can be gone on from', async () => {
    const driven = await drive(
      asRun([start('m'), say('m', 'So'), { type: 'TEXT_MESSAGE_CONTENT', messageId: 'm', delta: 7 }]),
      [
        { type: 'RUN_STARTED', threadId: 't', runId: 'r' },
        { type: 'RUN_ERROR', message: 'No credit.', code: 'rate_limit' },
      ],
      asRun([], { type: 'postponed' }),
      asRun([], { type: 'cancelled' }),
      RUN,
    );
    await driven.ask('one');
    expect(driven.log).toContainEqual(
      expect.objectContaining({ type: 'error', message: expect.stringContaining('TEXT_MESSAGE_CONTENT whose delta') }),
    );
    await driven.ask('two');
    expect(driven.log).toContainEqual(
      expect.objectContaining({ type: 'error', kind: 'rate_limit', message: 'No credit.' }),
    );
    await driven.ask('three');
    expect(driven.log).toContainEqual(
      expect.objectContaining({ type: 'error', message: expect.stringContaining('postponed') }),
    );
    expect((await driven.ask('four')).status).toBe('cancelled');
    expect((await driven.ask('five')).status).toBe('completed');
    told(driven);
  });
});

describe('cancelling a remote agent', () => {
  test('ends the connection and the turn, and gives back what was waiting', async () => {
    const gone = gate();
    const server = await rawServer((response) => {
      response.on('close', gone.open);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const event of RUN.slice(0, 3)) response.write(`data: ${JSON.stringify(event)}\n\n`);
    });
    const driven = driveRemote({ url: server.url });
    driven.send({ type: 'text', content: 'go' });
    await driven.next('text');
    driven.send({ type: 'text', id: 'q', content: 'next' });
    driven.send({ type: 'cancel' });
    await driven.next('done');
    expect(told(driven)).toEqual([
      'turn_started',
      'text An answer that is cut.',
      'user_message_accepted',
      'system_warning',
      'returned q cancelled',
      'iteration_complete',
      'cancelled',
      'done cancelled',
    ]);
    await gone.opened;
    await driven.close();
    await server.close();
  });

  test('closing does the same, and the log ends with the session', async () => {
    const server = await rawServer((response) => sendEvents(response, RUN));
    const driven = driveRemote({ url: server.url });
    driven.send({ type: 'text', content: 'go' });
    const log = await driven.close();
    expect(log.at(-1)).toMatchObject({ type: 'session_ended' });
    told(driven);
    driven.send({ type: 'text', content: 'too late' });
    await server.close();
  });

  test('clearing begins a new thread, and restoring goes back to the old one', async () => {
    const driven = await drive(RUN, RUN, RUN);
    await driven.ask('one');
    driven.send({ type: 'clear_context' });
    await driven.ask('two');
    driven.send({ type: 'restore_context' });
    await driven.ask('three');
    const [first, second, third] = driven.server.bodies;
    expect(second?.threadId).not.toBe(first?.threadId);
    expect(second?.messages).toHaveLength(1);
    expect(third?.threadId).toBe(first?.threadId);
    expect(third?.messages).toHaveLength(3);
    expect(told(driven)).toEqual(expect.arrayContaining(['context_cleared', 'context_restored']));
  });
});

describe('server-sent events', () => {
  test('are the same wherever the bytes are cut and however lines end', async () => {
    for (const newline of ['\n', '\r\n', '\r']) {
      const text = [
        ': comment',
        'event: x',
        'id: 1',
        'data: {"a":"é日"}',
        '',
        'data:{"b":',
        'data: 2}',
        '',
        'data: {"c":3}',
      ].join(newline);
      const bytes = Buffer.from(text);
      for (let cut = 0; cut <= bytes.length; cut += 1) {
        const events: string[] = [];
        const pieces = [bytes.subarray(0, cut), bytes.subarray(cut)];
        for await (const data of readSse(
          (async function* () {
            yield* pieces;
          })(),
        ))
          events.push(data);
        expect(events).toEqual(['{"a":"é日"}', '{"b":\n2}', '{"c":3}']);
      }
    }
  });
});

describe('a JSON Patch', () => {
  test('is applied as RFC 6902 says, as a whole or not at all', () => {
    const document = { a: [1, 2], 'x/y': { '~': 1 } };
    const patch = [
      { op: 'test', path: '/x~1y/~0', value: 1 },
      { op: 'add', path: '/a/1', value: 9 },
      { op: 'replace', path: '/a/0', value: 0 },
      { op: 'copy', from: '/a', path: '/b' },
      { op: 'move', from: '/x~1y', path: '/c' },
      { op: 'remove', path: '/b/0' },
      { op: 'add', path: '/__proto__', value: { polluted: true } },
    ];
    expect(JSON.parse(JSON.stringify(applyPatch(document, patch)))).toEqual(
      JSON.parse('{"a":[0,9,2],"b":[9,2],"c":{"~":1},"__proto__":{"polluted":true}}'),
    );
    expect(document).toEqual({ a: [1, 2], 'x/y': { '~': 1 } });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    for (const operation of [
      { op: 'remove', path: '/nothing' },
      { op: 'replace', path: '/a/7', value: 1 },
      { op: 'add', path: '/a/x', value: 1 },
      { op: 'add', path: '/a/4', value: 1 },
      { op: 'test', path: '/a', value: [] },
      { op: 'move', from: '/a', path: '/a/0' },
      { op: 'copy', path: '/a' },
      { op: 'add', path: 'a', value: 1 },
      { op: 'explode', path: '' },
      7,
    ]) {
      expect(() => applyPatch(document, [operation])).toThrow();
    }
  });
});
