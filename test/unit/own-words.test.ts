import { expect, test } from 'vitest';
import type { UserContent } from '../../src/messages.ts';
import { nameMessage, withContext } from '../../src/own-words.ts';

test.each<[string, UserContent, string]>([
  ['words', 'why?', 'why?'],
  ['piped text', withContext('a long log', 'why?'), 'why?'],
  ['nothing but piped text', withContext('a long log', ''), withContext('a long log', '')],
  [
    'a command of their own',
    [
      { type: 'file', name: '! ls', text: 'I ran this command: ls' },
      { type: 'text', text: '\nwhy?' },
    ],
    'why? · ! ls',
  ],
  [
    'a file and an image, without a word',
    [
      { type: 'file', name: 'a.txt', text: 'a' },
      { type: 'image', media_type: 'image/png', data: '' },
    ],
    '[file a.txt] · [image]',
  ],
])('a message is named by its own words first: %s', (_what, content, name) => {
  expect(nameMessage(content)).toBe(name);
});
