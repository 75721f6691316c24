import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { textWidth } from '../../../src/view/width.ts';

// The short ways of measuring must not know better than the long one.
test('every character of the basic plane is as wide as string-width says', () => {
  const wrong: string[] = [];
  for (let unit = 0x20; unit < 0xfffe; unit += 1) {
    const text = String.fromCharCode(unit);
    const isSurrogate = unit >= 0xd800 && unit < 0xe000;
    if (isSurrogate || (unit >= 0x7f && unit < 0xa0)) continue;
    if (textWidth(text) !== stringWidth(text)) wrong.push(unit.toString(16));
  }
  expect(wrong).toEqual([]);
});

const character = fc.oneof(
  fc.constantFrom('a', ' ', '·', 'é', 'ж', '日', 'か', 'ガ', '한', '─', '│', '⠋', '❯', '…', '“', '•', '→'),
  fc.constantFrom(
    '\u0301',
    '\u200d',
    '\ufe0f',
    '\u1100',
    '\u1161',
    '👍',
    '🏽',
    '👩‍👩‍👧',
    '❤',
    '゛',
    '\u3099',
    '①',
    '\u00ad',
  ),
);

test('text of any such characters is as wide as string-width says', () => {
  fc.assert(
    fc.property(fc.array(character, { maxLength: 12 }), (characters) => {
      const text = characters.join('');
      expect(textWidth(text)).toBe(stringWidth(text));
    }),
    { numRuns: 2000 },
  );
});
