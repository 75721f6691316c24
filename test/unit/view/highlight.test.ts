import { beforeAll, expect, test } from 'vitest';
import { highlightCode, loadGrammar } from '../../../src/view/markdown/highlight.ts';

beforeAll(() => loadGrammar('ts'));

/** Gives a line with the role of each coloured run before it. */
function coloured(code: string): string {
  const [line = []] = highlightCode(code, 'ts');
  return line.map(({ role, text }) => (role === undefined ? text : `<${role}>${text}</>`)).join('');
}

test('a sign or two between coloured words has the colour before it', () => {
  expect(coloured('throw new Error("gone");')).toBe(
    '<keyword>throw</> <keyword>new</> <type>Error</><type>(</><string>"gone"</>);',
  );
  expect(coloured('for (const a of b)')).toBe('<keyword>for</><keyword> (</><keyword>const</> a <keyword>of</> b)');
});

test('what is no sign, what follows a string, and more than two signs have no colour', () => {
  expect(coloured('const a = 1')).toBe('<keyword>const</> a = <number>1</>');
  expect(coloured('["a", "b"]')).toBe('[<string>"a"</>, <string>"b"</>]');
  expect(coloured('return [[[1')).toBe('<keyword>return</> [[[<number>1</>');
  expect(coloured('if (a)')).toBe('<keyword>if</> (a)');
});
