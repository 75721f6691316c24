import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { AgentMessage } from '../../../src/messages.ts';
import type { RunningServer } from '../../../src/server/serve.ts';
import { gate, input, post, serve } from '../../helpers/serve-fake.ts';
import { parseFrames, verifyAgUi } from '../../helpers/verify-ag-ui.ts';

function get(server: RunningServer, path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(server.url + path, { headers: { authorization: `Bearer ${server.token}`, ...headers } });
}

/** Reads an event stream until its text holds something, then goes away. */
async function readUntil(response: Response, wanted: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes(wanted)) break;
  }
  return text;
}

const ids = (text: string): number[] => [...text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));

/** What of a stream comes behind the last id that is not greater than a seq. */
function after(whole: string, seq: number): string {
  const id = ids(whole).findLast((each) => each <= seq);
  if (id === undefined) return whole;
  const frame = whole.search(new RegExp(`^id: ${id}$`, 'm'));
  return whole.slice(whole.indexOf('\n\n', frame) + 2);
}

describe('the events of a session', () => {
  test('are its whole log with seqs as ids, and go on live', async () => {
    const { server, logs } = await serve((turn) => turn.text(turn.input));
    await (await post(server, '/ag-ui', input())).text();
    const stream = await get(server, '/sessions/thread-1/events');
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    await post(server, '/sessions/thread-1/messages', { type: 'text', content: 'live' });
    const text = await readUntil(stream, 'thread-1-t2","status":"completed"');
    const log = logs.get('thread-1') ?? [];
    expect(parseFrames(`${text.slice(0, text.lastIndexOf('\n\n'))}\n\n`)).toEqual(JSON.parse(JSON.stringify(log)));
    expect(ids(text)).toEqual(log.map((message) => message.seq));
  });

  test('come again from behind the last id, none twice and none lost, in every vocabulary', async () => {
    const { server, logs } = await serve((turn) => {
      turn.think('hm');
      turn.text('one ', 'two');
      turn.call('c1', 'read_file', '{"path":"a"}');
      turn.start('c1');
      turn.result('c1', 'line 1\nline 2');
      turn.iteration();
      turn.text('three');
      turn.iteration();
    });
    await (await post(server, '/ag-ui', input())).text();
    await server.close();
    for (const as of ['', '?as=ag-ui', '?as=sse', '?as=chat-events', '?as=segments', '?as=stream-json', '?as=text']) {
      const { server: again, logs: kept } = await serve(() => undefined);
      kept.set('thread-1', structuredClone(logs.get('thread-1') ?? []));
      const seqs = kept.get('thread-1')?.map((message) => message.seq) ?? [];
      const path = `/sessions/thread-1/events${as}`;
      const streams = await Promise.all([0, ...seqs].map((seq) => get(again, path, { 'last-event-id': String(seq) })));
      expect(streams.map((stream) => stream.status)).toEqual(streams.map(() => 200));
      await again.close();
      const [whole = '', ...rests] = await Promise.all(streams.map((stream) => stream.text()));
      for (const [index, rest] of rests.entries()) expect(rest).toBe(after(whole, seqs[index] ?? 0));
      if (as === '?as=ag-ui') await verifyAgUi(parseFrames(whole));
    }
  });

  test('go on exactly behind the last id also where old pieces are told together', async () => {
    const words = Array.from({ length: 3000 }, (_, index) => `${index} `);
    const { server } = await serve((turn) => turn.text(...words));
    await (await post(server, '/ag-ui', input())).text();
    const first = 3;
    for (const as of ['', '?as=ag-ui', '?as=stream-json', '?as=segments']) {
      for (const had of [0, first, 700, 1500, 2990]) {
        const stream = await get(server, `/sessions/thread-1/events${as}`, { 'last-event-id': String(had) });
        const text = await readUntil(stream, as === '' || as === '?as=stream-json' ? '"completed"' : '2999 ');
        const told = [...text.matchAll(/"(?:chunk|delta|TextDelta)":"([^"]*)"/g)].map((match) => match[1]).join('');
        expect(told.trim()).toBe(
          words
            .slice(Math.max(0, had - first + 1))
            .join('')
            .trim(),
        );
        expect(text.length).toBeLessThan(400_000);
      }
    }
  });

  test('of a session or in a vocabulary that does not exist are refused', async () => {
    const { server } = await serve(() => undefined);
    expect((await get(server, '/sessions/nobody/events')).status).toBe(404);
    expect((await get(server, '/sessions/nobody/events?as=klingon')).status).toBe(400);
    expect((await get(server, '/sessions/nobody/events', { 'last-event-id': 'x' })).status).toBe(400);
    expect((await post(server, '/sessions/nobody/messages', { type: 'cancel' })).status).toBe(404);
    expect((await get(server, '/nothing')).status).toBe(404);
    expect((await get(server, '/ag-ui')).status).toBe(405);
  });
});

