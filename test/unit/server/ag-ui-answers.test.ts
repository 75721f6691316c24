import { describe, expect, test } from 'vitest';
import { agentFor, input, last, post, run, say, serve, types } from '../../helpers/serve-fake.ts';
import { parseFrames, verifyAgUi } from '../../helpers/verify-ag-ui.ts';

describe('a front end that answers', () => {
  test('is asked by an interrupt before a tool runs, and its answer lets the same turn go on', async () => {
    const { server } = await serve(async (turn) => {
      turn.call('c1', 'run_command', '{"command":"rm -rf build"}');
      const decision = await turn.ask('c1');
      if (decision === 'deny') turn.fail('c1', 'Denied.', 'denied');
      else {
        turn.start('c1');
        turn.result('c1', 'removed');
      }
      turn.iteration();
      turn.text(decision === 'deny' ? 'As you wish.' : 'Removed.');
    });
    const agent = agentFor(server);
    say(agent, 'clean up');
    const asked = await run(agent);
    expect(last(asked)).toMatchObject({
      type: 'RUN_FINISHED',
      outcome: { type: 'interrupt', interrupts: [{ id: 'approval-c1', reason: 'tool_call', toolCallId: 'c1' }] },
    });
    expect(agent.pendingInterrupts[0]?.message).toContain('rm -rf build');
    const resumed = await run(agent, {
      resume: [{ interruptId: 'approval-c1', status: 'resolved', payload: { approved: true } }],
    });
    expect(types(resumed)).toContain('TOOL_CALL_RESULT');
    expect(agent.messages.at(-1)?.content).toBe('Removed.');

    say(agent, 'again');
    await run(agent);
    await run(agent, { resume: [{ interruptId: 'approval-c1', status: 'cancelled' }] });
    expect(agent.messages.at(-1)?.content).toBe('As you wish.');
  });

  test('asks for several approvals together, and a tool that still runs is waited for or told later', async () => {
    const { server } = await serve(async (turn) => {
      turn.call('c1', 'run_command');
      turn.call('c2', 'run_command');
      turn.call('c3', 'list_files');
      turn.start('c3');
      const decisions = Promise.all([turn.ask('c1'), turn.ask('c2')]);
      await new Promise((resolve) => setImmediate(resolve));
      turn.result('c3', 'files');
      for (const [index, decision] of (await decisions).entries()) turn.fail(`c${index + 1}`, decision, 'denied');
      turn.iteration();
    });
    const agent = agentFor(server);
    say(agent, 'do both');
    const events = await run(agent);
    expect(agent.pendingInterrupts.map((interrupt) => interrupt.id)).toEqual(['approval-c1', 'approval-c2']);
    expect(types(events)).toContain('TOOL_CALL_RESULT');
    const resume = agent.pendingInterrupts.map(({ id }) => ({
      interruptId: id,
      status: 'resolved' as const,
      payload: { decision: 'deny' },
    }));
    expect(last(await run(agent, { resume }))).toMatchObject({ outcome: { type: 'success' } });
  });

  test('does not run a tool when the answer to an interrupt is not clearly a yes', async () => {
    for (const payload of [
      undefined,
      {},
      { approved: 'true' },
      { decision: 'always' },
      { approved: true, hash: 'of something else' },
      'yes please',
      1,
    ]) {
      const decisions: string[] = [];
      const { server } = await serve(async (turn) => {
        turn.call('c1', 'run_command');
        decisions.push(await turn.ask('c1'));
        turn.fail('c1', 'Denied.', 'denied');
      });
      const agent = agentFor(server);
      say(agent, 'go');
      await run(agent);
      await run(agent, { resume: [{ interruptId: 'approval-c1', status: 'resolved', payload }] });
      expect(decisions).toEqual(['deny']);
    }
  });

  test('runs its own tools: the call is pending, and its result goes on with the same turn', async () => {
    const { server } = await serve(async (turn) => {
      turn.call('c1', 'pick_colour', '{"of":["red","blue"]}');
      const answer = await turn.frontEnd('c1', 'pick_colour');
      turn.iteration();
      turn.text(`You like ${answer.content}.`);
    });
    const agent = agentFor(server);
    const tools = [
      { name: 'pick_colour', description: 'Lets the person pick a colour', parameters: { type: 'object' } },
    ];
    say(agent, 'paint it');
    const asked = await run(agent, { tools });
    expect(last(asked)).toMatchObject({ outcome: { type: 'success', pendingToolCallIds: ['c1'] } });
    agent.addMessage({ id: 'r1', role: 'tool', toolCallId: 'c1', content: 'blue' });
    const answered = await run(agent, { tools });
    expect(types(answered)).not.toContain('TOOL_CALL_RESULT');
    expect(agent.messages.map((message) => message.role)).toEqual(['user', 'assistant', 'tool', 'assistant']);
    expect(agent.messages.at(-1)?.content).toBe('You like blue.');
  });

  test('goes on with other words instead of an answer: what waited is refused, and the words steer', async () => {
    const { server, agents } = await serve(async (turn) => {
      turn.call('c1', 'pick_colour');
      turn.call('c2', 'run_command');
      const [answer, decision] = await Promise.all([turn.frontEnd('c1', 'pick_colour'), turn.ask('c2')]);
      turn.fail('c2', decision, 'denied');
      turn.iteration();
      turn.text(`${answer.is_error} ${decision} ${turn.steers().join()}`);
    });
    const body = input({ tools: [{ name: 'pick_colour', description: '' }] });
    await (await post(server, '/ag-ui', body)).text();
    const next = await post(server, '/ag-ui', {
      ...body,
      runId: 'run-2',
      messages: [...body.messages, { id: 'u2', role: 'user', content: 'forget it' }],
    });
    const events = parseFrames(await next.text());
    await verifyAgUi(events);
    expect(events.find((event) => event.type === 'TEXT_MESSAGE_CONTENT')?.delta).toBe('true deny forget it');
    expect(last(events)).toMatchObject({ type: 'RUN_FINISHED', outcome: { type: 'success' } });
    expect(agents.get('thread-1')?.received.map((message) => message.type)).toEqual(['text', 'approve', 'text']);
  });

  test('is told of an error last, of a cancel as a cancel, and of a halt as an interrupt', async () => {
    const { server } = await serve((turn) => {
      turn.text('So');
      if (turn.input === 'fail') {
        turn.say({ type: 'error', message: 'The key is wrong.', kind: 'auth', status: 401, retryable: false });
        return Promise.resolve('error' as const);
      }
      return Promise.resolve(turn.input === 'halt' ? ('halted' as const) : undefined);
    });
    const failed = parseFrames(
      await (await post(server, '/ag-ui', input({ messages: [{ id: 'a', role: 'user', content: 'fail' }] }))).text(),
    );
    await verifyAgUi(failed);
    expect(last(failed)).toMatchObject({ type: 'RUN_ERROR', message: 'The key is wrong.', code: 'auth' });

    const agent = agentFor(server, 'thread-2');
    say(agent, 'halt');
    await run(agent);
    const [interrupt] = agent.pendingInterrupts;
    expect(interrupt).toMatchObject({ reason: 'loop', message: 'It goes round in circles.' });
    const resumed = await run(agent, {
      resume: [{ interruptId: interrupt?.id ?? '', status: 'resolved', payload: { send: 'go on' } }],
    });
    expect(last(resumed)).toMatchObject({ outcome: { type: 'success' } });
  });

  test('gets THINKING events and denied approvals in place of interrupts when it is of version 0.0.45', async () => {
    const { server } = await serve(
      async (turn) => {
        turn.think('hm');
        turn.call('c1', 'run_command');
        turn.fail('c1', await turn.ask('c1'), 'denied');
        turn.iteration();
        turn.text('ok');
      },
      { ag_ui_compat: '0.0.45' },
    );
    const events = parseFrames(await (await post(server, '/ag-ui', input())).text());
    expect(types(events)).toEqual([
      'RUN_STARTED',
      'CUSTOM',
      'STEP_STARTED',
      'THINKING_START',
      'THINKING_TEXT_MESSAGE_START',
      'THINKING_TEXT_MESSAGE_CONTENT',
      'THINKING_TEXT_MESSAGE_END',
      'THINKING_END',
      'TOOL_CALL_START',
      'TOOL_CALL_ARGS',
      'TOOL_CALL_END',
      'CUSTOM',
      'CUSTOM',
      'TOOL_CALL_RESULT',
      'STEP_FINISHED',
      'STEP_STARTED',
      'TEXT_MESSAGE_START',
      'TEXT_MESSAGE_CONTENT',
      'TEXT_MESSAGE_END',
      'STEP_FINISHED',
      'RUN_FINISHED',
    ]);
  });

  test('is told when it answers an interrupt that nobody asked', async () => {
    const { server, agents } = await serve((turn) => turn.text('hi'));
    const body = input({
      messages: [],
      resume: [{ interruptId: 'approval-x', status: 'resolved', payload: { approved: true } }],
    });
    const events = parseFrames(await (await post(server, '/ag-ui', body)).text());
    expect(last(events)).toMatchObject({ type: 'RUN_ERROR', code: 'invalid_request' });
    expect(agents.get('thread-1')?.received).toEqual([]);
  });

  test('may change its tools between turns; the session goes on with them', async () => {
    const { server, opened } = await serve((turn) => turn.text(turn.tools.map((tool) => tool.name).join() || 'none'));
    const agent = agentFor(server);
    for (const names of [[], ['a'], ['a'], ['a', 'b']]) {
      say(agent, 'which tools?');
      await run(agent, { tools: names.map((name) => ({ name, description: '' })) });
    }
    const answers = agent.messages.filter((message) => message.role === 'assistant').map((message) => message.content);
    expect(answers).toEqual(['none', 'a', 'a', 'a,b']);
    expect(opened).toEqual(['thread-1', 'thread-1', 'thread-1']);
  });
});
