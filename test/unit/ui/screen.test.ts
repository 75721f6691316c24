import { describe, expect, test } from 'vitest';
import type { AgentMessageBody } from '../../../src/messages.ts';
import { startScreen } from '../../helpers/screen-run.ts';

const MODEL = 'demo/demo';
const START: AgentMessageBody = {
  type: 'session_started',
  session_id: 's',
  model: MODEL,
  cwd: '/p',
  protocol_version: 1,
};
const TURN: AgentMessageBody = {
  type: 'turn_started',
  turn_id: 't',
  model_name: MODEL,
  input: { id: 'u', content: 'Go' },
};
const DONE: AgentMessageBody = {
  type: 'done',
  turn_id: 't',
  status: 'completed',
  stop_reason: 'stop',
  iterations: 1,
  usage: { input_tokens: 1, output_tokens: 1 },
  duration_ms: 5,
};
const text = (chunk: string, is_complete = false): AgentMessageBody => ({
  type: 'text',
  message_id: 'm',
  chunk,
  is_complete,
  model_name: MODEL,
});

const PARAGRAPHS = Array.from(
  { length: 40 },
  (_, i) => `Paragraph ${i} with some words in it, enough of them to wrap.`,
);
const LIST = Array.from({ length: 60 }, (_, i) => `- item ${i}`).join('\n');
const CODE = ['```', ...Array.from({ length: 90 }, (_, i) => `line ${i}`), '```'].join('\n');
const ANSWER = [...PARAGRAPHS, LIST, CODE, 'The end.'].join('\n\n');

function chunks(source: string, size: number): AgentMessageBody[] {
  const cut: AgentMessageBody[] = [];
  for (let i = 0; i < source.length; i += size) cut.push(text(source.slice(i, i + size)));
  return [...cut, text('', true), DONE];
}

/** Words of everything that can be scrolled to, but for the welcome and the prompt. */
function words(lines: readonly string[]): string {
  return lines.join(' ').replace(/\s+/g, ' ').trim();
}

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
    await run.take({
      type: 'retrying',
      attempt: 1,
      max_attempts: 5,
      delay_ms: 2000,
      error: { message: 'The connection broke', kind: 'network' },
      discarded: ['m'],
    });
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

  test('ends right after a storm of resizes while it streams', async () => {
    const run = startScreen(80, 24);
    await run.take(START, TURN);
    const sizes = [80, 50, 61, 33, 90, 20, 120, 44];
    const parts = chunks(PARAGRAPHS.slice(0, 8).join('\n\n'), 60);
    for (const [index, message] of parts.entries()) {
      await run.take(message);
      await run.resize(sizes[index % sizes.length] ?? 80, 24);
    }
    await run.resize(100, 30);
    const screen = run.terminal.screen().filter((row) => row !== '');
    expect(screen.filter((row) => row.startsWith('❯'))).toHaveLength(1);
    expect(screen.filter((row) => row.startsWith('demo/demo · ask'))).toHaveLength(1);
    const all = words(run.terminal.everything());
    for (let i = 0; i < 8; i++) expect(all.split(`Paragraph ${i} `)).toHaveLength(2);
    await run.close();
  });

  test.each([
    ['a paragraph', ''],
    ['an item', '- '],
    ['lines of a paragraph', '', '\n'],
  ])(
    'prints the rows of %s while it goes on, each word once at any sequence of sizes',
    async (_name, mark, end = ' ') => {
      const run = startScreen(120, 40);
      const numbered = Array.from(
        { length: 400 },
        (_, i) => `w${String(i).padStart(3, '0')}${i % 9 === 8 ? end : ' '}`,
      );
      await run.take(START, TURN, text(mark));
      const sizes = [
        [120, 40],
        [80, 24],
        [100, 20],
        [60, 40],
        [160, 50],
        [90, 18],
        [40, 30],
        [120, 40],
      ] as const;
      for (const [index, [columns, rows]] of sizes.entries()) {
        await run.resize(columns, rows);
        for (const word of numbered.slice(index * 50, index * 50 + 50)) await run.take(text(word));
      }
      await run.take(text('', true), DONE);
      expect(run.terminal.everything().join(' ').match(/w\d+/g)).toEqual(numbered.map((word) => word.trim()));
      await run.close();
    },
  );

  test('leaves out what grows while the size changes, and prints it once when it is settled', async () => {
    const run = startScreen(80, 24);
    await run.take(START, TURN, text('Growing text'));
    expect(run.terminal.screen()).toContain('Growing text');
    run.screen.resizing();
    await run.resize(60, 20);
    expect(run.terminal.screen()).not.toContain('Growing text');
    expect(run.terminal.screen().filter((row) => row.startsWith('❯'))).toHaveLength(1);
    await run.take(text('', true), DONE);
    expect(words(run.terminal.everything()).split('Growing text')).toHaveLength(2);
    await run.close();
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
    await run.take({
      type: 'retrying',
      attempt: 1,
      max_attempts: 5,
      delay_ms: 2000,
      error: { message: 'The connection broke', kind: 'network' },
      discarded: ['m'],
    });
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
    expect(run.bytes()).not.toMatch(/\u001b\[[\d;]*m/);
    expect(run.terminal.screen()).toContain('# Title');
    expect(run.terminal.screen()).toContain('Some `code` and bold.');
    await run.close();
  });
});
