import { expect, test } from 'vitest';
import { foldConversation } from '../../../src/conversation.ts';
import { startRun, summaryOf } from '../../helpers/run-agent.ts';
import { Gates, script } from '../../helpers/scripted-provider.ts';
import { createTestTools } from '../../helpers/test-tools.ts';

test('a steer typed while tools run enters before the next model call', async () => {
  const run = startRun(script().toolCall('list_files').pause('asked').text('done'));
  await run.reaches('asked');
  run.send({ type: 'text', id: 'u2', content: 'only the tests' });
  run.resume('asked');
  expect(await run.summary()).toEqual([
    'turn_started',
    'tool_call list_files',
    'tool_result',
    'user_steered u2',
    'text done',
    'done completed',
  ]);
  await run.end();
});

test('a turn with a thought, two parallel tools and an answer completes', async () => {
  const run = startRun(
    script()
      .thought('hm', 'sig')
      .text('let me ', 'see')
      .toolCall('list_files')
      .toolCall('say', { text: 'x' })
      .text('all fine'),
  );
  expect(await run.summary()).toEqual([
    'turn_started',
    'thought hm',
    'text let me see',
    'tool_call list_files',
    'tool_call say',
    'tool_result',
    'tool_result',
    'text all fine',
    'done completed',
  ]);
  const log = await run.end();
  expect(log.at(-2)).toMatchObject({ type: 'done', stop_reason: 'stop', iterations: 2, final_text: 'all fine' });
});

test('a cancel in a stubborn tool ends the turn within the grace', async () => {
  const run = startRun(script().toolCall('stubborn').text('never'));
  await run.tools.started('call_1');
  run.send({ type: 'cancel' });
  expect(await run.summary()).toEqual([
    'turn_started',
    'tool_call stubborn',
    'tool_error cancelled',
    'cancelled',
    'done cancelled',
  ]);
  expect(run.clock.monotonic()).toBeLessThan(100);
  await run.end();
});

test('a cancel does not wait for a tool that never says what it would touch', async () => {
  const tool = createTestTools().tools.find(({ name }) => name === 'say');
  if (tool === undefined) throw new Error('no tool');
  const asked = new Gates();
  const silent = {
    ...tool,
    access: () => {
      asked.open('access');
      return new Promise<never>(() => {});
    },
  };
  const run = startRun(script().toolCall('say').text('never'), { tools: [silent] });
  await asked.wait('access');
  run.send({ type: 'cancel' });
  await run.settled();
  expect(summaryOf(run.log)).toEqual([
    'turn_started',
    'tool_call say',
    'tool_error cancelled',
    'cancelled',
    'done cancelled',
  ]);
  await run.end();
});

test('a cancel takes back a compaction that waits: no model call starts after it', async () => {
  const run = startRun(script().text('one').text('two').pause('asked').text('a summary'));
  await run.reaches('asked');
  run.send({ type: 'compact' });
  run.send({ type: 'cancel' });
  expect(await run.summary()).toEqual(['turn_started', 'system_warning', 'text onetwo', 'cancelled', 'done cancelled']);
  expect(run.log.find(({ type }) => type === 'system_warning')).toMatchObject({
    message: 'The context is not compacted: that was cancelled too.',
  });
  expect(run.provider.requests).toHaveLength(1);
  await run.end();
});

test('a clear comes after the restore that was asked for before it', async () => {
  const run = startRun(script().text('one').next().text('two').pause('asked'));
  await run.summary();
  run.send({ type: 'clear_context' });
  run.send({ type: 'text', id: 'u2', content: 'again' });
  await run.reaches('asked');
  run.send({ type: 'restore_context' });
  run.send({ type: 'clear_context' });
  await run.settled();
  const log = await run.end();
  expect(foldConversation(log).messages).toEqual([]);
});

test('a clear is heard although the session is closed at once', async () => {
  const run = startRun(script().text('one').pause('asked'));
  await run.reaches('asked');
  run.send({ type: 'clear_context' });
  const log = await run.end();
  expect(summaryOf(log).slice(-4)).toEqual(['cancelled', 'done cancelled', 'context_cleared', 'session_ended']);
});

test('what a cancelled response had used already is counted', async () => {
  const run = startRun(script().usage({ input_tokens: 700, output_tokens: 1 }).text('one').pause('asked'));
  await run.reaches('asked');
  run.send({ type: 'cancel' });
  const done = await run.says('done');
  expect(done.usage).toEqual({ input_tokens: 700, output_tokens: 1 });
  await run.end();
});

test.each([[''], [' \n\t'], [[]], [[{ type: 'text' as const, text: ' ' }]]])(
  'a text without content (%j) is refused by name, comes back, and starts or joins no turn',
  async (content) => {
    const run = startRun(script().pause('here').text('a'), { prompt: null });
    run.send({ type: 'text', id: 'e1', content });
    run.send({ type: 'text', id: 'u1', content: 'go' });
    await run.reaches('here');
    run.send({ type: 'text', id: 'e2', content });
    run.resume('here');
    expect(await run.summary()).toEqual([
      ...['system_warning', 'user_message_returned e1 cancelled', 'turn_started'],
      ...['system_warning', 'user_message_returned e2 cancelled', 'text a', 'done completed'],
    ]);
    expect((await run.says('system_warning')).message).toContain('"e1"');
    expect(run.log.some(({ type }) => type === 'user_message_accepted')).toBe(false);
    await run.end();
  },
);
