import { expect, test } from 'vitest';
import { startRun } from '../../helpers/run-agent.ts';
import { script, scriptedProvider } from '../../helpers/scripted-provider.ts';

const persons = (run: ReturnType<typeof startRun>, index: number) =>
  run.provider.requests[index]?.conversation.flatMap((message) => (message.role === 'user' ? [message.content] : []));

test('every steer enters, in the order of arrival and none merged', async () => {
  const run = startRun(script().toolCall('wait').text('end'));
  await run.tools.started('call_1');
  for (const id of ['a', 'b', 'c']) run.send({ type: 'text', id, content: id });
  run.tools.release('call_1');
  expect((await run.summary()).slice(3)).toEqual([
    'user_steered a',
    'user_steered b',
    'user_steered c',
    'text end',
    'done completed',
  ]);
  expect(persons(run, 1)).toEqual(['go', 'a', 'b', 'c']);
  await run.end();
});

test('a steer after the last look starts the next turn, and the ones behind it enter that turn', async () => {
  const run = startRun(script().text('one').pause('late').next().text('two'));
  await run.reaches('late');
  run.send({ type: 'text', id: 'a', content: 'a' });
  run.send({ type: 'text', id: 'b', content: 'b' });
  run.resume('late');
  expect((await run.summary()).slice(3)).toEqual(['turn_started', 'user_steered b', 'text two', 'done completed']);
  expect(run.log.findLast((message) => message.type === 'turn_started')).toMatchObject({ input: { id: 'a' } });
  await run.end();
});

test('queued texts get a turn each, in order', async () => {
  const run = startRun(scriptedProvider(script().pause('here').text('one'), { after: script().text('more') }));
  await run.reaches('here');
  for (const id of ['a', 'b']) run.send({ type: 'text', id, content: id, delivery: 'queue' });
  run.resume('here');
  await run.summary();
  expect(run.log.flatMap((message) => (message.type === 'turn_started' ? [message.input.id] : []))).toEqual([
    'u1',
    'a',
    'b',
  ]);
  await run.end();
});

test('a steer for another turn is returned at once, one for this turn enters it', async () => {
  const run = startRun(script().toolCall('wait').text('end'));
  const { turn_id } = await run.says('turn_started');
  await run.tools.started('call_1');
  run.send({ type: 'text', id: 'a', content: 'a', expected_turn_id: 'other' });
  run.send({ type: 'text', id: 'b', content: 'b', expected_turn_id: turn_id });
  run.tools.release('call_1');
  const says = await run.summary();
  expect(says).toContain('user_message_returned a superseded');
  expect(says).toContain('user_steered b');
  await run.end();
});

test('a steer for this turn that misses its last look is returned, not put into another turn', async () => {
  const run = startRun(script().text('one').pause('late'));
  const { turn_id } = await run.says('turn_started');
  await run.reaches('late');
  run.send({ type: 'text', id: 'a', content: 'a', expected_turn_id: turn_id });
  run.resume('late');
  expect(await run.summary()).toEqual([
    'turn_started',
    'text one',
    'user_message_returned a superseded',
    'done completed',
  ]);
  run.send({ type: 'text', id: 'b', content: 'b', expected_turn_id: turn_id });
  expect((await run.summary()).at(-1)).toBe('user_message_returned b superseded');
  await run.end();
});

test('texts that wait go on after a turn that failed', async () => {
  const run = startRun(script().pause('here').error('auth').text('fine'));
  await run.reaches('here');
  run.send({ type: 'text', id: 'a', content: 'a' });
  run.resume('here');
  expect((await run.summary()).slice(1)).toEqual([
    'error auth',
    'done error',
    'turn_started',
    'text fine',
    'done completed',
  ]);
  await run.end();
});

test('two texts with one id both live', async () => {
  const run = startRun(scriptedProvider(script().pause('here').text('one'), { after: script().text('more') }));
  await run.reaches('here');
  const ids = [run.send({ type: 'text', id: 'a', content: '1' }), run.send({ type: 'text', id: 'a', content: '2' })];
  expect(new Set(ids).size).toBe(2);
  run.resume('here');
  await run.summary();
  await run.end();
});

test('messages of unknown types and malformed content are no crash', async () => {
  const run = startRun(script().text('one'));
  run.send({ type: 'constructor' } as never);
  run.send({ type: 'text', content: [{ type: 'image' }] } as never);
  run.send({ type: 'text', content: null } as never);
  expect((await run.summary()).filter((line) => line === 'system_warning')).toHaveLength(2);
  await run.end();
});

test('closing cancels what runs, returns what waits and says so', async () => {
  const run = startRun(script().toolCall('wait'));
  await run.tools.started('call_1');
  run.send({ type: 'text', id: 'a', content: 'a' });
  const log = await run.end();
  expect(log.at(-1)).toMatchObject({ type: 'session_ended', status: 'cancelled' });
  expect(log.some((message) => message.type === 'user_message_returned' && message.id === 'a')).toBe(true);
});
