import { expect, test } from 'vitest';
import { contentText, labelledContent } from '../../src/content-text.ts';
import type { ContentBlock } from '../../src/messages.ts';

const content: readonly ContentBlock[] = [
  { type: 'text', text: 'look' },
  { type: 'image', media_type: 'image/png', data: 'AAAA' },
  { type: 'image', media_type: 'image/png', data: 'AAAA', name: 'shot.png' },
  { type: 'file', name: 'a.txt', text: 'one\n' },
];

test('a person sees images and files by their names, an image without one as an image', () => {
  expect(labelledContent(content)).toBe('look\n[image]\n[image shot.png]\n[file a.txt]');
  expect(labelledContent('look')).toBe('look');
});

test('a model is told the text of files, and that there are images', () => {
  expect(contentText(content)).toBe('look\n[image]\n[image shot.png]\n<file name="a.txt">\none\n\n</file>');
});
