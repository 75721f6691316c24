import { expect, test } from 'vitest';
import { mentionedPaths } from '../../../../src/ui/input/mentions.ts';
import { startPrompt } from './prompt-harness.ts';

const FILES: Readonly<Record<string, string>> = {
  'a.ts': 'let a;',
  'my file.md': '# Hi',
  'big.log': 'x'.repeat(300_000),
};
const services = {
  readAttachment: async (path: string) => {
    const text = FILES[path];
    return text === undefined ? undefined : ({ type: 'file', name: path, text } as const);
  },
};

test('paths are found where they begin a word, quoted or not', () => {
  expect(mentionedPaths('see @a.ts, (@src/b.ts) and @"my file.md"; mail me@home.org @')).toEqual([
    'a.ts',
    'src/b.ts',
    'my file.md',
  ]);
});

test('a mentioned file goes along, its mention stays, and nothing overtakes it', async () => {
  const prompt = startPrompt({ services });
  prompt.type('explain @a.ts and @none.ts');
  prompt.press('enter');
  prompt.press('escape');
  prompt.press('enter');
  prompt.type('second');
  prompt.press('enter');
  expect(prompt.controller.draft()).toContain('explain @a.ts');
  await prompt.settled();
  await prompt.settled();
  expect(prompt.sent()).toEqual([
    {
      type: 'text',
      id: 'u1',
      content: [
        { type: 'text', text: 'explain @a.ts and @none.ts' },
        { type: 'file', name: 'a.ts', text: 'let a;' },
      ],
    },
    { type: 'text', id: 'u2', content: 'second' },
  ]);
  expect(prompt.controller.draft()).toBe('');
});

test('a file that is too big is left for the model to read, and a line says so', async () => {
  const prompt = startPrompt({ services });
  prompt.type('see @big.log now');
  prompt.press('enter');
  await prompt.settled();
  expect(prompt.sent()).toEqual([{ type: 'text', id: 'u1', content: 'see @big.log now' }]);
  expect(prompt.screen().at(-1)).toContain('big.log is not attached');
});
