import { expect, test } from 'vitest';
import { foldConversation } from '../../../../src/conversation.ts';
import { startRun } from '../../../helpers/run-agent.ts';
import { script } from '../../../helpers/scripted-provider.ts';

test('what a failed response said is void, in the log and for the model', async () => {
  const run = startRun(script().thought('hm').text('wrong').error('overloaded', { status: 529 }).text('right'));
  expect(await run.summary()).toEqual([
    'turn_started',
    'thought hm',
    'text wrong',
    'retrying 1/5 overloaded',
    'text right',
    'done completed',
  ]);
  const log = await run.end();
  const ids = log.flatMap((message) =>
    message.type === 'text' || message.type === 'thought' ? [message.message_id] : [],
  );
  const retrying = log.find((message) => message.type === 'retrying');
  expect(retrying).toMatchObject({
    discarded: [...new Set(ids)].slice(0, 2),
    error: { kind: 'overloaded', status: 529 },
  });
  expect(JSON.stringify(foldConversation(log).messages)).not.toContain('wrong');
  expect(JSON.stringify(run.provider.requests[1]?.conversation)).not.toContain('wrong');
});

test('a call that was announced by a failed response ends, and its tool never runs', async () => {
  const run = startRun(
    script().toolCall('say', { text: 'a' }).error('stream_interrupted').toolCall('say', { text: 'b' }).text('end'),
  );
  expect(await run.summary()).toEqual([
    'turn_started',
    'tool_call say',
    'tool_error cancelled',
    'retrying 1/5 stream_interrupted',
    'tool_call say',
    'tool_result',
    'text end',
    'done completed',
  ]);
  expect(run.tools.runs).toEqual(['call_2']);
  await run.end();
});

test('an error that cannot pass comes at once and says what to do', async () => {
  const run = startRun(script().error('auth', { status: 401, suggested_action: 'Check ANTHROPIC_API_KEY.' }));
  expect(await run.summary()).toEqual(['turn_started', 'error auth', 'done error']);
  expect(run.log.find(({ type }) => type === 'error')).toMatchObject({
    status: 401,
    suggested_action: 'Check ANTHROPIC_API_KEY.',
  });
  await run.end();
});

test('a service that asks to be left alone for long halts the turn and tells the time', async () => {
  const run = startRun(script().error('rate_limit', { retry_after_ms: 7_200_000 }));
  expect(await run.summary()).toEqual(['turn_started', 'done rate_limit']);
  const done = await run.says('done');
  expect(done.halt?.message).toMatch(/wait 2h 00m, until 2027-01-\d\d \d\d:\d\d/);
  await run.end();
});

test('an empty response is asked for once more and is then an error', async () => {
  const run = startRun(script().finish('stop').finish('stop').text('too late'));
  expect(await run.summary()).toEqual([
    'turn_started',
    'retrying 1/1 stream_interrupted',
    'error stream_interrupted',
    'done error',
  ]);
  await run.end();
});

test('a thought alone is no answer', async () => {
  const run = startRun(script().thought('hm').next().text('fine'));
  expect(await run.summary()).toEqual([
    'turn_started',
    'thought hm',
    'retrying 1/1 stream_interrupted',
    'text fine',
    'done completed',
  ]);
  await run.end();
});

test('a stream that ends without a finish is asked for once more', async () => {
  const run = startRun(script().text('ha').cut().text('whole'));
  expect(await run.summary()).toEqual([
    'turn_started',
    'text ha',
    'retrying 1/1 stream_interrupted',
    'text whole',
    'done completed',
  ]);
  await run.end();
});

test('thoughts that a service does not take back are left out, once and from then on', async () => {
  const played = script()
    .thought('deep', 'signature')
    .toolCall('say', { text: 'a' })
    .next()
    .error('invalid_request', { is_thinking_rejected: true })
    .toolCall('say', { text: 'b' })
    .text('end');
  const run = startRun(played);
  expect(await run.summary()).toContain('retrying 1/1 invalid_request');
  const sent = run.provider.requests.map(({ conversation }) => JSON.stringify(conversation).includes('deep'));
  expect(sent).toEqual([false, true, false, false]);
  await run.end();
});

test('thoughts are left out only where there are some', async () => {
  const run = startRun(script().error('invalid_request', { is_thinking_rejected: true }));
  expect(await run.summary()).toEqual(['turn_started', 'error invalid_request', 'done error']);
  await run.end();
});

test('a model that is switched to while waiting is asked at once', async () => {
  const run = startRun(script().error('overloaded').text('from two'));
  await run.says('retrying');
  run.send({ type: 'switch_model', model: 'scripted/two' });
  await run.says('done');
  expect(run.clock.monotonic()).toBe(0);
  expect(run.provider.requests.map(({ model }) => model.name)).toEqual(['scripted/one', 'scripted/two']);
  await run.end();
});

test('an unknown model of the session is an error of the turn, not of the program', async () => {
  const run = startRun(script(), { model: 'nobody/knows' });
  expect(await run.summary()).toEqual(['turn_started', 'error invalid_request', 'done error']);
  await run.end();
});

test('a bug of a provider ends the turn, and the next one works', async () => {
  const run = startRun(
    script()
      .events({ type: 'no such event' } as never)
      .next()
      .text('fine'),
  );
  expect(await run.summary()).toEqual(['turn_started', 'error internal', 'done error']);
  run.send({ type: 'text', content: 'again' });
  expect((await run.summary()).slice(3)).toEqual(['turn_started', 'text fine', 'done completed']);
  await run.end();
});
