import { describe, expect, test } from 'vitest';
import { startScreen } from '../../helpers/screen-run.ts';
import { chunks, DONE, PARAGRAPHS, START, TURN, text, words } from '../../helpers/turn-messages.ts';

describe('the screen in a terminal of changing size', () => {
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

  test('shows of a table that may still get other columns its head and its last rows', async () => {
    const run = startScreen(80, 40);
    await run.take(START, TURN, text('| n | word |\n|---|---|\n'));
    for (let i = 1; i <= 12; i++) await run.take(text(`| ${i} | row ${i} |\n`));
    const screen = run.terminal.screen();
    const top = screen.indexOf('n   word');
    expect(screen.slice(top, top + 8).map((row) => row.trimEnd())).toEqual([
      ...['n   word', '──  ──────', '9   row 9', '10  row 10', '11  row 11', '12  row 12', ''],
      expect.stringContaining('Answering'),
    ]);
    await run.take(text('', true), DONE);
    expect(words(run.terminal.everything())).toContain('1 row 1 2 row 2');
    await run.close();
  });

  test('leaves out what grows while the size changes, and prints it once when it is settled', async () => {
    const run = startScreen(80, 24);
    await run.take(START, TURN, text('Growing text'));
    expect(run.terminal.screen()).toContain('Growing text');
    run.screen.resizing();
    await run.resize(60, 20);
    expect(run.terminal.screen()).not.toContain('Growing text');
    expect(run.terminal.screen().filter((row) => row.startsWith('❯'))).toHaveLength(1);
    await run.take(text('', true), DONE);
    await run.resize(60, 20);
    expect(words(run.terminal.everything()).split('Growing text')).toHaveLength(2);
    await run.close();
  });
});
