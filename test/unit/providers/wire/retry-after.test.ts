import { describe, expect, test } from 'vitest';
import { readRetryAfter } from '../../../../src/providers/wire/retry-after.ts';

const DATE = { date: 'Sat, 21 Nov 2026 12:00:00 GMT' };

describe('how long to wait', () => {
  test.each<[Record<string, string>, number | undefined]>([
    [{}, undefined],
    [{ 'retry-after-ms': '1500' }, 1500],
    [{ 'retry-after-ms': '1500', 'retry-after': '9' }, 1500],
    [{ 'retry-after': '7' }, 7000],
    [{ 'retry-after': '0.25' }, 250],
    [{ 'retry-after': '86400' }, 86_400_000],
    [{ 'retry-after': '-3' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{ ...DATE, 'retry-after': 'Sat, 21 Nov 2026 12:00:30 GMT' }, 30_000],
    [{ ...DATE, 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT' }, 0],
    [
      {
        ...DATE,
        'anthropic-ratelimit-requests-remaining': '9',
        'anthropic-ratelimit-requests-reset': '2026-11-21T12:05:00Z',
        'anthropic-ratelimit-input-tokens-remaining': '0',
        'anthropic-ratelimit-input-tokens-reset': '2026-11-21T12:00:42Z',
      },
      42_000,
    ],
    [
      {
        'x-ratelimit-reset-requests': '6m0s',
        'x-ratelimit-remaining-requests': '3',
        'x-ratelimit-reset-tokens': '1.5s',
        'x-ratelimit-remaining-tokens': '0',
      },
      1500,
    ],
    [{ 'x-ratelimit-reset-tokens': '20ms' }, 20],
    [{ ...DATE, 'x-ratelimit-reset': String(Date.parse(DATE.date) + 5_000) }, 5_000],
    [{ ...DATE, 'x-ratelimit-reset': String(Date.parse(DATE.date) / 1000 + 5) }, 5_000],
    [{ 'x-ratelimit-reset': '12' }, 12_000],
  ])('is read from %j as %s', (headers, expected) => {
    expect(readRetryAfter(new Headers(headers))).toBe(expected);
  });

  test.each<[string, number | undefined]>([
    ['Rate limit reached for gpt-5. Please try again in 1.898s. Visit …', 1898],
    ['Please try again in 7m12s.', 432_000],
    ['try again in 20 seconds', 20_000],
    ['"retryDelay": "34s"', 34_000],
    ['Please retry in 25.3s.', 25_300],
    ['Try again later.', undefined],
  ])('is read from the words %j as %s', (message, expected) => {
    expect(readRetryAfter(undefined, message)).toBe(expected);
  });
});
