import { expect, test } from 'vitest';
import { contextUsage, costOf, createLedger } from '../../../src/agent/ledger.ts';
import { EMPTY_FACTS } from '../../../src/agent/session-state.ts';
import type { ModelInfo } from '../../../src/providers/provider.ts';
import { addUsage } from '../../../src/usage.ts';
import { startRun } from '../../helpers/run-agent.ts';
import { script } from '../../helpers/scripted-provider.ts';

const model: ModelInfo = { name: 'a/b', provider: 'a', id: 'b', protocol: 'script', prices: { input: 2, output: 10 } };

test('a count that nobody gave stays absent in a sum', () => {
  const usage = { input_tokens: 1, output_tokens: 2 };
  expect(addUsage(usage, usage)).toEqual({ input_tokens: 2, output_tokens: 4 });
  expect(addUsage(usage, { ...usage, cache_read_tokens: 3 })).toEqual({
    input_tokens: 2,
    output_tokens: 4,
    cache_read_tokens: 3,
  });
});

test('a cache price that is unknown counts as the full price, never as zero', () => {
  const usage = { input_tokens: 1_000_000, output_tokens: 0, cache_read_tokens: 1_000_000 };
  expect(costOf(usage, { input: 2, output: 10 })).toBe(4);
  expect(costOf(usage, { input: 2, output: 10, cache_read: 0.5 })).toBe(2.5);
});

test('a prompt above the limit has the prices of long prompts for the whole request, cached tokens counted', () => {
  const prices = {
    input: 2,
    output: 10,
    long_prompts: { above_tokens: 1_000_000, input: 4, output: 20, cache_read: 1 },
  };
  const long = { input_tokens: 600_000, output_tokens: 100_000, cache_read_tokens: 500_000 };
  expect(costOf(long, prices)).toBeCloseTo(2.4 + 2 + 0.5);
  expect(costOf({ ...long, cache_read_tokens: 400_000 }, prices)).toBeCloseTo(1.2 + 1 + 0.8);
});

test('the cost of a turn is unknown as soon as one price is', () => {
  const ledger = createLedger(EMPTY_FACTS.totals, EMPTY_FACTS.cost);
  ledger.add(model, { input_tokens: 1_000_000, output_tokens: 0 });
  expect(ledger.turn).toEqual({ usage: { input_tokens: 1_000_000, output_tokens: 0 }, cost: 2 });
  const { prices: _prices, ...unpriced } = model;
  ledger.add(unpriced, { input_tokens: 5, output_tokens: 5 });
  expect(ledger.turn).toEqual({ usage: { input_tokens: 1_000_005, output_tokens: 5 } });
  expect(ledger.spent).toBe(2);
});

test('a turn of which nothing was measured has no cost, rather than one of zero', async () => {
  const models = { 'scripted/one': { prices: { input: 2, output: 10 } } };
  const failed = startRun(script().error('auth'), { models });
  await failed.summary();
  expect(failed.log.findLast(({ type }) => type === 'done')).not.toHaveProperty('cost');
  await failed.end();
  const cancelled = startRun(script().pause('here').text('late'), { models });
  await cancelled.reaches('here');
  cancelled.send({ type: 'cancel' });
  await cancelled.summary();
  expect(cancelled.log.findLast(({ type }) => type === 'done')).not.toHaveProperty('cost');
  await cancelled.end();
  const answered = startRun(script().text('a').usage({ input_tokens: 1_000_000, output_tokens: 0 }), { models });
  await answered.summary();
  expect(answered.log.findLast(({ type }) => type === 'done')).toHaveProperty('cost', 2);
  await answered.end();
});

test('the ratio counts everything that lies in the window', () => {
  const usage = { input_tokens: 10, output_tokens: 20, cache_read_tokens: 30, cache_creation_tokens: 40 };
  expect(contextUsage(usage, EMPTY_FACTS.totals, 200)).toMatchObject({ usage_ratio: 0.5, context_limit: 200 });
  expect(contextUsage(usage, EMPTY_FACTS.totals, undefined)).not.toHaveProperty('usage_ratio');
});
