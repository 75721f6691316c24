import { expect, test } from 'vitest';
import { createChatStore } from '../../../src/ui/chat-store.ts';

test('what is said beside the messages moves no cursor and hides nothing, whoever it comes from', () => {
  const store = createChatStore(() => 0);
  const words = 'Finds\u001b[2J\u001b]0;evil\u0007 \u202ethings';
  store.say('info', words);
  store.sayOutput(words);
  store.sayMarkdown(words);
  const shown = store.takeUnprinted().map(({ block }) => {
    if (block.kind === 'notice') return block.text;
    return block.kind === 'text' ? block.block.source : '';
  });
  expect(shown).toEqual(['Finds things', 'Finds things', 'Finds things']);
});
