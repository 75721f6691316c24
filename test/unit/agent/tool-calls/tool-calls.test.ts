import { expect, test } from 'vitest';
import { startRun } from '../../../helpers/run-agent.ts';
import { script } from '../../../helpers/scripted-provider.ts';

test('eight tools run at a time; results come as they end and enter as they were asked for', async () => {
  const played = script();
  for (let call = 1; call <= 10; call++) played.toolCall('wait', { text: `${call}` });
  const run = startRun(played.text('end'));
  await run.tools.started('call_8');
  await run.settled();
  expect(run.tools.running.size).toBe(8);
  for (let call = 10; call >= 1; call--) run.tools.release(`call_${call}`);
  await run.summary();
  const published = run.log.flatMap((message) => (message.type === 'tool_result' ? [message.result.id] : []));
  expect(published.slice(-2)).toEqual(['call_9', 'call_10']);
  expect(run.provider.requests[1]?.conversation.at(-1)).toMatchObject({
    results: Array.from({ length: 10 }, (_, index) => ({
      tool_call_id: `call_${index + 1}`,
      output: `waited ${index + 1}`,
    })),
  });
  await run.end();
});

test('two calls that write one file keep their order; others do not wait for them', async () => {
  const run = startRun(
    script()
      .toolCall('write', { text: 'a' })
      .toolCall('write', { text: 'b' })
      .toolCall('write', { text: 'a' })
      .text('end'),
  );
  await run.summary();
  const order = run.log.flatMap((message) =>
    message.type === 'tool_started'
      ? [`start ${message.tool_call_id}`]
      : message.type === 'tool_result'
        ? [`end ${message.result.id}`]
        : [],
  );
  expect(order.indexOf('start call_3')).toBeGreaterThan(order.indexOf('end call_1'));
  expect(order.indexOf('start call_2')).toBeLessThan(order.indexOf('end call_1'));
  await run.end();
});

test('a tool that takes too long is stopped; what it had got is kept', async () => {
  const run = startRun(script().toolCall('hang').text('end'), { limits: { tool_timeout_ms: 5_000 } });
  await run.tools.started('call_1');
  await run.clock.advance(5_000);
  expect(await run.says('tool_error')).toMatchObject({
    kind: 'timeout',
    error: { error: 'what it had so far\n[stopped after 5 s: it took too long]' },
    execute_duration_ms: 5_000,
    duration_display: '5.0s',
  });
  await run.end();
});

test('a cancelled tool keeps what it had got', async () => {
  const run = startRun(script().toolCall('hang').text('end'));
  await run.tools.started('call_1');
  run.send({ type: 'cancel' });
  expect(await run.says('tool_error')).toMatchObject({
    kind: 'cancelled',
    error: { error: 'what it had so far\n[cancelled by the person before it was complete]' },
  });
  await run.end();
});

test('a tool that does not stop after its time is given up after a grace', async () => {
  const run = startRun(script().toolCall('stubborn').text('end'), { limits: { tool_timeout_ms: 5_000 } });
  expect((await run.summary()).slice(2)).toEqual(['tool_error timeout', 'text end', 'done completed']);
  expect(run.clock.monotonic()).toBe(8_000);
  await run.end();
});

test('a failure is told as it is, a bug as a bug', async () => {
  const run = startRun(script().toolCall('fail', { text: 'no such file' }).toolCall('crash').text('end'));
  await run.summary();
  const errors = run.log.flatMap((message) => (message.type === 'tool_error' ? [message.error.error] : []));
  expect(errors).toEqual(['failed: no such file', 'The tool crash failed unexpectedly: a bug']);
  await run.end();
});

test('the live output of a tool comes in order and ends with the tool', async () => {
  const run = startRun(script().toolCall('flood').text('end'));
  await run.summary();
  const lines = run.log.flatMap((message) => (message.type === 'tool_output' ? [message.chunk] : []));
  expect(lines).toEqual(Array.from({ length: 50 }, (_, index) => `line ${index}\n`));
  expect(run.log.some((message) => message.type === 'tool_progress' && message.progress === 50)).toBe(true);
  await run.end();
});

test('calls with one id stay two calls, also across turns', async () => {
  const run = startRun(
    script()
      .toolCall('say', { text: '1' }, 'x')
      .toolCall('say', { text: '2' }, 'x')
      .toolCall('say', { text: '3' }, '')
      .text('end'),
  );
  await run.summary();
  const ids = run.log.flatMap((message) => (message.type === 'tool_result' ? [message.result.id] : []));
  expect(ids.slice(0, 2)).toEqual(['x', 'x_2']);
  expect(ids[2]).toMatch(/^call_/);
  expect(run.log.flatMap((message) => (message.type === 'tool_result' ? [message.result.result] : []))).toEqual([
    '1',
    '2',
    '3',
  ]);
  await run.end();
});

test('no arguments at all are an empty object', async () => {
  const run = startRun(script().toolCall('list_files', '').text('end'));
  expect(await run.summary()).toContain('tool_result');
  await run.end();
});
