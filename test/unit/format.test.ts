import { expect, test } from 'vitest';
import {
  formatAgo,
  formatClock,
  formatCount,
  formatDollars,
  formatDuration,
  formatPercent,
  formatTokens,
} from '../../src/format.ts';

test('durations are as precise as a person reads them', () => {
  const durations_ms = [340, 2_400, 9_949, 9_950, 48_000, 59_600, 185_000, 3_599_600, 3_720_000];
  expect(durations_ms.map(formatDuration)).toEqual([
    '340ms',
    '2.4s',
    '9.9s',
    '10s',
    '48s',
    '1m 00s',
    '3m 05s',
    '1h 00m',
    '1h 02m',
  ]);
  expect([900, 8_900, 185_900].map(formatClock)).toEqual(['0s', '8s', '3m 05s']);
});

test('what is long ago is said less precisely', () => {
  const now = Date.UTC(2026, 10, 21, 12);
  const [minute, hour] = [60_000, 3_600_000];
  const times = [-hour, 0, 59_999, minute, 59 * minute, hour, 23.9 * hour, 24 * hour, 30 * 24 * hour, 31 * 24 * hour];
  expect(times.map((ago) => formatAgo(now - ago, now))).toEqual([
    'just now',
    'just now',
    'just now',
    '1 min ago',
    '59 min ago',
    '1 h ago',
    '23 h ago',
    '1 day ago',
    '30 days ago',
    '2026-10-21',
  ]);
});

test('tokens, dollars, counts and shares are short to read and never zero without being it', () => {
  expect([512, 12_345, 99_960, 1_204_000].map(formatTokens)).toEqual(['512', '12.3k', '100k', '1.2M']);
  expect([0, 0.00001, 0.0042, 0.18, 12.4].map(formatDollars)).toEqual(['$0', '<$0.0001', '$0.0042', '$0.18', '$12.40']);
  expect([formatCount(1, 'line'), formatCount(2_048, 'line'), formatCount(3, 'match', 'matches')]).toEqual([
    '1 line',
    '2,048 lines',
    '3 matches',
  ]);
  expect([0, 0.004, 0.425].map(formatPercent)).toEqual(['0%', '<1%', '43%']);
});
