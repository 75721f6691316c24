import { expect, test } from 'vitest';
import { blockLines } from '../../../src/view/block-lines.ts';
import type { UserBlock } from '../../../src/view/chat-view.ts';
import { plainText } from '../../../src/view/styled-line.ts';
import { layoutOf } from '../../helpers/layout.ts';

const LAYOUT = layoutOf(60);
const lines = Array.from({ length: 5000 }, (_, index) => `line ${index + 1}`);
const long: UserBlock = { kind: 'user', key: 'b1', id: 'u1', text: lines.join('\n') };

test('a long message shows its beginning and its size', () => {
  expect(blockLines(long, LAYOUT).map(plainText)).toEqual([
    '› line 1',
    '  line 2',
    '  line 3',
    '  line 4',
    '  line 5',
    '  [pasted 47.7 KB · 5,000 lines]',
  ]);
});

test('the viewer shows a long message whole', () => {
  expect(blockLines(long, { ...LAYOUT, isWhole: true })).toHaveLength(5000);
});
