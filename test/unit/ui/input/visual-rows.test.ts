import { expect, test } from 'vitest';
import { createEditor } from '../../../../src/ui/input/editor/editor.ts';
import { caretPlace, visualRows } from '../../../../src/ui/input/editor/visual-rows.ts';

test('no row begins with the blank at which it was broken', () => {
  const rows = visualRows(createEditor('abcd efgh ij'), 5);
  expect(rows.map((row) => row.cells.map((cell) => cell.shown).join(''))).toEqual(['abcd ', 'efgh ', 'ij']);
  const ended = visualRows(createEditor('abcd '), 5);
  expect(caretPlace(ended, 5)).toEqual({ row: 1, column: 0 });
  expect(caretPlace(ended, 4)).toEqual({ row: 0, column: 4 });
});
