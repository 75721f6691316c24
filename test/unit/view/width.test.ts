import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { graphemeSegmenter, isRgiEmoji } from '../../../src/view/simple-text.ts';
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

// What the build puts into the packages that Ink measures with must not change what they say.
test('every emoji of one or two characters is known without the list of all', () => {
  const all = /^\p{RGI_Emoji}$/v;
  const wrong: string[] = [];
  for (let code = 0x20; code <= 0x10ffff; code += 1) {
    if (code >= 0xd800 && code < 0xe000) continue;
    const text = String.fromCodePoint(code);
    for (const grapheme of [text, `${text}\ufe0f`]) {
      if (isRgiEmoji(grapheme) !== all.test(grapheme)) wrong.push(grapheme);
    }
  }
  expect(wrong).toEqual([]);
});

test.each(['👍🏽', '🇨🇭', '🇨🇨', '1️⃣', '1', '👩‍👩‍👧', '❤️‍🔥', 'a👍', '☑', '☑️', ''])(
  '“%s” is an emoji only if the list says so',
  (text) => {
    expect(isRgiEmoji(text)).toBe(/^\p{RGI_Emoji}$/v.test(text));
  },
);

test('text of any such characters, with escape sequences, is cut as Intl.Segmenter cuts it', () => {
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  const sequence = fc.constantFrom('\u001b', '\n', '\u001b[38;5;12m', '☑', '⊘');
  fc.assert(
    fc.property(fc.array(fc.oneof(character, sequence), { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      const wanted = Array.from(segmenter.segment(text), ({ segment, index }) => ({ segment, index }));
      expect(Array.from(graphemeSegmenter.segment(text), ({ segment, index }) => ({ segment, index }))).toEqual(wanted);
    }),
    { numRuns: 2000 },
  );
});
