import { expect, test } from 'vitest';
import { askAll, type FaultCase, FINE, PROTOCOLS, refusal } from '../helpers/fault-run.ts';
import type { RawAnswer } from '../helpers/model-server/model-server.ts';

const WORDS = [
  'prompt is too long: 213462 tokens > 200000 maximum',
  'Your input exceeds the context window of this model.',
  "This model's maximum context length is 8192 tokens.",
  'The input token count (9) exceeds the maximum number of tokens allowed (8).',
  'the request exceeds the available context size, try increasing it',
];
const SHAPES: Readonly<Record<string, RawAnswer>> = {
  ...Object.fromEntries(
    WORDS.map((message, index) => [`words-${index}`, refusal(400, { type: 'invalid_request_error', message })]),
  ),
  code: refusal(400, { type: 'invalid_request_error', code: 'context_length_exceeded', message: 'No.' }),
  'http-413': refusal(413, { type: 'request_too_large', message: 'Too large.' }),
  bodiless: { status: 400, bytes: '', headers: {} },
};
const once =
  (answer: RawAnswer): FaultCase =>
  () => [answer];
const always =
  (answer: RawAnswer): FaultCase =>
  () =>
    Array.from({ length: 20 }, () => answer);
const named = (prefix: string, make: (answer: RawAnswer) => FaultCase) =>
  Object.fromEntries(Object.entries(SHAPES).map(([name, answer]) => [`${prefix}${name}`, make(answer)]));
const OVERLOADED = refusal(529, { type: 'overloaded_error', message: 'Overloaded' }, { 'retry-after-ms': '1' });

test.concurrent.each(PROTOCOLS)(
  '%s: a context that is full is compacted once, and never asked for ever',
  async (protocol) => {
    const start: Record<string, FaultCase> = { one: () => [FINE], two: () => [FINE] };
    const cases = { ...start, ...named('once-', once), ...named('always-', always), after: () => [FINE] };
    const run = await askAll(protocol, cases);
    for (const name of Object.keys(SHAPES)) {
      const { done } = run.of(`once-${name}`);
      expect([name, done.status, done.final_text]).toEqual([name, 'completed', FINE.text]);
      const full = run.of(`always-${name}`);
      expect([name, full.done.status, full.done.halt?.reason]).toEqual([name, 'halted', 'context_full']);
    }
    expect(run.of('after').done.status).toBe('completed');
    const questions = Object.keys(cases).length;
    expect(run.requests.length).toBeLessThanOrEqual(questions * 5);
    expect([run.code, run.violations]).toEqual([0, []]);
  },
);

test.concurrent('a service that stays overloaded gets six requests and no more, and the turn ends', async () => {
  const run = await askAll('chat', { always: always(OVERLOADED) });
  const { done, error, requests } = run.of('always');
  expect([done.status, error?.kind, requests.length]).toEqual(['error', 'overloaded', 6]);
  expect(run.code).toBe(1);
}, 40_000);