describe('messages to a session', () => {
  test('start a turn, cancel it, and are told where a field is wrong', async () => {
    const began = gate();
    const { server, agents, logs } = await serve(async (turn) => {
      began.open();
      await new Promise((resolve) => turn.signal.addEventListener('abort', resolve, { once: true }));
    });
    logs.set('mine', []);
    const path = '/sessions/mine/messages';
    const sent = await post(server, path, { type: 'text', content: 'hi' });
    expect([sent.status, Object.keys((await sent.json()) as object)]).toEqual([202, ['id']]);
    await began.opened;
    expect((await post(server, path, { type: 'cancel', unknown: 1 })).status).toBe(202);
    expect(agents.get('mine')?.received.map((message) => message.type)).toEqual(['text', 'cancel']);
    for (const [body, name] of [
      [{ type: 'text' }, 'content'],
      [{ type: 'text', content: [{ type: 'audio' }] }, 'content[0].type'],
      [{ type: 'text', content: 'x', delivery: 'now' }, 'delivery'],
      [{ type: 'approve', tool_call_id: 'c', decision: 'maybe' }, 'decision'],
      [{ type: 'switch_model' }, 'model'],
      [{ type: 'retract' }, 'id'],
      [[], 'object'],
    ] as const) {
      const answer = await post(server, path, body);
      expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining(name)]);
    }
  });

  test('approve what their hash names, and nothing that took its place', async () => {
    const decisions: string[] = [];
    const ended = gate();
    const { server, logs } = await serve(async (turn) => {
      turn.call('c1', 'run_command');
      decisions.push(await turn.ask('c1'));
      turn.fail('c1', 'Denied.', 'denied');
      ended.open();
    });
    logs.set('mine', []);
    const path = '/sessions/mine/messages';
    await post(server, path, { type: 'text', content: 'go' });
    const approve = (hash: unknown, tool_call_id = 'c1') =>
      post(server, path, { type: 'approve', tool_call_id, decision: 'once', hash });
    const asked = (): AgentMessage | undefined => logs.get('mine')?.find(({ type }) => type === 'approval_requested');
    await expect.poll(asked).toBeDefined();
    const message = asked();
    if (message?.type !== 'approval_requested') throw new Error('Nothing was asked.');
    const hash = createHash('sha256').update(JSON.stringify(message.preview)).digest('hex');
    for (const [wrong, id] of [['0'.repeat(64)], [1], [null], [hash, 'c2']] as const) {
      const answer = await approve(wrong, id);
      expect([answer.status, await answer.text()]).toEqual([409, expect.stringContaining('hash')]);
    }
    expect(decisions).toEqual([]);
    expect((await approve(hash)).status).toBe(202);
    await ended.opened;
    expect(decisions).toEqual(['once']);
  });

  test('are refused where a body is nested without end', async () => {
    const { server } = await serve(() => undefined);
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const tool = `{"name":"t","description":"d","parameters":{"type":"object","properties":{"x":${deep}}}}`;
    for (const [path, body] of [
      ['/ag-ui', `{"threadId":"t","runId":"r","messages":[],"tools":[${tool}],"context":[],"state":{}}`],
      ['/sessions/mine/messages', `{"type":"text","content":${deep}}`],
    ] as const) {
      const headers = { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' };
      const answer = await fetch(`${server.url}${path}`, { method: 'POST', headers, body });
      expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('nested more than 200')]);
    }
  });

  test('are described by the API description, as the list of sessions is', async () => {
    const { server, logs } = await serve(() => undefined);
    logs.set('one', []);
    expect(await (await get(server, '/sessions')).json()).toEqual({ sessions: [{ id: 'one' }] });
    const description = (await (await get(server, '/openapi.json')).json()) as { openapi: string; paths: object };
    expect(description.openapi).toBe('3.1.0');
    expect(Object.keys(description.paths)).toEqual([
      '/ag-ui',
      '/sessions',
      '/sessions/{id}/events',
      '/sessions/{id}/messages',
    ]);
  });
});

describe('closing the server', () => {
  test('ends a running turn, tells its reader, and refuses what comes after', async () => {
    const began = gate();
    const { server, logs } = await serve(async (turn) => {
      began.open();
      await new Promise((resolve) => turn.signal.addEventListener('abort', resolve, { once: true }));
    });
    const reading = post(server, '/ag-ui', input()).then((response) => response.text());
    await began.opened;
    await server.close();
    expect(parseFrames(await reading).at(-1)).toMatchObject({ type: 'RUN_FINISHED', outcome: { type: 'cancelled' } });
    expect(logs.get('thread-1')?.at(-1)).toMatchObject({ type: 'session_ended' });
    await expect(post(server, '/ag-ui', input())).rejects.toThrow();
  });
});
