import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AgentMessage } from '../../../src/messages.ts';
import { countOnce, originsFirst } from '../../../src/stats/count-once.ts';
import { foldStats, NO_STATS } from '../../../src/stats/fold-stats.ts';
import { formatCost, renderStats } from '../../../src/stats/render-stats.ts';
import { startCpuClock } from '../../helpers/cpu-clock.ts';
import { stamped } from '../../helpers/encode-log.ts';
import { generatedRun, recut } from '../../helpers/generate-run.ts';
import { ending, SAMPLE, TURN } from '../../helpers/sample-log.ts';

test('folds rounds by day, model and session, and calls by tool', () => {
  const stats = foldStats(SAMPLE);
  const round = {
    rounds: 1,
    completed: 1,
    failed: 0,
    cancelled: 0,
    halted: 0,
    model_calls: 2,
    usage: { input_tokens: 20, output_tokens: 8, cache_read_tokens: 3 },
    cost: 0.5,
    unpriced: 0,
    duration_ms: 900,
  };
  expect(stats.total).toEqual(round);
  expect([...stats.days]).toEqual([['2026-11-21', round]]);
  expect([...stats.models]).toEqual([['demo/demo', round]]);
  expect([...stats.sessions]).toEqual([['s1', round]]);
  expect([...stats.tools]).toEqual([
    ['read_file', { calls: 1, succeeded: 1, duration_ms: 31, slowest_ms: 31 }],
    ['run_command', { calls: 1, succeeded: 0, duration_ms: 31, slowest_ms: 31 }],
  ]);
});

test('what branches have in common with where they come from counts once, there', () => {
  const turn = (turn_id: string): AgentMessage[] =>
    stamped([...TURN, ...ending('cancelled')]).map((message) => ({ ...message, turn_id }));
  const origin = [...turn('t1'), ...turn('t2')];
  const branch = [...turn('t1'), ...turn('t3')];
  const counted = new Set<string>();
  const once = [origin, branch, branch].reduce((stats, log) => foldStats(countOnce(log, counted), stats), NO_STATS);
  expect(once.total.rounds).toBe(3);
  expect(once.total.usage).toEqual(foldStats([...origin, ...turn('t3')]).total.usage);
  const sessions = [
    { session_id: 'c', forked_from: 'b' },
    { session_id: 'b', forked_from: 'a' },
    { session_id: 'x', forked_from: 'gone' },
    { session_id: 'a' },
    { session_id: 'loop', forked_from: 'loop' },
  ];
  expect(originsFirst(sessions).map(({ session_id }) => session_id)).toEqual(['a', 'loop', 'b', 'x', 'c']);
});

test('every ending is counted as what it was', () => {
  const log = (['error', 'cancelled', 'halted'] as const).flatMap((status) => stamped([...TURN, ...ending(status)]));
  expect(foldStats(log).total).toMatchObject({
    rounds: 3,
    completed: 0,
    failed: 1,
    cancelled: 1,
    halted: 1,
    unpriced: 0,
  });
});

test('a turn that used tokens without a known price is unpriced, one that used none is not', () => {
  const used = (input_tokens: number) =>
    stamped([
      ...TURN,
      ...ending('cancelled').map((body) =>
        body.type === 'done' ? { ...body, usage: { input_tokens, output_tokens: 1 } } : body,
      ),
    ]);
  expect(foldStats([...used(10), ...stamped([...TURN, ...ending('error')])]).total).toMatchObject({
    rounds: 2,
    unpriced: 1,
  });
});

test('the groups sum to the total, logs add up, and chunks do not matter', () => {
  fc.assert(
    fc.property(generatedRun, generatedRun, (one, other) => {
      const stats = foldStats(other, foldStats(one));
      for (const group of [stats.days, stats.models, stats.sessions]) {
        const rounds = [...group.values()].reduce((sum, totals) => sum + totals.rounds, 0);
        expect(rounds).toBe(stats.total.rounds);
      }
      expect(stats.total.rounds).toBe([...one, ...other].filter(({ type }) => type === 'done').length);
      expect(foldStats(recut(one, 2))).toEqual(foldStats(one));
    }),
  );
});

test('folding the logs of many sessions does not copy what came before with every message', () => {
  const session = (name: string) =>
    SAMPLE.map((message) => (message.type === 'session_started' ? { ...message, session_id: name } : message));
  const time_ms = (sessions: number): number => {
    const log = Array.from({ length: sessions }, (_, index) => session(`s${index}`)).flat();
    const spent_ms = startCpuClock();
    foldStats(log);
    return spent_ms();
  };
  const best_ms = (sessions: number): number => Math.min(...[1, 2, 3].map(() => time_ms(sessions)));
  expect(best_ms(4_000) / best_ms(250)).toBeLessThan(80);
});

test('says the sums, then a table for each group', () => {
  expect(renderStats(foldStats(SAMPLE), ['model', 'tool'])).toEqual([
    '1 turn in 2 model calls, 900ms',
    'Tokens: 23 read, 3 from cache, 8 written',
    'Cost: $0.50',
    '',
    'Model      turns  completed  read  written  mean time   cost',
    'demo/demo      1      100 %    23        8      900ms  $0.50',
    '',
    'Tool         calls  succeeded  mean time  slowest',
    'read_file        1      100 %       31ms     31ms',
    'run_command      1        0 %       31ms     31ms',
  ]);
  expect(renderStats(NO_STATS)).toEqual(['Nothing has been asked yet.']);
});

test('an unknown price is not zero', () => {
  expect(formatCost({ rounds: 2, cost: 0, unpriced: 2 })).toBe('price unknown');
  expect(formatCost({ rounds: 2, cost: 0, unpriced: 1 })).toBe('price unknown');
  expect(formatCost({ rounds: 2, cost: 1.5, unpriced: 1 })).toBe('$1.50+');
  expect(formatCost({ rounds: 2, cost: 0, unpriced: 0 })).toBe('$0');
});
