import { expect, test } from 'vitest';
import { sessionTitles, shortenTitle, titleWords } from '../../../src/sessions/session-titles.ts';

const titles = (...said: readonly (readonly [first: string, last?: string])[]): readonly string[] =>
  sessionTitles(said.map(([first, last = first]) => ({ first, last })));
const LONG = 'Please look at the failing test of the parser and mend it without touching the others; start with';

test('a title is what was said first, cut between words', () => {
  expect(titles(['fix it'], [LONG])).toEqual([
    'fix it',
    'Please look at the failing test of the parser and mend it without touching the…',
  ]);
  expect(shortenTitle('x'.repeat(200))).toBe(`${'x'.repeat(79)}…`);
  expect(shortenTitle(`${'😀'.repeat(79)}ab`)).toBe(`${'😀'.repeat(79)}…`);
});

test('of those that begin alike it says what differs', () => {
  expect(titles([`${LONG} the lexer`], [`${LONG} the tokens`], ['hello'])).toEqual([
    'Please look at the… lexer',
    'Please look at the… tokens',
    'hello',
  ]);
  // One that ends where the other goes on, and a difference that a reader sees at once.
  expect(titles([LONG], [`${LONG} care`])[1]).toBe('Please look at the… with care');
  expect(titles(['fix the parser'], ['fix the lexer'])).toEqual(['fix the parser', 'fix the lexer']);
});

test('of those that were asked the same, as branches are, it says what was said last', () => {
  expect(titles(['fix it', 'and the docs'], ['fix it'], ['fix it', 'now the tests of it'])).toEqual([
    'fix it … and the docs',
    'fix it',
    'fix it … now the tests of it',
  ]);
  expect(titles([LONG, 'thanks'], [LONG, ''])).toEqual(['Please look at the… thanks', shortenTitle(LONG)]);
});

test('a text without words is cut at a character', () => {
  const same = '日本語の文章はとても長くて空白がありません'.repeat(3);
  const [one, other] = titles([`${same}😀終わり`], [`${same}😁終わり`]);
  expect(one).toMatch(/…\s?😀終わり$/);
  expect(other).toMatch(/…\s?😁終わり$/);
});

test.each([
  ['what is here?', 'what is here?'],
  ['@src/a.ts @"my file.md" what differs?', 'what differs?'],
  ['# Task\n\nWrite a parser', 'Task Write a parser'],
  ['- one\n- two', 'one - two'],
  ['@src/a.ts', '@src/a.ts'],
  ['/usr/bin is missing', '/usr/bin is missing'],
  ['@a.ts ?!', '@a.ts ?!'],
  ['', ''],
])('of %j the words are %j', (content, words) => {
  expect(titleWords(content)).toBe(words);
});
