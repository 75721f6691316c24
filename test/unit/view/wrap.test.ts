import { describe, expect, test } from 'vitest';
import { plainText, type StyledLine } from '../../../src/view/styled-line.ts';
import { cutLine, wrapLine } from '../../../src/view/wrap.ts';

const textOf = (rows: readonly StyledLine[]): readonly string[] => rows.map(plainText);

describe('wrapping', () => {
  test('breaks at blanks, and a word that is too wide on a row of its own', () => {
    const styled = [{ text: 'one two  three ' }, { text: 'incomprehensible', bold: true as const }];
    expect(textOf(wrapLine(styled, 9))).toEqual(['one two', 'three', 'incompreh', 'ensible']);
  });

  test('a word that runs through several styles stays whole, and keeps them', () => {
    const styled = [{ text: 'to un' }, { text: 'break', bold: true as const }, { text: 'able' }];
    expect(wrapLine(styled, 11)).toEqual([
      [{ text: 'to' }],
      [{ text: 'un' }, { text: 'break', bold: true }, { text: 'able' }],
    ]);
  });

  test('scripts without blanks break between characters, but no row begins with their full stop', () => {
    const styled = [{ text: '日本' }, { text: '語', bold: true as const }, { text: '。です' }];
    expect(textOf(wrapLine(styled, 6))).toEqual(['日本', '語。で', 'す']);
  });

  test('no row ends with an opening bracket, which stays with what it opens', () => {
    const styled = [{ text: '我们（' }, { text: '大家', bold: true as const }, { text: '）说《好' }, { text: '》' }];
    expect(textOf(wrapLine(styled, 6))).toEqual(['我们', '（大', '家）说', '《好》']);
    expect(textOf(wrapLine([{ text: '他说“「好」”。' }], 10))).toEqual(['他说', '“「好」”。']);
  });

  test('what is wider than the row is a question mark', () => {
    expect(textOf(wrapLine([{ text: 'a日b' }], 1))).toEqual(['a', '?', 'b']);
  });
});

test('cutting loses nothing, not even blanks', () => {
  const styled = [{ text: '  a b' }, { text: '   日本', bold: true as const }];
  expect(textOf(cutLine(styled, 4))).toEqual(['  a ', 'b   ', '日本']);
});
