import { expect, test } from 'vitest';
import { diffLines } from '../../../src/view/diff-lines.ts';
import { UNICODE_GLYPHS } from '../../../src/view/layout.ts';

const LAYOUT = {
  width: 80,
  glyphs: UNICODE_GLYPHS,
  hasStyles: true,
  hasLinks: false,
  hasThoughts: false,
  hasDetails: false,
  now: 0,
};

test('the words that changed stand out, with the blanks between them and without those around them', () => {
  const patch = '@@ -1 +1 @@\n-Say hello to everybody.\n+Say good morning to everybody.';
  const lines = diffLines({ path: 'a', patch, added: 1, removed: 1 }, LAYOUT, 10);
  const marked = lines.map((parts) =>
    parts
      .filter(({ role }) => role === 'addedWord' || role === 'removedWord')
      .map(({ text }) => text)
      .join(''),
  );
  expect(marked).toEqual(['hello', 'good morning']);
});
