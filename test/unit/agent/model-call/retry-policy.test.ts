import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../../../src/agent/limits.ts';
import { endedEarly } from '../../../../src/agent/model-call/pull-events.ts';
import { RetryPolicy } from '../../../../src/agent/model-call/retry-policy.ts';
import type { ErrorKind } from '../../../../src/messages.ts';
import type { ProviderErrorDetails } from '../../../../src/providers/provider.ts';

const failure = (kind: ErrorKind, more: Partial<ProviderErrorDetails> = {}): ProviderErrorDetails => ({
  kind,
  message: kind,
  retryable: true,
  ...more,
});
const policy = (random = 0) => new RetryPolicy(DEFAULT_LIMITS, () => random);

test('a failing service is asked five times more, from 500 ms doubling', () => {
  const retries = policy();
  const verdicts = Array.from({ length: 6 }, () => retries.judge(failure('server')));
  expect(verdicts.slice(0, 5)).toEqual(
    [500, 1000, 2000, 4000, 8000].map((delay_ms, index) => ({
      action: 'retry',
      attempt: index + 1,
      max_attempts: 5,
      delay_ms,
    })),
  );
  expect(verdicts[5]).toEqual({ action: 'fail' });
});

test('the jitter takes away up to half, and nothing exceeds thirty seconds', () => {
  const limits = { ...DEFAULT_LIMITS, max_retries: 20 };
  const retries = new RetryPolicy(limits, () => 0.999);
  const full = new RetryPolicy(limits, () => 0);
  expect(retries.judge(failure('network'))).toMatchObject({ delay_ms: 251 });
  const delays = Array.from({ length: 12 }, () => full.judge(failure('network'))).map((verdict) =>
    verdict.action === 'retry' ? verdict.delay_ms : 0,
  );
  expect(Math.max(...delays)).toBe(30_000);
});

test('the wait that a service asks for is a floor', () => {
  const retries = policy();
  expect(retries.judge(failure('rate_limit', { retry_after_ms: 7_000 }))).toMatchObject({ delay_ms: 7_000 });
  expect(retries.judge(failure('rate_limit', { retry_after_ms: 10 }))).toMatchObject({ delay_ms: 1_000 });
});

test('a wait of more than a minute is not waited for', () => {
  expect(policy().judge(failure('rate_limit', { retry_after_ms: 86_400_000 }))).toEqual({
    action: 'halt_rate_limit',
    wait_ms: 86_400_000,
  });
});

test('a rate limit that does not end halts the turn', () => {
  const retries = policy();
  for (let count = 0; count < 5; count++) retries.judge(failure('rate_limit'));
  expect(retries.judge(failure('rate_limit'))).toEqual({ action: 'halt_rate_limit' });
});

test('a refused connection is tried three times within eight seconds', () => {
  const retries = policy();
  const cause = { cause: { code: 'ECONNREFUSED' } };
  const verdicts = Array.from({ length: 4 }, () => retries.judge(failure('network', { cause })));
  expect(verdicts.map((verdict) => verdict.action)).toEqual(['retry', 'retry', 'retry', 'fail']);
  const total = verdicts.reduce((sum, verdict) => sum + (verdict.action === 'retry' ? verdict.delay_ms : 0), 0);
  expect(total).toBeLessThanOrEqual(8_000);
});

test('a host that does not exist is not asked again', () => {
  expect(policy().judge(failure('network', { cause: { code: 'ENOTFOUND' } }))).toEqual({ action: 'fail' });
});

test('a response without an end or without content is asked for once more', () => {
  const retries = policy();
  const truncated = endedEarly('scripted/one').details;
  expect(retries.judge(truncated)).toMatchObject({ action: 'retry', attempt: 1, max_attempts: 1 });
  expect(retries.judge(truncated)).toEqual({ action: 'fail' });
});

test.each<[ErrorKind, string]>([
  ['auth', 'fail'],
  ['invalid_request', 'fail'],
  ['internal', 'fail'],
  ['context_length', 'compact'],
  ['refusal', 'halt_refusal'],
])('%s leads to %s', (kind, action) => {
  expect(policy().judge(failure(kind))).toEqual({ action });
});

test('what its provider calls final is final', () => {
  expect(policy().judge(failure('rate_limit', { retryable: false }))).toEqual({ action: 'fail' });
});

test('thoughts that are not accepted are left out', () => {
  expect(policy().judge(failure('invalid_request', { retryable: false, is_thinking_rejected: true }))).toEqual({
    action: 'resend_without_thoughts',
  });
});
