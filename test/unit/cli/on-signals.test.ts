import { afterEach, expect, test, vi } from 'vitest';
import { cancelFirst } from '../../../src/cli/on-signals.ts';

afterEach(() => void vi.useRealTimers());

test('Ctrl+C cancels what runs; a second one within a second, or when nothing runs, ends the program', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  let isBusy = true;
  let cancels = 0;
  const isEnd = cancelFirst({ isBusy: () => isBusy, cancel: () => (cancels += 1) });
  expect([isEnd(130), cancels]).toEqual([false, 1]);
  vi.advanceTimersByTime(1500);
  expect([isEnd(130), cancels]).toEqual([false, 2]);
  vi.advanceTimersByTime(500);
  expect([isEnd(130), cancels]).toEqual([true, 2]);
  isBusy = false;
  vi.advanceTimersByTime(5000);
  expect([isEnd(130), cancels]).toEqual([true, 2]);
});

test('any other signal ends the program, whatever runs', () => {
  const isEnd = cancelFirst({ isBusy: () => true, cancel: () => expect.unreachable() });
  expect([isEnd(143), isEnd(129)]).toEqual([true, true]);
});
