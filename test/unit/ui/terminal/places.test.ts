import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TerminalPlace } from '../../../../src/ui/frame/reflow.ts';
import { createTerminalPlaces, type TerminalPlaces } from '../../../../src/ui/terminal/places.ts';
import { ASK_PLACE } from '../../../../src/ui/terminal/sequences.ts';

const ANSWER = '\u001b[5;11R\u001b[24;80R';
const PLACE: TerminalPlace = { row: 4, column: 10, rows: 24, columns: 80 };

let written = '';
let released = '';
let places: TerminalPlaces;
beforeEach(() => {
  vi.useFakeTimers();
  written = '';
  released = '';
  places = createTerminalPlaces({
    write: (bytes) => {
      written += bytes;
    },
    release: (bytes) => {
      released += Buffer.from(bytes).toString('latin1');
    },
    now: () => performance.now(),
  });
});
afterEach(() => vi.useRealTimers());

const take = (text: string): string => Buffer.from(places.take(Buffer.from(text))).toString('utf8');

test.each([1, 2, 5, 100])(
  'an answer in reads of %i bytes is heard, and what is typed around it stays',
  async (size) => {
    const asked = places.ask();
    expect(written).toContain(ASK_PLACE);
    const bytes = `ä\u001b[A${ANSWER}x\u001b[1;2Ry`;
    let rest = '';
    const raw = Buffer.from(bytes);
    for (let at = 0; at < raw.length; at += size) {
      rest += Buffer.from(places.take(raw.subarray(at, at + size))).toString('latin1');
    }
    expect(await asked).toEqual(PLACE);
    expect(Buffer.from(rest, 'latin1').toString('utf8')).toBe('ä\u001b[Ax\u001b[1;2Ry');
  },
);

test('a key that looks like an answer is a key while nothing was asked', () => {
  expect(take('\u001b[1;2R')).toBe('\u001b[1;2R');
});

test('an answer that comes late is no key, and the next question gets its own', async () => {
  const first = places.ask();
  await vi.advanceTimersByTimeAsync(400);
  expect(await first).toBeUndefined();
  const second = places.ask();
  expect(take(`${ANSWER}typed`)).toBe('typed');
  expect(take('\u001b[7;1R\u001b[30;100R')).toBe('');
  expect(await second).toEqual({ row: 6, column: 0, rows: 30, columns: 100 });
});

test('Esc is given back when no answer follows it', async () => {
  void places.ask();
  expect(take('\u001b')).toBe('');
  await vi.advanceTimersByTimeAsync(100);
  expect(released).toBe('\u001b');
  expect(take('[A')).toBe('[A');
});

test('a terminal that never answers is soon asked no more, one that has answered always is', async () => {
  for (let i = 0; i < 3; i += 1) {
    const asked = places.ask();
    await vi.advanceTimersByTimeAsync(300);
    expect(await asked).toBeUndefined();
  }
  written = '';
  expect(await places.ask()).toBeUndefined();
  expect(written).toBe('');
  take(ANSWER);
  void places.ask();
  expect(written).toContain(ASK_PLACE);
});

test('it is settled once every answer is there, or after a while', async () => {
  await places.settled();
  let isSettled = false;
  void places.ask();
  void places.settled().then(() => {
    isSettled = true;
  });
  await vi.advanceTimersByTimeAsync(10);
  expect(isSettled).toBe(false);
  take(ANSWER);
  await vi.advanceTimersByTimeAsync(0);
  expect(isSettled).toBe(true);
  void places.ask();
  const later = places.settled();
  await vi.advanceTimersByTimeAsync(1000);
  await later;
});
