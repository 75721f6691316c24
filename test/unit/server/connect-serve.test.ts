import { describe, expect, test } from 'vitest';
import { type DrivenAgent, driveRemote, told } from '../../helpers/drive-remote.ts';
import type { FakeScript } from '../../helpers/fake-session.ts';
import { gate, serve } from '../../helpers/serve-fake.ts';

async function connectTo(script: FakeScript, path = ''): Promise<DrivenAgent & Awaited<ReturnType<typeof serve>>> {
  const served = await serve(script);
  return { ...served, ...driveRemote({ url: served.server.url + path, token: served.server.token }) };
}

describe('connect against serve', () => {
  test('shows a turn as the terminal of the agent itself would, found by the bare address', async () => {
    const driven = await connectTo((turn) => {
      turn.think('hm');
      turn.text('I ', 'look.');
      turn.call('c1', 'read_file', '{"path":"a"}');
      turn.call('c2', 'read_file', '{"path":"b"}');
      turn.start('c1');
      turn.start('c2');
      turn.fail('c2', 'no such file');
      turn.result('c1', 'content');
      turn.iteration();
      turn.text('Done.');
      turn.iteration();
    });
    const done = await driven.ask('read');
    expect(told(driven)).toEqual([
      'turn_started',
      'thought hm',
      'text I look.',
      'call read_file',
      'ready {"path":"a"}',
      'call read_file',
      'ready {"path":"b"}',
      'tool failed no such file',
      'tool_started',
      'result content',
      'iteration_complete',
      'text Done.',
      'iteration_complete',
      'done completed',
    ]);
    expect(done.usage).toEqual({ input_tokens: 10, output_tokens: 5, cache_read_tokens: 3 });
    await driven.close();
  });

  test('steers a running turn and shows the receipts', async () => {
    const steered = gate();
    const driven = await connectTo(async (turn) => {
      turn.text('Working.');
      await steered.opened;
      turn.iteration();
      turn.text(turn.steers().join());
      turn.iteration();
    }, '/ag-ui');
    driven.send({ type: 'text', content: 'work' });
    await driven.next('text');
    driven.send({ type: 'text', id: 's1', content: 'faster' });
    await received(driven, 2);
    steered.open();
    await driven.next('done');
    expect(told(driven)).toEqual([
      'turn_started',
      'text Working.',
      'user_message_accepted',
      'iteration_complete',
      'steered s1',
      'text faster',
      'iteration_complete',
      'done completed',
    ]);
    await driven.close();
  });

  test('answers approvals with the options that the agent offers, and shows what would really run', async () => {
    const driven = await connectTo(async (turn) => {
      turn.call('c1', 'run_command', '{"command":"rm -rf build"}');
      const decision = await turn.ask('c1');
      if (decision === 'deny') turn.fail('c1', 'Denied.', 'denied');
      turn.iteration();
      turn.text('As you wish.');
    });
    driven.send({ type: 'text', content: 'clean' });
    const asked = await driven.next('approval_requested');
    expect(asked.preview).toEqual({ kind: 'command', command: 'rm -rf build', cwd: '/tmp' });
    expect(asked.options.map((option) => option.label)).toEqual(['Yes', 'No']);
    driven.send({ type: 'approve', tool_call_id: asked.tool_call_id, decision: 'deny', note: 'not now' });
    await driven.next('done');
    expect(told(driven)).toContain('tool denied Denied.');
    expect([...driven.agents.values()][0]?.received.at(-1)).toMatchObject({
      type: 'approve',
      decision: 'deny',
      note: 'not now',
    });
    await driven.close();
  });

  test('shows a change of a file as the agent itself would', async () => {
    const preview = {
      kind: 'diff' as const,
      diff: { path: 'a.js', patch: '@@ -1 +1 @@\n-let a;\n+const a = 1;\n', added: 1, removed: 1 },
      facts: ['writes: a.js'],
    };
    const driven = await connectTo(async (turn) => {
      turn.call('c1', 'edit_file', '{"path":"a.js"}');
      await turn.ask('c1', preview);
      turn.result('c1', 'Changed.');
      turn.iteration();
    });
    driven.send({ type: 'text', content: 'mend it' });
    const asked = await driven.next('approval_requested');
    expect([asked.reason, asked.preview]).toEqual(['It changes files.', preview]);
    driven.send({ type: 'approve', tool_call_id: asked.tool_call_id, decision: 'once' });
    await driven.next('done');
    told(driven);
    await driven.close();
  });

  test('tells a halt as a halt, and goes on with the next words', async () => {
    const driven = await connectTo((turn) => Promise.resolve(turn.input === 'loop' ? 'halted' : undefined));
    const done = await driven.ask('loop');
    expect(done).toMatchObject({
      status: 'halted',
      halt: { reason: 'loop', actions: [{ label: 'On', send: 'go on' }] },
    });
    expect((await driven.ask('go on')).status).toBe('completed');
    expect([...driven.agents.values()][0]?.received).toMatchObject([{ content: 'loop' }, { content: 'go on' }]);
    told(driven);
    await driven.close();
  });

  test('cancels the turn on the other side, also one that is asking', async () => {
    const driven = await connectTo(async (turn) => {
      turn.text('On it.');
      if (turn.input === 'ask') {
        turn.call('c1', 'run_command');
        if ((await turn.ask('c1')) === 'deny' && !turn.signal.aborted) turn.fail('c1', 'Denied.', 'denied');
      } else if (turn.input === 'wait') {
        await new Promise((resolve) => turn.signal.addEventListener('abort', resolve, { once: true }));
      }
    });
    driven.send({ type: 'text', content: 'wait' });
    await driven.next('text');
    driven.send({ type: 'cancel' });
    expect((await driven.next('done')).status).toBe('cancelled');
    driven.send({ type: 'text', content: 'ask' });
    await driven.next('approval_requested');
    driven.send({ type: 'cancel' });
    expect((await driven.next('done')).status).toBe('cancelled');
    expect((await driven.ask('last')).status).toBe('completed');
    const log = [...driven.logs.values()][0] ?? [];
    const statuses = log.filter((message) => message.type === 'done').map((message) => message.status);
    expect(statuses).toEqual(['cancelled', 'cancelled', 'completed']);
    told(driven);
    await driven.close();
  });

  test('is told when the token is wrong', async () => {
    const { server } = await serve(() => undefined);
    const driven = driveRemote({ url: server.url, token: 'wrong' });
    await driven.ask('go');
    expect(driven.log).toContainEqual(expect.objectContaining({ type: 'error', kind: 'auth', status: 401 }));
    await driven.close();
  });

  test('passes on what only the agent can do, and says when an agent cannot', async () => {
    const driven = await connectTo((turn) => turn.text(turn.input));
    driven.send({ type: 'switch_model', model: 'x/y' });
    await driven.next('system_warning');
    await driven.ask('one');
    driven.send({ type: 'switch_model', model: 'x/y' });
    await received(driven, 2);
    expect([...driven.agents.values()][0]?.received.at(-1)).toMatchObject({ type: 'switch_model', model: 'x/y' });
    await driven.close();
  });
});

/** Waits until the agent on the other side has received so many messages. */
async function received(driven: Awaited<ReturnType<typeof connectTo>>, count: number): Promise<void> {
  while (([...driven.agents.values()][0]?.received.length ?? 0) < count) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
