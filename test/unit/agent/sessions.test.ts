import { expect, test } from 'vitest';
import { foldSession } from '../../../src/agent/session-state.ts';
import { checkPromises } from '../../helpers/check-promises.ts';
import { startRun, summaryOf } from '../../helpers/run-agent.ts';
import { script, scriptedProvider } from '../../helpers/scripted-provider.ts';

const talking = () => scriptedProvider(script(), { after: script().text('a').next().text('b') });
const resumedIds = () => {
  let count = 0;
  return () => `r${++count}`;
};

test('what was cleared comes back once, also after a restart', async () => {
  const run = startRun(talking());
  await run.summary();
  run.send({ type: 'clear_context' });
  run.send({ type: 'clear_context' });
  await run.summary();
  const log = await run.end();

  const resumed = startRun(talking(), { prompt: null, resume: { log }, newId: resumedIds() });
  resumed.send({ type: 'restore_context' });
  resumed.send({ type: 'text', content: 'again' });
  await resumed.summary();
  expect(resumed.provider.requests[0]?.conversation).toMatchObject([
    { role: 'user', content: 'go' },
    { role: 'assistant' },
    { role: 'user', content: 'again' },
  ]);
  resumed.send({ type: 'restore_context' });
  expect((await resumed.summary()).at(-1)).toBe('system_warning');
  await resumed.agent.close();
});

test('a cleared context keeps the system prompt', async () => {
  const run = startRun(talking());
  await run.summary();
  run.send({ type: 'clear_context' });
  run.send({ type: 'text', content: 'anew' });
  await run.summary();
  expect(run.provider.requests[1]).toMatchObject({ system: 'You are a test.', conversation: [{ content: 'anew' }] });
  await run.end();
});

test('a session goes on with its model, effort, tools, numbers and totals', async () => {
  const run = startRun(
    scriptedProvider(script().text('a').usage({ input_tokens: 100 }), { after: script().text('b').usage({}) }),
  );
  await run.summary();
  run.send({ type: 'set_reasoning_effort', effort: 'low' });
  run.send({ type: 'update_tools', tools: ['say'] });
  await run.summary();
  const log = await run.end();
  const resumed = startRun(scriptedProvider(script().text('b').usage({})), {
    prompt: null,
    resume: { log },
    newId: resumedIds(),
  });
  resumed.send({ type: 'text', content: 'on' });
  await resumed.summary();
  expect(resumed.log[0]).toMatchObject({ type: 'session_started', resumed: true, seq: log.length + 1 });
  expect(resumed.provider.requests[0]).toMatchObject({ effort: 'low', tools: [{ name: 'say' }] });
  expect(await resumed.says('context_usage_update')).toMatchObject({ input_tokens: 10, total_input_tokens: 110 });
  await resumed.agent.close();
});

test('a question that a crash left open is answered before the session goes on', async () => {
  const run = startRun(script().toolCall('ask', { text: 'rm x' }).text('never'));
  await run.says('approval_requested');
  const log = [...run.log];
  await run.end();
  const resumed = startRun(talking(), { prompt: null, resume: { log }, newId: resumedIds() });
  await resumed.settled();
  expect(summaryOf(resumed.log)).toEqual(['approval_resolved', 'tool_error cancelled', 'cancelled', 'done cancelled']);
  expect(checkPromises([...log, ...resumed.log], { is_running: true })).toEqual([]);
  await resumed.agent.close();
});

test('a log that ends inside a turn is closed before the session goes on', async () => {
  const run = startRun(script().text('half').toolCall('wait').text('never'));
  await run.tools.started('call_1');
  run.send({ type: 'text', id: 'm1', content: 'typed' });
  await run.settled();
  const log = [...run.log];
  await run.end();
  const resumed = startRun(talking(), { prompt: null, resume: { log }, newId: resumedIds() });
  resumed.send({ type: 'text', content: 'on' });
  await resumed.summary();
  expect(summaryOf(resumed.log).slice(0, 5)).toEqual([
    'tool_error cancelled',
    'user_message_returned m1 cancelled',
    'cancelled',
    'done cancelled',
    'turn_started',
  ]);
  expect(checkPromises([...log, ...resumed.log], { is_running: true })).toEqual([]);
  expect(resumed.provider.requests[0]?.conversation).toMatchObject([
    { role: 'user', content: 'go' },
    { role: 'assistant', parts: [{ text: 'half' }, { name: 'wait' }], is_cancelled: true },
    { role: 'tool', results: [{ tool_call_id: 'call_1', is_error: true }] },
    { role: 'user', content: 'on' },
  ]);
  await resumed.agent.close();
});

test('the state of a session is nothing but the fold of its log', async () => {
  const run = startRun(script().thought('hm', 's').text('a').toolCall('say', { text: 'x' }).text('end'));
  await run.summary();
  const log = await run.end();
  const state = foldSession(JSON.parse(JSON.stringify(log)));
  expect(state.conversation.messages).toHaveLength(4);
  expect(state.open).toEqual({ calls: [], approvals: [] });
  expect(state.last_seq).toBe(log.length);
});

test('closing twice ends once, and what is sent afterwards is not heard', async () => {
  const run = startRun(talking());
  await run.summary();
  const log = await run.end();
  await run.agent.close();
  run.send({ type: 'text', content: 'anyone?' });
  await run.settled();
  expect(log.filter(({ type }) => type === 'session_ended')).toHaveLength(1);
  expect(log.at(-1)).toMatchObject({ type: 'session_ended', status: 'completed' });
});
