import { beforeAll, describe, expect, test } from 'vitest';
import { loadGrammar } from '../../../src/view/markdown/highlight.ts';
import { closeInline } from '../../../src/view/markdown/preview.ts';
import { markdownLines } from '../../../src/view/markdown/render-block.ts';
import { lineWidth } from '../../../src/view/width.ts';
import { startCpuClock } from '../../helpers/cpu-clock.ts';
import { LAYOUT, shown, split } from '../../helpers/show-markdown.ts';

describe('Markdown on the screen', () => {
  beforeAll(() => loadGrammar('ts'));

  test.each<[string, string, string[]]>([
    ['headings', '# One\n## Two\ntext', ['One', 'Two', 'text']],
    [
      'a paragraph, wrapped',
      'one two three four five six seven eight nine ten',
      ['one two three four five six seven eight', 'nine ten'],
    ],
    ['emphasis', '**b** *i* ~~s~~ `c` \\*x\\*', ['b i s c *x*']],
    ['nested lists', '- a\n  - b\n    - c\n- d', ['• a', '  ◦ b', '    ▪ c', '• d']],
    ['numbers that count on', '1. a\n1. b\n1. c', ['1. a', '2. b', '3. c']],
    ['task lists', '- [x] a\n- [ ] b', ['☑ a', '☐ b']],
    ['a paragraph inside of an item', '- a\n\n  more\n\nafter', ['• a', '', '  more', '', 'after']],
    ['code inside of an item', '1. a\n   ```\n   - x\n   ```\n2. b', ['1. a', '', '   - x', '', '2. b']],
    ['code as the first thing of an item', '- ```ts\n  a\n  ```\n  after', ['• ts', '  a', '', '  after']],
    ['text after code in an item', '1. a\n   ```\n   x\n   ```\nb', ['1. a', '', '   x', '', 'b']],
    [
      'code in an item of an item',
      '- a\n  - b\n    ```\n      x\n    ```\n  c',
      ['• a', '  ◦ b', '', '      x', '', '  c'],
    ],
    ['quotes', '> one **two**\n> - three', ['│ one two', '│ • three']],
    ['a rule', 'a\n\n***\n\nb', ['a', '', '─'.repeat(32), '', 'b']],
    ['code as it is', '```\nif (a)  b\n\n  c\n```', ['if (a)  b', '', '  c']],
    ['code without an end', '```ts\nconst a = 1;', ['ts', 'const a = 1;']],
    ['long lines of code, whole', `\`\`\`\n${'x'.repeat(60)}\n\`\`\``, ['x'.repeat(60)]],
    ['a link that lies about nothing', '[here](https://example.com/a)', ['here (https://example.com/a)']],
    ['a bare address once', 'https://example.com/a', ['https://example.com/a']],
    ['a link that is no web address', '[x](javascript:alert(1))', ['x (javascript:alert(1))']],
    ['an image by its name and address', '![a cat](cat.png)', ['[image: a cat] (cat.png)']],
    ['an image without a name by its address', '![](cat.png)', ['[image: cat.png]']],
    ['bare addresses without a scheme once', 'www.example.com or a@b.org', ['www.example.com or a@b.org']],
    ['paragraphs without blanks before them', 'a\n\n  b\n c', ['a', '', 'b', 'c']],
    ['character references', 'a &amp; b &lt;c&gt; &#8594;', ['a & b <c> →']],
    ['footnotes as they are', 'a[^1]\n\n[^1]: note', ['a[^1]', '', '[^1]: note']],
    ['link definitions as they are', '[a]: https://example.com', ['[a]: https://example.com']],
    ['HTML as it is', '<details>\nx\n</details>', ['<details>', 'x', '</details>']],
    [
      'text without spaces between words',
      '日本語のテキストは空白なしで書かれるので、どこでも改行できます。',
      ['日本語のテキストは空白なしで書かれるの', 'で、どこでも改行できます。'],
    ],
  ])('shows %s', (_name, source, expected) => {
    expect(shown(source)).toEqual(expected);
  });

  test('aligns tables with wide characters', () => {
    expect(shown('| Name | 数 |\n|:--|--:|\n| 漢字 | 1 |\n| a | 1000 |')).toEqual([
      'Name    数',
      '────  ────',
      '漢字     1',
      'a     1000',
    ]);
  });

  test('wraps the cells of a table that is too wide, then lists its rows', () => {
    const table = '| Key | Text |\n|--|--|\n| a | one two three four five six seven |';
    expect(shown(table, { width: 20 })).toEqual([
      'Key  Text',
      '───  ───────────────',
      'a    one two three',
      '     four five six',
      '     seven',
    ]);
    expect(shown(table, { width: 8 })).toEqual(['Key: a', 'Text:', 'one two', 'three', 'four', 'five six', 'seven']);
  });

  test('gives a long table the columns of its first rows, and every row once', () => {
    const rows = Array.from({ length: 30 }, (_, i) => [String(i + 95), i === 29 ? 'a later cell that is long' : 'ab']);
    const source = `| n | text |\n|--:|---|\n${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}\n\nafter`;
    const lines = shown(source);
    expect(lines.slice(0, 3)).toEqual(['      n  text', '───────  ────────', '     95  ab']);
    expect(lines.slice(-6)).toEqual([
      '    124  a later',
      '         cell',
      '         that is',
      '         long',
      '',
      'after',
    ]);
    expect(lines).toHaveLength(2 + 30 + 3 + 2);
    const narrow = shown(source.replaceAll('| n |', '| number |'), { width: 7 });
    expect(narrow.filter((text) => text === '')).toHaveLength(30);
    expect(narrow.filter((text) => text.startsWith('number:'))).toHaveLength(30);
  });

  test('shows what only looks like a long table as it is', () => {
    const rows = Array.from({ length: 30 }, (_, i) => `row ${i} |`);
    expect(shown(`a | b | c\n|---|---|\n${rows.join('\n')}`).join(' ')).toBe(`a | b | c |---|---| ${rows.join(' ')}`);
  });

  test('gives keywords, strings and comments their roles, also across pieces', () => {
    const { blocks } = { blocks: split([`\`\`\`ts\n/* a\n${'b\n'.repeat(45)}*/ const x = 'y';\n\`\`\``]) };
    const roles = blocks
      .flatMap((block) => markdownLines(block, LAYOUT))
      .at(-1)
      ?.map((part) => part.role);
    expect(blocks.length).toBeGreaterThan(1);
    expect(roles).toEqual(expect.arrayContaining(['comment', 'keyword', 'string']));
  });

  test('lets no reference smuggle a control character in', () => {
    expect(shown('a&#27;[31m&#x9b;2J&#8238;b').join('')).toBe('ab');
  });

  test('fits every width, and never throws', () => {
    const text =
      '# T\n\n- item with words\n  - deep one\n\n> quote\n\n| a | 漢字 |\n|--|--|\n| one two | 👩‍👩‍👧 |\n\npara **b** [l](https://e.org/long/path)';
    for (let width = 1; width <= 60; width++) {
      for (const block of split([text])) {
        for (const styled of markdownLines(block, { ...LAYOUT, width })) {
          if (width >= 16) expect(lineWidth(styled)).toBeLessThanOrEqual(width);
        }
      }
    }
  });

  test.each([
    '*'.repeat(8_000),
    `${'*a '.repeat(2_500)}`,
    '['.repeat(8_000),
    '>'.repeat(8_000),
    `${'`'.repeat(4_000)}a`,
    '|'.repeat(8_000),
    `${'- '.repeat(4_000)}`,
    '<'.repeat(8_000),
    `${'![a]('.repeat(1_600)}`,
    '_a'.repeat(4_000),
  ])('is quick with hostile text', (text) => {
    const spent_ms = startCpuClock();
    const blocks = split([`${text}\n`]);
    for (const block of blocks) markdownLines(block, LAYOUT);
    closeInline(text);
    expect(spent_ms()).toBeLessThan(1_500);
  });
});
