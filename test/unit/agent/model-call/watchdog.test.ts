import { expect, test } from 'vitest';
import { startRun } from '../../../helpers/run-agent.ts';
import { script } from '../../../helpers/scripted-provider.ts';

const warnings = (run: ReturnType<typeof startRun>) =>
  run.log.flatMap((message) => (message.type === 'system_warning' ? [message.message] : []));

test('a stall in the middle of an answer is said after 20 s and retried after 90 s', async () => {
  const run = startRun(script().text('half').hang().text('whole'));
  await run.clock.advance(19_999);
  expect(warnings(run)).toEqual([]);
  await run.clock.advance(1);
  expect(warnings(run)).toEqual(['No data for 20 s · retry in 70 s']);
  await run.clock.advance(69_999);
  expect(run.log.some(({ type }) => type === 'retrying')).toBe(false);
  await run.clock.advance(1);
  const retrying = await run.says('retrying');
  expect(retrying).toMatchObject({ error: { kind: 'timeout' }, attempt: 1, max_attempts: 5 });
  expect(await run.summary()).toEqual([
    'turn_started',
    'system_warning',
    'text half',
    'retrying 1/5 timeout',
    'text whole',
    'done completed',
  ]);
  await run.end();
});

test('the first byte may take five minutes, and ten from a local server', async () => {
  const run = startRun(script().hang().text('whole'));
  await run.clock.advance(299_999);
  expect(run.log.some(({ type }) => type === 'retrying')).toBe(false);
  await run.clock.advance(1);
  expect(run.log.some(({ type }) => type === 'retrying')).toBe(true);
  await run.end();

  const local = startRun(script().hang().text('whole'), { models: { 'scripted/one': { is_local: true } } });
  await local.clock.advance(599_999);
  expect(local.log.some(({ type }) => type === 'retrying')).toBe(false);
  await local.clock.advance(1);
  expect(local.log.some(({ type }) => type === 'retrying')).toBe(true);
  await local.end();
});

test('progress of the pre-fill counts as life, but not as the first piece', async () => {
  const progress = { type: 'prompt_progress' as const, processed: 1, total: 9, cached: 0, time_ms: 5 };
  const run = startRun(script().events(progress).hang().text('whole'));
  await run.clock.advance(95_000);
  expect(run.log.some(({ type }) => type === 'retrying')).toBe(false);
  await run.end();
});

test('a response that trickles is ended after half an hour', async () => {
  const played = script();
  const run = startRun(
    {
      name: 'scripted',
      protocol: 'script',
      requests: [],
      late: 0,
      reaches: () => Promise.resolve(),
      resume: () => {},
      stream: async function* (_request, signal) {
        while (!signal.aborted) {
          await run.clock.sleep(10_000, signal);
          yield { type: 'text', chunk: '.' };
        }
      },
    },
    { prompt: null },
  );
  expect(played.responses).toHaveLength(1);
  run.send({ type: 'text', content: 'go' });
  await run.clock.advance(1_800_000);
  expect(run.log.at(-2)).toMatchObject({ type: 'error', kind: 'timeout', retryable: false });
  await run.end();
});

test('a reader that is slow is not a service that stalls', async () => {
  const chunks = Array.from({ length: 3_000 }, (_, index) => `${index} `);
  const run = startRun(script().text(...chunks), { prompt: null });
  run.send({ type: 'text', content: 'go' });
  expect(await run.summary()).toEqual(['turn_started', `text ${chunks.join('')}`, 'done completed']);
  expect(run.clock.monotonic()).toBe(0);
  await run.end();
});

test('a stall right after a late first piece is told after 20 s and retried after 90 s of its own', async () => {
  const run = startRun(script().pause('late').text('half').hang().text('whole'));
  await run.reaches('late');
  await run.clock.advance(25_000);
  expect(warnings(run)).toEqual(['No data for 20 s · retry in 280 s']);
  run.resume('late');
  await run.clock.advance(20_000);
  expect(warnings(run)).toEqual(['No data for 20 s · retry in 280 s', 'No data for 20 s · retry in 70 s']);
  await run.clock.advance(69_999);
  expect(run.log.some(({ type }) => type === 'retrying')).toBe(false);
  await run.clock.advance(1);
  expect(run.log.some(({ type }) => type === 'retrying')).toBe(true);
  await run.end();
});

test('one that is tried again says it once, and a wait that is nearly over is not said', async () => {
  const run = startRun(script().hang().hang().text('whole'), { limits: { first_event_ms: 60_000 } });
  await run.clock.advance(60_000);
  await run.says('retrying');
  await run.clock.advance(90_000);
  expect(run.log.filter(({ type }) => type === 'retrying')).toHaveLength(2);
  expect(warnings(run)).toEqual(['No data for 20 s · retry in 40 s']);
  await run.end();

  const brief = startRun(script().hang().text('whole'), { limits: { first_event_ms: 2_000, stall_warning_ms: 1_000 } });
  await brief.clock.advance(2_000);
  await brief.says('retrying');
  expect(warnings(brief)).toEqual([]);
  await brief.end();
});
