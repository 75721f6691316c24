import { expect, test } from 'vitest';
import { clampEffort } from '../../../src/agent/effort.ts';
import type { UserMessageBody } from '../../../src/messages.ts';
import type { ModelInfo } from '../../../src/providers/provider.ts';
import { startRun } from '../../helpers/run-agent.ts';
import { script, scriptedProvider } from '../../helpers/scripted-provider.ts';

const talking = () => scriptedProvider(script(), { after: script().text('a').next().text('b') });
const asked = (run: ReturnType<typeof startRun>) =>
  run.provider.requests.map(({ model, effort }) => [model.name, effort]);

async function say(run: ReturnType<typeof startRun>, content = 'x'): Promise<void> {
  run.send({ type: 'text', content });
  await run.summary();
}

test('the wanted effort outlives a model that cannot reason', async () => {
  const models = {
    'scripted/plain': { efforts: [] },
    'scripted/some': { efforts: ['low' as const, 'medium' as const] },
  };
  const run = startRun(talking(), { prompt: null, models });
  run.send({ type: 'set_reasoning_effort', effort: 'xhigh' });
  for (const model of ['scripted/one', 'scripted/plain', 'scripted/some', 'scripted/one']) {
    run.send({ type: 'switch_model', model });
    await say(run);
  }
  expect(asked(run)).toEqual([
    ['scripted/one', 'xhigh'],
    ['scripted/plain', undefined],
    ['scripted/some', 'medium'],
    ['scripted/one', 'xhigh'],
  ]);
  const reports = run.log.flatMap((message) =>
    message.type === 'model_switched' ? [message.report.effort_clamped] : [],
  );
  expect(reports).toEqual([undefined, { from: 'xhigh', to: 'none' }, { from: 'xhigh', to: 'medium' }, undefined]);
  await run.end();
});

test('an effort in the name of the model is a wanted effort', async () => {
  const run = startRun(talking(), { model: 'scripted/one:high', prompt: null });
  await say(run);
  run.send({ type: 'switch_model', model: 'scripted/two:low' });
  await say(run);
  expect(asked(run)).toEqual([
    ['scripted/one', 'high'],
    ['scripted/two', 'low'],
  ]);
  expect(run.log[0]).toMatchObject({ type: 'session_started', model: 'scripted/one' });
  expect(run.log[1]).toMatchObject({ type: 'reasoning_effort_changed', new: 'high' });
  await run.end();
});

test('several models take turns, one call each, and every text names its own', async () => {
  const played = script()
    .toolCall('say', { text: '1' })
    .toolCall('say', { text: '2' })
    .next()
    .toolCall('say', { text: '3' })
    .text('end');
  const run = startRun(played, {
    model: 'scripted/one,scripted/two:low',
    models: { 'scripted/one': { context_limit: 9 } },
    limits: { compact_at: 1e6, refuse_at: 1e6 },
  });
  await run.summary();
  expect(asked(run)).toEqual([
    ['scripted/one', undefined],
    ['scripted/two', 'low'],
    ['scripted/one', undefined],
  ]);
  const names = run.log.flatMap((message) =>
    message.type === 'tool_result' || message.type === 'text' ? [message.model_name] : [],
  );
  expect([...new Set(names)]).toEqual(['scripted/one', 'scripted/two']);
  await run.end();
});

test('a switch in the middle of a turn applies from the next call and says what it loses', async () => {
  const run = startRun(script().toolCall('wait').text('end'), { models: { 'scripted/two': { context_limit: 5_000 } } });
  await run.tools.started('call_1');
  run.send({ type: 'switch_model', model: 'scripted/bad name' });
  run.send({ type: 'switch_model', model: 'scripted/three' });
  run.send({ type: 'switch_model', model: 'scripted/two' });
  run.send({ type: 'update_tools', tools: ['say', 'telepathy'] });
  run.send({ type: 'set_reasoning_effort', effort: 'low' });
  run.tools.release('call_1');
  await run.summary();
  expect(asked(run)[1]).toEqual(['scripted/two', 'low']);
  expect(run.provider.requests[1]?.tools.map(({ name }) => name)).toEqual(['say']);
  const switched = await run.says('model_switched');
  expect(switched).toMatchObject({ previous: 'scripted/one', new: 'scripted/two', report: { context_limit: 5_000 } });
  const after = run.log.slice(run.log.indexOf(switched));
  expect(after.find((message) => message.type === 'context_usage_update')).toMatchObject({
    estimated: true,
    model_name: 'scripted/two',
  });
  await run.end();
});

test('a switch that fails keeps the model and says why', async () => {
  const run = startRun(talking());
  run.send({ type: 'switch_model', model: 'nobody/knows' });
  await say(run);
  expect((await run.says('system_warning')).message).toContain('There is no model "nobody/knows"');
  expect(asked(run).every(([name]) => name === 'scripted/one')).toBe(true);
  await run.end();
});

