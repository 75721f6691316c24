import { expect, test } from 'vitest';
import { previewBlocks } from '../../../src/view/markdown/preview.ts';
import { markdownLines } from '../../../src/view/markdown/render-block.ts';
import { pushMarkdown } from '../../../src/view/markdown/split-blocks.ts';
import { SPLIT_START } from '../../../src/view/markdown/split-state.ts';
import { plainText } from '../../../src/view/styled-line.ts';
import { layoutOf } from '../../helpers/layout.ts';

const LAYOUT = layoutOf(40);
/** What is still open of a table whose beginning has come out. */
const LONG_TABLE = ['1', '1'];

function previewed(source: string): string[] {
  return previewBlocks(pushMarkdown(SPLIT_START, source).state).flatMap((block) =>
    markdownLines(block, LAYOUT).map(plainText),
  );
}

test.each<[string, string[]]>([
  ['some **bo', ['some bo']],
  ['some **bold*', ['some bold']],
  ['some *it', ['some it']],
  ['use `co', ['use co']],
  ['see [the li', ['see the li']],
  ['see [the link](https://exa', ['see the link']],
  ['text\n-', ['text']],
  ['text\n``', ['text']],
  ['#', []],
  ['| a | b |', []],
  ['| a | b |\n|--', []],
  ['- [', ['•']],
  ['a_b_c 2 * 3', ['a_b_c 2 * 3']],
  [`${'word '.repeat(40)}**bo`, [...Array.from({ length: 5 }, () => 'word '.repeat(8).trim()), 'bo']],
  ['```ts\nconst a', ['ts', 'const a']],
  ['```ts\nconst a;\n``', ['ts', 'const a;']],
  ['- a\n  ```ts\n  const *a', ['  ts', '  const *a']],
  ['- a\n  ```ts\n  x\n  ``', ['  ts', '  x']],
  [`| a |\n|---|\n${'| 1 |\n'.repeat(18)}| tw`, [...LONG_TABLE, 'tw']],
  [`| a |\n|---|\n${'| 1 |\n'.repeat(18)}|`, LONG_TABLE],
])('the preview of an open block shows no raw signs for %j', (source, expected) => {
  expect(previewed(source)).toEqual(expected);
});
