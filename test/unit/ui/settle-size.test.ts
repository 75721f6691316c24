import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TerminalPlace } from '../../../src/ui/reflow.ts';
import { createSizeSettler, type SizeSettler } from '../../../src/ui/settle-size.ts';

const PLACE: TerminalPlace = { row: 1, column: 2, columns: 80, rows: 24 };

let asked: ((place: TerminalPlace | undefined) => void)[] = [];
let settled: (TerminalPlace | undefined)[] = [];
let isSteady = true;
let settler: SizeSettler;
beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  settled = [];
  isSteady = true;
  settler = createSizeSettler({
    places: { ask: () => new Promise((resolve) => asked.push(resolve)) },
    now: () => performance.now(),
    isSteady: () => isSteady,
    settled: (place) => settled.push(place),
  });
});
afterEach(() => vi.useRealTimers());

async function answer(place?: TerminalPlace): Promise<void> {
  asked.shift()?.(place);
  await vi.advanceTimersByTimeAsync(0);
}

test('the first change is looked at at once, those that follow when there are no more of them', async () => {
  settler.changed();
  expect(asked).toHaveLength(1);
  settler.changed();
  await answer(PLACE);
  expect(settled).toEqual([PLACE]);
  for (let i = 0; i < 5; i += 1) {
    await vi.advanceTimersByTimeAsync(20);
    settler.changed();
  }
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(60);
  expect(asked).toHaveLength(1);
  await answer(PLACE);
  expect(settled).toEqual([PLACE, PLACE]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toEqual([]);
});

test('without an answer nothing is done until the changes are over', async () => {
  settler.changed();
  await answer();
  expect(settled).toEqual([]);
  await vi.advanceTimersByTimeAsync(60);
  await answer();
  expect(settled).toEqual([undefined]);
});

test('it looks again and again until the size is steady', async () => {
  isSteady = false;
  settler.changed();
  await answer(PLACE);
  await vi.advanceTimersByTimeAsync(150);
  expect(asked).toHaveLength(1);
  isSteady = true;
  await answer(PLACE);
  expect(settled).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toEqual([]);
});

test('an answer of another screen does not count', async () => {
  settler.changed();
  settler.settle();
  await answer({ ...PLACE, row: 20 });
  expect(settled).toEqual([]);
  await answer(PLACE);
  expect(settled).toEqual([PLACE]);
});

test('once it is stopped nothing is drawn any more', async () => {
  settler.changed();
  settler.stop();
  await answer(PLACE);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(settled).toEqual([]);
});
