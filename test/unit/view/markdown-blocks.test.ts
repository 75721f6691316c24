import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FLOW_START } from '../../../src/view/markdown/flow.ts';
import { flowRows, markdownLines } from '../../../src/view/markdown/render-block.ts';
import { pushMarkdown } from '../../../src/view/markdown/split-blocks.ts';
import { finalPart, SPLIT_START } from '../../../src/view/markdown/split-state.ts';
import { plainText, type StyledLine } from '../../../src/view/styled-line.ts';
import { joined } from '../../../src/view/wrap.ts';
import { startCpuClock } from '../../helpers/cpu-clock.ts';
import { LAYOUT, shown, split } from '../../helpers/show-markdown.ts';

describe('Markdown blocks', () => {
  const fragment = fc.constantFrom(
    ...[
      '- a',
      '  - b',
      '1. c',
      '10) d',
      '* e',
      '+ f',
      '    deep',
      '- [x] g',
      '> q',
      '# h',
      '## i',
      '---',
      '===',
      '***',
    ],
    ...[
      '```ts',
      '```',
      '~~~',
      'text',
      'more **bold',
      '| a | b |',
      '|---|---|',
      '\n',
      '\n\n',
      '  ',
      '\t',
      'x'.repeat(70),
      '   ```sh',
      '   in an item',
      '| 1 | 2 |\n'.repeat(18),
      'line of code\n'.repeat(45),
    ],
    ...['漢字', '👩‍👩‍👧', '<b>', '[l](https://e.org)', '`code`', '\\', '|'],
    ...['word and word '.repeat(20), '長い文、それから。'.repeat(30), '**bold words** '.repeat(20), '- item of '],
    ...['*', '**', '`', '[', '](', '~~', '_', ' x ', '=== ===', '  - [ ] long item '.concat('and so on '.repeat(25))],
  );
  const source = fc
    .array(fc.tuple(fragment, fc.constantFrom('\n', '\n\n', ' ', '')), { maxLength: 40 })
    .map((parts) => parts.flat().join(''));

  test('are the same wherever the stream is cut', () => {
    fc.assert(
      fc.property(source, fc.array(fc.nat(400), { maxLength: 8 }), (text, cuts) => {
        const places = [...new Set(cuts)].filter((place) => place < text.length).toSorted((a, b) => a - b);
        const parts = [0, ...places].map((place, index) => text.slice(place, places[index] ?? text.length));
        expect(split(parts)).toEqual(split([text]));
      }),
      { numRuns: 1_000 },
    );
  });

  const inline = fc.constantFrom(
    ...[
      'word',
      'two words',
      '**bold text**',
      '*i*',
      '__b__',
      '_i_',
      '~~gone~~',
      '`co de`',
      '`` ` ``',
      '[li nk](https://e.org/a_b_c)',
    ],
    ...[
      '2 * 3',
      'a_b',
      '~5',
      '(**x** y)',
      '**a *b* c**',
      '\\*',
      '\\`',
      '[x]',
      '[1, 2]',
      '![a b](c.png "t t")',
      '&amp;',
      '<b>',
      '漢字。漢字',
    ],
  );
  const paragraph = fc.array(inline, { minLength: 30, maxLength: 120 }).map((parts) => parts.join(' '));

  test('of a long line mean in pieces what they mean as a whole', () => {
    fc.assert(
      fc.property(paragraph, (text) => {
        const [block, ...rest] = split([text]);
        if (block?.cuts === undefined) return;
        const { cuts: _, ...whole } = block;
        expect(rest).toEqual([]);
        expect(markdownLines(block, LAYOUT).map(joined)).toEqual(markdownLines(whole, LAYOUT).map(joined));
      }),
      { numRuns: 300 },
    );
  });

  test('of a long line have the same rows however far they were printed, at any width', () => {
    const item = fc.constantFrom('', '- ', '1. ', '- [x] ', '  - ');
    fc.assert(
      fc.property(item, paragraph, fc.integer({ min: 14, max: 90 }), fc.nat(10), (mark, text, width, count) => {
        const [block] = split([`${mark.startsWith(' ') ? '- a\n' : ''}${mark}${text}`]).slice(-1);
        if (block?.cuts === undefined) return;
        const layout = { ...LAYOUT, width };
        const rows = markdownLines(block, layout);
        const { end } = flowRows(block, layout, FLOW_START)[count] ?? {};
        if (end === undefined || count + 1 === rows.length) return;
        expect(flowRows(block, layout, end).map((row) => joined(row.line))).toEqual(rows.slice(count + 1).map(joined));
        const words = (lines: readonly StyledLine[]): string[] => lines.map(plainText).join(' ').match(/\S+/g) ?? [];
        const narrow = flowRows(block, { ...layout, width: 200 }, end).map((row) => row.line);
        expect([...words(rows.slice(0, count + 1)), ...words(narrow)].join('')).toEqual(words(rows).join(''));
      }),
      { numRuns: 300 },
    );
  });

  test.each<[string, string, string[]]>([
    [
      'a line below a long paragraph is a rule',
      `${'word '.repeat(40)}\nend\n---\nafter`,
      ['end', '─'.repeat(32), 'after'],
    ],
    ['a table below a long paragraph is one', `${'word '.repeat(40)}\n| a |\n|---|\n| 1 |`, ['a', '─', '1']],
    ['a table below many lines is one', 'x\n'.repeat(9).concat('| a |\n|---|\n| 1 |'), ['a', '─', '1']],
    ['an item below a long paragraph is one', `${'word '.repeat(40)}\n- a`, ['• a']],
    [
      'a long row of a table stays in it',
      `| a |\n|---|\n| ${'x'.repeat(30)} |\n| ${'y '.repeat(200)}|`,
      ['y '.repeat(20).trim()],
    ],
    ['two lines are a heading', 'one\ntwo\n===', ['one', 'two']],
  ])('%s', (_name, source, expected) => {
    expect(shown(source).slice(-expected.length)).toEqual(expected);
  });

  test('come out of a long paragraph while it goes on', () => {
    const words = 'some words of it '.repeat(40);
    expect(finalPart(pushMarkdown(SPLIT_START, words).state)?.source.length).toBeGreaterThan(words.length - 80);
    expect(finalPart(pushMarkdown(SPLIT_START, `- ${words}`).state)?.source.length).toBeGreaterThan(words.length - 80);
    const { state, blocks } = pushMarkdown(SPLIT_START, 'a short line\n'.repeat(20));
    expect(state.line_count).toBeLessThanOrEqual(3);
    expect(blocks.length).toBeGreaterThan(15);
    expect(finalPart(pushMarkdown(SPLIT_START, `**${words}`).state)).toBeUndefined();
  });

  test('come out as soon as nothing can change them, also inside of long lists and code', () => {
    const list = Array.from({ length: 30 }, (_, i) => `- item ${i}\n`).join('');
    expect(pushMarkdown(SPLIT_START, list).blocks).toHaveLength(29);
    const code = `\`\`\`\n${Array.from({ length: 100 }, (_, i) => `line ${i}\n`).join('')}`;
    expect(pushMarkdown(SPLIT_START, code).blocks.length).toBeGreaterThanOrEqual(12);
  });

  test('of code in an item come out in pieces like those of any code', () => {
    const code = Array.from({ length: 100 }, (_, i) => `line ${i}`);
    const source = `1. text\n\n   \`\`\`ts\n${code.map((text) => `   ${text}\n`).join('')}`;
    const { blocks } = pushMarkdown(SPLIT_START, source);
    expect(blocks[0]?.kind).toBe('item');
    expect(blocks.slice(1).map((block) => block.kind)).toEqual(Array.from({ length: 12 }, () => 'code'));
    expect(shown(`${source}   \`\`\`\n\n2. more`)).toEqual([
      ...['1. text', '', '   ts'],
      ...code.map((text) => `   ${text}`),
      ...['', '2. more'],
    ]);
  });

  test('of a long table come out while it goes on', () => {
    const rows = Array.from({ length: 42 }, (_, i) => `| ${i} | x |\n`);
    const { state, blocks } = pushMarkdown(SPLIT_START, `above\n| a | b |\n|--:|---|\n${rows.join('')}`);
    expect(blocks.map((block) => block.source.split('\n').length)).toEqual([1, 18, 4, 4, 4, 4, 4, 4]);
    expect(state.source.split('\n')).toHaveLength(2);
  });

  test('never keep more than some kilobytes open', () => {
    const { state, blocks } = pushMarkdown(SPLIT_START, 'word '.repeat(20_000));
    expect(state.rest.length + state.source.length).toBeLessThan(10_000);
    const out = blocks.map((block) => block.source).join('').length;
    expect(out + state.source.length + state.rest.length).toBe(100_000);
  });

  test('are found at once in a line of ten megabytes', () => {
    const spent_ms = startCpuClock();
    pushMarkdown(SPLIT_START, 'x'.repeat(10_000_000));
    expect(spent_ms()).toBeLessThan(1_000);
  });

  test('cost the same a chunk however much came before', () => {
    const spent_ms = startCpuClock();
    let state = SPLIT_START;
    for (let i = 0; i < 100_000; i++) state = pushMarkdown(state, i % 40 === 39 ? '\n\n' : 'word ').state;
    expect(spent_ms()).toBeLessThan(3_000);
  });
});
