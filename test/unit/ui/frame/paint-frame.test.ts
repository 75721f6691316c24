import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eraseFrame, type Frame, NOTHING_PAINTED, paintFrame } from '../../../../src/ui/frame/paint-frame.ts';
import { textWidth } from '../../../../src/view/width.ts';
import { screenTerminal } from '../../../helpers/screen-terminal.ts';

const COLUMNS = 20;
const ROWS = 12;
const SIZE = { columns: COLUMNS, rows: ROWS };

const at = (columns: number) => ({ columns, rows: ROWS, stale: [], isCursorWrapped: false });

/** Erasing right where a movement to the first column may have ended in the first row. */
const FIRST_CELL = /(?:^|\r|\u001b\[\d*A)\u001b\[J/;

interface Step {
  readonly printed: readonly string[];
  readonly frame: Frame;
}

/** Paints the steps one after the other; gives what a person can see and scroll to. */
async function paint(steps: readonly Step[]): Promise<{ lines: string[]; looks: string[]; caretText: string }> {
  const terminal = screenTerminal(COLUMNS, ROWS);
  let painted = NOTHING_PAINTED;
  for (const step of steps) {
    const next = paintFrame(painted, step, SIZE);
    painted = next.painted;
    await terminal.write(next.bytes);
  }
  const { row, column } = terminal.cursor();
  return {
    lines: terminal.everything(),
    looks: terminal.looks(),
    caretText: (terminal.screen()[row] ?? '').slice(0, column),
  };
}

const shown = (text: string): string => text.replace(/\u001b\[[\d;]*m/g, '').trimEnd();

const STYLES = [
  (text: string) => text,
  (text: string) => `\u001b[1m${text}\u001b[22m`,
  (text: string) => `\u001b[38;5;111m${text}\u001b[39m`,
  (text: string) => `\u001b[1;38;5;180m${text}\u001b[0m`,
  (text: string) => `\u001b[4;31m${text}\u001b[24;32mz\u001b[0m`,
];
const word = fc.constantFrom('a', 'bc', 'def', ' ', 'ghij', '漢字', 'é', '👩‍👩‍👧', '·', '≈', 'x̂', '👍🏽', '');
const run = fc.tuple(word, fc.constantFrom(...STYLES)).map(([text, style]) => (text === '' ? '' : style(text)));
/** Within the width also where a terminal shows the characters of a cluster one by one. */
const row = fc
  .array(run, { maxLength: 5 })
  .map((runs) => runs.join(''))
  .filter((text) => [...shown(text)].reduce((width, character) => width + textWidth(character), 0) <= COLUMNS);
const longRow = fc.integer({ min: 21, max: 70 }).map((length) => 'long'.repeat(20).slice(0, length));
const frame = fc
  .tuple(fc.array(row, { minLength: 1, maxLength: 7 }), fc.boolean(), fc.nat(6))
  .map(([rows, hasCaret, at]): Frame => (hasCaret ? { rows, caret: { row: at % rows.length, column: 0 } } : { rows }));
/** Without clusters, whose width terminals do not agree on. */
const certain = frame.filter(({ rows }) => !/\u200d|\p{Emoji_Modifier}/u.test(rows.join('')));
const step = fc.record({
  printed: fc.array(fc.oneof({ weight: 6, arbitrary: row }, longRow), { maxLength: 4 }),
  frame,
});

/** The same as {@link step}, but what is printed is often what the frame showed before, and often it has only moved up. */
const steps = fc
  .array(fc.tuple(step, fc.nat(3), fc.nat(3), fc.boolean()), { minLength: 1, maxLength: 8 })
  .map((drawn): readonly Step[] => {
    const made: Step[] = [];
    for (const [one, settled, gone, isMoved] of drawn) {
      const before = made.at(-1)?.frame.rows ?? [];
      const rows = isMoved ? [...before.slice(gone), ...one.frame.rows].slice(0, 9) : one.frame.rows;
      const printed = isMoved ? [] : [...before.slice(0, settled), ...one.printed];
      made.push({ printed, frame: { ...one.frame, rows } });
    }
    return made;
  });

describe('painting frames', () => {
  test('leaves every printed line once above and the last frame below, in their styles', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (made) => {
        const { lines, looks } = await paint(made);
        const rows = [...made.flatMap((one) => one.printed), ...(made.at(-1)?.frame.rows ?? [])];
        const expected = rows.map(shown);
        while (expected.at(-1) === '') expected.pop();
        expect(lines).toEqual(expected);
        const afresh = screenTerminal(COLUMNS, ROWS);
        await afresh.write(rows.join('\r\n'));
        expect(looks).toEqual(afresh.looks());
      }),
      { numRuns: 400 },
    );
  });

  test('puts the cursor where the frame wants it', async () => {
    const { caretText } = await paint([
      { printed: ['above'], frame: { rows: ['one', 'two', '> typed'], caret: { row: 2, column: 4 } } },
      { printed: ['one'], frame: { rows: ['two', '> typed'], caret: { row: 1, column: 7 } } },
    ]);
    expect(caretText).toBe('> typed');
  });

  test('writes nothing for a frame that is on the screen already', () => {
    const frameOnce = { rows: ['one', 'two'], caret: { row: 1, column: 1 } };
    const { painted } = paintFrame(NOTHING_PAINTED, { printed: [], frame: frameOnce }, SIZE);
    expect(paintFrame(painted, { printed: [], frame: frameOnce }, SIZE).bytes).toBe('');
  });

  test('writes next to nothing when a shown line is settled', () => {
    const first = paintFrame(NOTHING_PAINTED, { printed: [], frame: { rows: ['answer', '', '> '] } }, SIZE);
    const next = paintFrame(first.painted, { printed: ['answer'], frame: { rows: ['', '> '] } }, SIZE);
    expect(next.bytes).not.toContain('answer');
  });

  test('moves rows up that moved up', () => {
    const rows = Array.from({ length: 8 }, (_, index) => `row number ${index}`);
    const first = paintFrame(NOTHING_PAINTED, { printed: [], frame: { rows: [...rows, '> '] } }, SIZE);
    const moved = [...rows.slice(2), 'one more', 'and another', '> '];
    const next = paintFrame(first.painted, { printed: [], frame: { rows: moved } }, SIZE);
    expect(next.bytes).not.toContain('row number');
  });

  test('never clears the screen or the scrollback', () => {
    fc.assert(
      fc.property(steps, (made) => {
        let painted = NOTHING_PAINTED;
        for (const one of made) {
          const next = paintFrame(painted, one, SIZE);
          painted = next.painted;
          expect(next.bytes + eraseFrame(painted, at(7)).bytes).not.toMatch(/\u001b\[[23]J/);
        }
      }),
    );
  });

  test('never erases the whole screen from its first cell, which moves it into the scrollback of tmux', () => {
    const shown = paintFrame(NOTHING_PAINTED, { printed: [], frame: { rows: ['status', '> '] } }, SIZE);
    const long = { printed: ['x'.repeat(COLUMNS + 1)], frame: { rows: ['> '] } };
    for (const columns of [COLUMNS, 4]) expect(eraseFrame(shown.painted, at(columns)).bytes).not.toMatch(FIRST_CELL);
    expect(paintFrame(shown.painted, long, SIZE).bytes).not.toMatch(FIRST_CELL);
  });

  test.each([
    [20, 9],
    [20, 13],
    [20, 30],
  ])('takes the frame off after the terminal went from %i to %i columns', async (before, after) => {
    const terminal = screenTerminal(before, ROWS);
    const frameShown: Frame = {
      rows: ['a row of twenty cells', 'and another long one', '> type'],
      caret: { row: 2, column: 3 },
    };
    const rows = frameShown.rows.map((text) => text.slice(0, before));
    const first = paintFrame(
      NOTHING_PAINTED,
      { printed: ['kept'], frame: { ...frameShown, rows } },
      { columns: before, rows: ROWS },
    );
    await terminal.write(first.bytes);
    terminal.resize(after, ROWS);
    await terminal.write(eraseFrame(first.painted, at(after)).bytes);
    const next = paintFrame(
      NOTHING_PAINTED,
      { printed: [], frame: { rows: ['new', '> '] } },
      { columns: after, rows: ROWS },
    );
    await terminal.write(next.bytes);
    expect(terminal.everything()).toEqual(['kept', 'new', '>']);
  });

  test('takes the frame off at any change of size, and knows what of it went to the scrollback', async () => {
    const sizes = fc.record({ columns: fc.integer({ min: 3, max: 40 }), rows: fc.integer({ min: 2, max: 20 }) });
    await fc.assert(
      fc.asyncProperty(certain, fc.nat(20), sizes, async (one, column, size) => {
        // xterm.js moves the cursor by rows that are wrapped below it too.
        const caret = one.caret === undefined ? {} : { caret: { row: one.rows.length - 1, column } };
        const terminal = screenTerminal(COLUMNS, ROWS);
        const kept = ['kept one', 'kept two'];
        const { bytes, painted } = paintFrame(NOTHING_PAINTED, { printed: kept, frame: { ...one, ...caret } }, SIZE);
        await terminal.write(bytes);
        terminal.resize(size.columns, size.rows);
        const place = terminal.cursor();
        const erased = eraseFrame(painted, { ...at(size.columns), ...size, row: place.row, seen: place.column });
        await terminal.write(erased.bytes);
        const rows = [...kept, ...erased.stale.map(shown)];
        while (rows.at(-1) === '') rows.pop();
        // A wide character that did not fit leaves a blank.
        const bare = (texts: readonly string[]): string[] => texts.map((text) => text.replaceAll(' ', ''));
        expect(bare(terminal.everything())).toEqual(bare(rows));
      }),
      { numRuns: 400 },
    );
  });

  test('cuts rows off where the terminal is narrower than it is known to be, and wraps what stays above', async () => {
    const terminal = screenTerminal(COLUMNS, ROWS);
    terminal.resize(10, ROWS);
    const long = 'a row of twenty cell';
    const next = { printed: [long], frame: { rows: [long, long] } };
    const { bytes, painted } = paintFrame(NOTHING_PAINTED, next, { ...SIZE, isUnsure: true });
    await terminal.write(bytes);
    expect(terminal.everything()).toEqual([long, 'a row of l', 'a row of l']);
    await terminal.write(eraseFrame(painted, at(10)).bytes);
    expect(terminal.everything()).toEqual([long]);
  });
});
