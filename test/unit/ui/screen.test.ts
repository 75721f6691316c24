import { describe, expect, test } from 'vitest';
import type { AgentMessageBody } from '../../../src/messages.ts';
import { startScreen } from '../../helpers/screen-run.ts';
import { chunks, DONE, PARAGRAPHS, START, TURN, text, words } from '../../helpers/turn-messages.ts';

const LIST = Array.from({ length: 60 }, (_, i) => `- item ${i}`).join('\n');
const CODE = ['```', ...Array.from({ length: 90 }, (_, i) => `line ${i}`), '```'].join('\n');
const ANSWER = [...PARAGRAPHS, LIST, CODE, 'The end.'].join('\n\n');

/** The response that `text` began is thrown away, and asked for again. */
const BROKEN: AgentMessageBody = {
  type: 'retrying',
  attempt: 1,
  max_attempts: 5,
  delay_ms: 2000,
  error: { message: 'The connection broke', kind: 'network' },
  discarded: ['m'],
};

describe('the screen', () => {
  test.each([
    [120, 40],
    [80, 24],
    [40, 12],
    [20, 5],
  ])('has every word of a long answer in the scrollback, once, at %i×%i', async (columns, rows) => {
    const run = startScreen(columns, rows);
    await run.take(START, TURN);
    await run.takeEach(chunks(ANSWER, 37));
    await run.close();
    const expected = ANSWER.replaceAll('```', '').replaceAll('- item', '• item').replace(/\s+/g, ' ').trim();
    expect(words(run.terminal.everything())).toContain(words(expected.split('\n')));
    expect(run.bytes()).not.toMatch(/\u001b\[[23]J/);
  });

  test('keeps what changes within 0.6 of the rows, whatever comes', async () => {
    const run = startScreen(80, 20);
    await run.take(START, TURN);
    for (const message of chunks(ANSWER, 211)) {
      await run.take(message);
      const rows = run.terminal.screen();
      const first = rows.findIndex((row) => row.includes('Answering'));
      const last = rows.findLastIndex((row) => row !== '');
      if (first !== -1) expect(last - first).toBeLessThan(12);
    }
    await run.close();
  });

  test('says of a long line that was printed in part that it is being written again, and prints no more of it', async () => {
    const run = startScreen(60, 20);
    const words = Array.from({ length: 60 }, (_, i) => `word${i} `);
    await run.take(START, TURN);
    await run.takeEach(words.map((word) => text(word)));
    await run.take(BROKEN);
    await run.close();
    const all = run.terminal.everything().join('\n');
    expect(all).toMatch(/word5\d\n\n↻ The answer above was cut off and is being written again$/);
    expect(all.match(/word\d+/g)).toEqual(words.slice(0, all.match(/word\d+/g)?.length).map((word) => word.trim()));
  });

  test('prints something else between the rows of a long line with a blank line around it', async () => {
    const run = startScreen(60, 20);
    const words = Array.from({ length: 60 }, (_, i) => `word${i} `);
    await run.take(START, TURN);
    await run.takeEach(words.map((word) => text(word)));
    await run.take({ type: 'system_warning', message: 'Look' });
    await run.takeEach([text(words.join('').replaceAll('word', 'next')), text('', true)]);
    await run.close();
    const all = run.terminal.everything().join('\n');
    expect(all).toMatch(/word\d+\n\n\S Look\n\nword\d+/);
    expect(all.match(/(?:word|next)\d+/g)).toHaveLength(120);
  });

  test('says while it streams what it does, and where it stands', async () => {
    const run = startScreen(60, 16);
    await run.take(START, TURN, text('One **bold'));
    expect(run.terminal.screen()).toEqual([
      'agent-chat  demo/demo',
      '/p',
      '',
      '› Go',
      '',
      'One bold',
      '',
      expect.stringMatching(/^\S Answering · 0s · Esc cancels$/),
      'demo/demo · ask · ~/p (main)                       first 0ms',
      expect.stringMatching(/^❯ /),
      ...Array.from({ length: 6 }, () => ''),
    ]);
    await run.close();
  });

  test.each([
    [1, 1],
    [2, 3],
    [5, 2],
    [20, 5],
    [40, 12],
    [200, 60],
  ])('draws at %i×%i without a throw', async (columns, rows) => {
    const run = startScreen(columns, rows);
    await run.take(START, TURN);
    await run.takeEach(chunks('# Title\n\n| a | b |\n|---|---|\n| 漢字 | 👨‍👩‍👧 |\n\n- one\n  - two\n\nThe end.', 5));
    await run.close();
    expect(run.terminal.everything().length).toBeGreaterThan(0);
  });

  test('shows typed text with the cursor behind it while an answer streams', async () => {
    const run = startScreen(60, 16);
    await run.take(START, TURN, text('An answer'));
    await run.type('héllo');
    const { row, column } = run.terminal.cursor();
    expect(run.terminal.screen()[row]).toBe('❯ héllo');
    expect(column).toBe(7);
    await run.close();
  });

  test('takes the live part off when it closes', async () => {
    const run = startScreen(60, 16);
    await run.take(START, TURN, text('An answer', true), DONE);
    await run.close();
    expect(run.terminal.everything()).toEqual(['agent-chat  demo/demo', '/p', '', '› Go', '', 'An answer']);
  });

  test('marks an answer that was printed and is being written again', async () => {
    const run = startScreen(60, 20);
    await run.take(START, TURN, text('First part.\n\nSecond'));
    await run.take(BROKEN);
    const screen = run.terminal.screen();
    expect(screen).toContain('First part.');
    const broken = screen.indexOf('↻ The connection broke · again in 2s (1 of 5)');
    expect(screen[broken - 1]).toBe('↻ The answer above was cut off and is being written again');
    expect(screen.join()).not.toContain('Second');
    await run.close();
  });

  test('writes at most 1.5 bytes for a character of prose at full speed', async () => {
    const run = startScreen(120, 40);
    const prose =
      'The quick brown fox jumps over the lazy dog, again and **again**, until nobody watches any more.\n\n'.repeat(
        200,
      );
    await run.take(START, TURN);
    const before = run.bytes().length;
    const parts = chunks(prose, 4);
    for (let i = 0; i < parts.length; i += 400) await run.take(...parts.slice(i, i + 400));
    expect((run.bytes().length - before) / prose.length).toBeLessThan(1.5);
    await run.close();
  });

  test('fills the rows of what a person said to the right edge, and copies it without blanks at the ends', async () => {
    const run = startScreen(40, 12);
    const long = { id: 'u', content: 'A question with more words in it than one row takes.\n\nThe end' };
    await run.take(START, { ...TURN, input: long });
    await run.takeEach(chunks(PARAGRAPHS.slice(0, 8).join('\n\n'), 17));
    await run.take({ ...TURN, input: { id: 'v', content: 'x'.repeat(38) } }, text('Done.', true), DONE);
    const said = [
      '› A question with more words in it than',
      '  one row takes.',
      '',
      '  The end',
      `› ${'x'.repeat(38)}`,
    ];
    expect(run.terminal.filled()).toEqual(said.map((row) => ({ text: row, cells: 40 })));
    await run.resize(60, 20);
    await run.take({ ...TURN, input: { id: 'w', content: 'More' } }, text('Yes.', true), DONE);
    expect(run.terminal.filled().filter(({ text: row }) => row.length > 0)).toHaveLength(5);
    expect(run.terminal.filled().at(-1)).toEqual({ text: '› More', cells: 60 });
    await run.close();
    expect(run.terminal.filled().at(-1)).toEqual({ text: '› More', cells: 60 });
  });

  test('uses no colours where there are none', async () => {
    const run = startScreen(80, 24, { colorLevel: 0 });
    await run.take(START, TURN, text('# Title\n\nSome `code` and **bold**.\n\n', true), DONE);
    expect(run.bytes()).not.toMatch(/\u001b\[(?:[\d;]*;)?(?:[349]\d|10\d)[;m]/);
    expect(run.bytes()).toContain('\u001b[1;4mTitle');
    expect(run.terminal.screen()).toContain('Title');
    expect(run.terminal.screen()).toContain('Some `code` and bold.');
    await run.close();
  });
});
