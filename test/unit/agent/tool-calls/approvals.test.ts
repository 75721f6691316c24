import { expect, test } from 'vitest';
import type { Tool } from '../../../../src/tools/tool.ts';
import { startRun } from '../../../helpers/run-agent.ts';
import { Gates, script } from '../../../helpers/scripted-provider.ts';
import { createTestTools } from '../../../helpers/test-tools.ts';

const asks = (...commands: string[]) => {
  const played = script();
  for (const text of commands) played.toolCall('ask', { text });
  return played.text('end');
};
const resolved = (run: ReturnType<typeof startRun>) =>
  run.log.flatMap((message) =>
    message.type === 'approval_resolved' ? [[message.tool_call_id, message.decision, message.by]] : [],
  );

test('an approval waits for hours while a steer and a switch are taken', async () => {
  const run = startRun(asks('ls'));
  await run.says('approval_requested');
  await run.clock.advance(5 * 3_600_000);
  run.send({ type: 'text', id: 'm1', content: 'and then the tests' });
  run.send({ type: 'switch_model', model: 'scripted/two' });
  await run.settled();
  run.send({ type: 'approve', tool_call_id: 'call_1', decision: 'once' });
  expect((await run.summary()).slice(3)).toEqual([
    'approval_resolved',
    'tool_result',
    'model_switched scripted/two',
    'user_steered m1',
    'text end',
    'done completed',
  ]);
  const result = await run.says('tool_result');
  expect(result).toMatchObject({ wait_ms: 18_000_000, execute_duration_ms: 0 });
  await run.end();
});

test('questions come in the order of the calls, however long their previews take and whatever they wait for', async () => {
  const previews = new Map([1, 2, 3].map((call) => [`git ${call}`, new Gates()]));
  const tools = createTestTools().tools.map((tool): Tool => {
    if (tool.name !== 'ask') return tool;
    return {
      ...tool,
      preview: async (input, context) => {
        await previews.get((input as { text: string }).text)?.wait('open');
        return tool.preview(input, context);
      },
    };
  });
  const run = startRun(asks('git 1', 'git 2', 'git 3'), { tools });
  const asked = () =>
    run.log.flatMap((message) => (message.type === 'approval_requested' ? [message.tool_call_id] : []));
  for (const call of [3, 2]) previews.get(`git ${call}`)?.open('open');
  await run.settled();
  expect(asked()).toEqual([]);
  previews.get('git 1')?.open('open');
  await run.settled();
  expect(asked()).toEqual(['call_1', 'call_2', 'call_3']);
  run.send({ type: 'approve', tool_call_id: 'call_3', decision: 'always' });
  expect((await run.summary()).at(-1)).toBe('done completed');
  await run.end();
});

test('a call that need not be asked for does not hold up the questions behind it, nor they it', async () => {
  const run = startRun(
    script().toolCall('wait').toolCall('ask', { text: 'ls' }).toolCall('say', { text: 'x' }).text('end'),
  );
  await run.says('approval_requested');
  await run.says('tool_result');
  expect(run.tools.runs).toEqual(['call_1', 'call_3']);
  run.tools.release('call_1');
  run.send({ type: 'approve', tool_call_id: 'call_2', decision: 'once' });
  expect((await run.summary()).at(-1)).toBe('done completed');
  await run.end();
});

test('a denial is told to the model with its note', async () => {
  const run = startRun(asks('rm x'));
  await run.says('approval_requested');
  run.send({ type: 'approve', tool_call_id: 'call_1', decision: 'deny', note: 'Use git rm.' });
  expect(await run.summary()).toContain('tool_error denied');
  expect(run.tools.runs).toEqual([]);
  expect(JSON.stringify(run.provider.requests[1]?.conversation)).toContain('did not allow this call. Use git rm.');
  await run.end();
});

test('always answers the other calls that it covers, and only those', async () => {
  const run = startRun(asks('git log', 'git diff', 'make all'));
  await run.says('approval_requested', ({ tool_call_id }) => tool_call_id === 'call_3');
  run.send({ type: 'approve', tool_call_id: 'call_1', decision: 'always' });
  await run.settled();
  expect(resolved(run)).toEqual([
    ['call_1', 'always', 'user'],
    ['call_2', 'once', 'rule'],
  ]);
  run.send({ type: 'approve', tool_call_id: 'call_3', decision: 'deny' });
  expect((await run.summary()).at(-1)).toBe('done completed');
  await run.end();
});

test('always is only once where it was not offered', async () => {
  const run = startRun(asks(''));
  const { options } = await run.says('approval_requested');
  expect(options.map(({ decision }) => decision)).toEqual(['once', 'deny']);
  run.send({ type: 'approve', tool_call_id: 'call_1', decision: 'always' });
  await run.summary();
  expect(resolved(run)).toEqual([['call_1', 'once', 'user']]);
  await run.end();
});

test('a changed mode answers what is open', async () => {
  const run = startRun(asks('ls', 'make'));
  await run.says('approval_requested', ({ tool_call_id }) => tool_call_id === 'call_2');
  run.permissions.mode = 'allow';
  run.agent.reconsiderApprovals();
  expect((await run.summary()).at(-1)).toBe('done completed');
  expect(resolved(run)).toEqual([
    ['call_1', 'once', 'mode'],
    ['call_2', 'once', 'mode'],
  ]);
  await run.end();
});

test('what the mode denies is not asked, and the turn goes on', async () => {
  const run = startRun(asks('ls'), { prompt: null });
  run.permissions.mode = 'deny';
  run.send({ type: 'text', content: 'go' });
  expect((await run.summary()).slice(1)).toEqual(['tool_call ask', 'tool_error denied', 'text end', 'done completed']);
  await run.end();
});

test('an approval does not hold a permit that another call could use', async () => {
  const run = startRun(script().toolCall('ask', { text: 'ls' }).toolCall('say', { text: 'x' }).text('end'), {
    limits: { max_parallel_tools: 1 },
  });
  await run.says('tool_result');
  expect(run.tools.runs).toEqual(['call_2']);
  run.send({ type: 'approve', tool_call_id: 'call_1', decision: 'once' });
  expect((await run.summary()).at(-1)).toBe('done completed');
  await run.end();
});

test('where nothing can be undone the no is offered first', async () => {
  const offered = async (command: string) => {
    const run = startRun(asks(command));
    const { options } = await run.says('approval_requested');
    run.send({ type: 'approve', tool_call_id: 'call_1', decision: 'deny' });
    await run.end();
    return options[0]?.decision;
  };
  expect([await offered('ls'), await offered('rm /')]).toEqual(['once', 'deny']);
});
