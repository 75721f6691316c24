import { expect, test } from 'vitest';
import { diffLines } from '../../../src/view/diff-lines.ts';
import { layoutOf } from '../../helpers/layout.ts';

const LAYOUT = layoutOf(80);

function markedWords(patch: string): readonly string[] {
  const lines = diffLines({ path: 'a', patch, added: 1, removed: 1 }, LAYOUT, 10);
  return lines.map((parts) =>
    parts
      .filter(({ role }) => role === 'addedWord' || role === 'removedWord')
      .map(({ text }) => text)
      .join(''),
  );
}

test('the words that changed stand out, with the blanks between them and without those around them', () => {
  expect(markedWords('@@ -1 +1 @@\n-Say hello to everybody.\n+Say good morning to everybody.')).toEqual([
    'hello',
    'good morning',
  ]);
});

test('words stand out in both lines, or, where little stayed, in neither', () => {
  expect(markedWords('@@ -1 +1 @@\n-say hello\n+say good morning')).toEqual(['hello', 'good morning']);
  expect(markedWords('@@ -1 +1 @@\n-say hello\n+say what nobody ever thought of before')).toEqual(['', '']);
});
