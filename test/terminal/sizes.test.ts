import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { startTerminal, type TerminalRun } from '../helpers/terminal.ts';

let run: TerminalRun | undefined;
afterEach(() => run?.close());

/** Numbered lines: what is lost or doubled in the scrollback is seen at once. */
const LINES = Array.from({ length: 60 }, (_, index) => `Line ${String(index + 1).padStart(2, '0')} of the answer.`);
const ANSWER = [[{ text: LINES.join('\n\n'), chunk_length: 7, delay_ms: 1 }]];

function expectLinesOnce(chat: TerminalRun): void {
  const text = chat.scrollback().join('\n');
  expect(text.match(/Line \d\d of the answer\./g)).toEqual(LINES);
}

describe.each([
  [20, 5],
  [40, 12],
  [80, 24],
  [200, 60],
])('in %i×%i', (cols, rows) => {
  test('a long answer is in the scrollback once and in order, and the frame never fills the screen', async () => {
    run = await startTerminal({ script: ANSWER, cols, rows });
    await run.waitFor('❯');
    run.type('go\r');
    await run.waitFor(/Line 60 of the\s*answer\./);
    run.type('and then');
    await run.waitFor('and then');
    expect(run.output()).not.toMatch(/\u001b\[[23]J/);
    if (cols >= 40) expectLinesOnce(run);
  });
});

test.each([
  [1, 1],
  [2, 1],
  [1, 8],
  [5, 2],
])('in %i×%i nothing breaks, and the terminal can grow again', async (cols, rows) => {
  run = await startTerminal({ script: ['fine'], cols, rows });
  await run.waitForOutput('\u001b[?2004h');
  run.type('hello');
  run.resize(60, 20);
  await run.waitFor('❯ hello');
  run.press('enter');
  await run.waitFor('fine');
});

test('a storm of resizes while an answer comes in ends in a right screen', async () => {
  run = await startTerminal({
    script: [[{ text: LINES.join('\n\n'), chunk_length: 7, delay_ms: 4 }]],
    cols: 100,
    rows: 30,
  });
  await run.waitFor('❯');
  run.type('go\r');
  await run.waitFor('Line 01');
  for (let i = 0; i < 30; i += 1) {
    run.resize(60 + ((i * 37) % 60), 10 + ((i * 13) % 30));
    await run.waitFor(() => true);
  }
  run.resize(100, 30);
  await run.waitFor('Line 60 of the answer.');
  await run.waitFor('Ask anything');
  const text = run.scrollback().join('\n');
  for (const line of LINES) expect(text).toContain(line);
  expect(run.screen().filter((row) => row.startsWith('❯'))).toHaveLength(1);
  expect(run.output()).not.toContain('\u001b[3J');
});

test('wide, combining and reordering characters do not break the frame', async () => {
  run = await startTerminal({ script: ['ok'], cols: 30, rows: 12 });
  await run.waitFor('❯');
  run.type('漢字かな交じり文👩‍👩‍👧🇩🇪e\u0301 שלום \u202eabc');
  await run.waitFor('·abc');
  for (const row of run.screen()) expect(row.length).toBeLessThanOrEqual(30);
  run.type('\u0015ok');
  await run.waitFor(/^❯ ok$/m);
});

test('random keys, pastes and resizes never end the program or break the terminal', async () => {
  const chat = await startTerminal({
    script: Array.from({ length: 400 }, () => [{ text: 'Some *text* and `code`.\n\n- one\n- two\n', chunk_length: 3 }]),
    wrapper: '"$@"; echo "ended $?"; read -r line; stty -a; echo state-shown',
    env: { EDITOR: 'true', VISUAL: '' },
  });
  run = chat;
  await chat.waitFor('❯');
  const key = fc.constantFrom(
    'a',
    ' ',
    '/',
    '@',
    '?',
    '\r',
    '\t',
    '\u0001',
    '\u0005',
    '\u000b',
    '\u0017',
    '\u0019',
    '\u001f',
    '\u007f',
    '\u000f',
    '\u0014',
    '\u0012',
    '\u0013',
    '\u000c',
    '\u001bp',
    '\u001b,',
    '\u001b.',
    '\u001b[A',
    '\u001b[B',
    '\u001b[C',
    '\u001b[D',
    '\u001b[27u',
    '\u001b[Z',
    '\u001b[5~',
    '\u001b[I',
    '\u001b[<0;1;1M',
    '\u001b]11;?\u0007',
    '\u001b[200~pasted\ntext\u001b[201~',
    '漢',
  );
  const step = fc.oneof(
    { weight: 6, arbitrary: key },
    {
      weight: 1,
      arbitrary: fc.record({ cols: fc.integer({ min: 1, max: 120 }), rows: fc.integer({ min: 1, max: 40 }) }),
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
      for (const one of steps) {
        if (typeof one === 'string') chat.type(one);
        else chat.resize(one.cols, one.rows);
      }
      // Whatever is open now, this closes it and shows an empty prompt.
      const mark = `still ${Math.random().toString(36).slice(2)}`;
      chat.resize(80, 24);
      for (let i = 0; i < 4; i += 1) chat.press('escape');
      chat.type('q');
      for (let i = 0; i < 2; i += 1) chat.press('escape');
      chat.type(`\u0015\u0015${mark}`);
      await chat.waitFor(mark);
      chat.type('\u0015');
      expect(chat.output()).not.toContain('\u001b[3J');
    }),
    { numRuns: 8, endOnFailure: true },
  );
  chat.kill('SIGTERM');
  await chat.waitForOutput('ended 143');
  chat.type('\r');
  await chat.waitForOutput('state-shown');
  expect(chat.output().slice(chat.output().lastIndexOf('ended'))).toMatch(/\sicanon\s/);
});