test.each<[NonNullable<ModelInfo['efforts']> | undefined, string | undefined]>([
  [undefined, 'xhigh'],
  [[], undefined],
  [['low', 'high'], 'high'],
  [['none'], 'none'],
])('of the efforts %j the nearest to xhigh is %s', (efforts, nearest) => {
  const model = {
    name: 'a/b',
    provider: 'a',
    id: 'b',
    protocol: 'script' as const,
    ...(efforts === undefined ? {} : { efforts }),
  };
  expect(clampEffort('xhigh', model)).toBe(nearest);
});

const BURST: readonly UserMessageBody[] = [
  { type: 'switch_model', model: 'scripted/two' },
  { type: 'set_reasoning_effort', effort: 'low' },
  { type: 'update_tools', tools: ['say'] },
  { type: 'compact' },
  { type: 'clear_context' },
  { type: 'restore_context' },
];
const DONE_IN_ORDER = ['model_switched scripted/two', 'reasoning_effort_changed low', 'tools_updated'];

test('what is sent in one burst while nothing runs is done in that order, and nothing of it is lost', async () => {
  const run = startRun(talking());
  await run.summary();
  for (const message of BURST) run.send(message);
  await run.settled();
  expect((await run.summary()).slice(3)).toEqual([
    ...DONE_IN_ORDER,
    'context_compaction_started manual',
    'context_compaction_result cancelled',
    'context_cleared',
    'context_restored',
  ]);
  await run.end();
});

test('a clear does not overtake what was sent before it, and a text waits for all of them', async () => {
  const run = startRun(talking());
  await run.summary();
  for (const message of BURST.filter(({ type }) => type !== 'compact')) run.send(message);
  run.send({ type: 'compact' });
  run.send({ type: 'text', content: 'on' });
  expect((await run.summary()).slice(3)).toEqual([
    ...DONE_IN_ORDER,
    'context_cleared',
    'context_restored',
    'context_compaction_started manual',
    'context_compaction_result completed',
    ...['turn_started', 'text a', 'done completed'],
  ]);
  await run.end();
});

test('a clear of a running turn is done first, and what follows it in its order', async () => {
  const run = startRun(script().text('a').pause('here').text('b'));
  await run.reaches('here');
  run.send({ type: 'set_reasoning_effort', effort: 'high' });
  run.send({ type: 'clear_context' });
  run.send({ type: 'restore_context' });
  run.send({ type: 'switch_model', model: 'scripted/two' });
  run.send({ type: 'clear_context' });
  await run.settled();
  expect((await run.summary()).slice(4)).toEqual([
    'context_cleared',
    'reasoning_effort_changed high',
    'context_restored',
    'model_switched scripted/two',
    'context_cleared',
  ]);
  await run.end();
});

test('what was sent right before the end of the session is still done', async () => {
  const run = startRun(talking());
  await run.summary();
  for (const message of BURST) run.send(message);
  const log = await run.end();
  const types = log.map(({ type }) => type);
  expect(types.slice(types.indexOf('model_switched'))).toEqual(
    expect.arrayContaining(['reasoning_effort_changed', 'tools_updated', 'context_cleared', 'context_restored']),
  );
});

test.each([
  ['behind', ['scripted/two', 'nope/x', 'nope/y']],
  ['before', ['nope/x', 'scripted/two']],
])('a wanted model comes with unknown ones %s it, and the last warning names it', async (_where, names) => {
  const run = startRun(script().toolCall('wait').text('end'));
  await run.tools.started('call_1');
  for (const model of names) run.send({ type: 'switch_model', model });
  await run.says('system_warning');
  run.tools.release('call_1');
  await run.summary();
  expect(asked(run).map(([model]) => model)).toEqual(['scripted/one', 'scripted/two']);
  const warnings = run.log.flatMap((message) => (message.type === 'system_warning' ? [message.message] : []));
  expect(warnings).toHaveLength(names.length - 1);
  expect(warnings.at(-1)).toContain('The model to come stays scripted/two: There is no model');
  await run.end();
});

test('what was set in the chat that goes on comes before what the log says', async () => {
  const before = startRun(talking(), { prompt: null });
  before.send({ type: 'set_reasoning_effort', effort: 'low' });
  await say(before);
  await before.end();
  const run = startRun(talking(), {
    prompt: null,
    resume: { log: before.log },
    kept: { effort: 'high', tools: [] },
  });
  await say(run);
  expect(asked(run).at(-1)).toEqual(['scripted/one', 'high']);
  expect(run.provider.requests.at(-1)?.tools).toEqual([]);
  expect(run.log.filter(({ type }) => type === 'reasoning_effort_changed' || type === 'tools_updated')).toMatchObject([
    { previous: 'low', new: 'high' },
    { type: 'tools_updated', new: [] },
  ]);
  await run.end();
  const again = startRun(talking(), {
    prompt: null,
    resume: { log: [...before.log, ...run.log] },
    kept: { effort: 'high', tools: [] },
  });
  expect(again.log.filter(({ type }) => type === 'reasoning_effort_changed' || type === 'tools_updated')).toEqual([]);
  await again.end();
});
