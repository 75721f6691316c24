import { expect, test } from 'vitest';
import { ending } from '../../../helpers/sample-log.ts';
import { type PromptRun, startPrompt } from './prompt-harness.ts';

const HISTORY = ['oldest', 'first prompt', '/thinking', 'see @src/main'];

async function press(prompt: PromptRun, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    prompt.press(key);
    await prompt.settled();
  }
}

test('↑ and ↓ go on past a command and a mention in the history, for neither opens a menu', async () => {
  const prompt = startPrompt({ history: HISTORY });
  const seen: string[] = [];
  for (const key of ['up', 'up', 'up', 'up', 'down', 'down', 'down', 'down']) {
    await press(prompt, key);
    seen.push(prompt.screen().join('|'));
  }
  const newest = ['❯ see @src/main', '❯ /thinking', '❯ first prompt', '❯ oldest'];
  expect(seen.slice(0, 7)).toEqual([...newest, ...newest.slice(0, 3).reverse()]);
  expect(seen[7]).toMatch(/^❯ Ask anything/);
});

test('a recalled command opens its menu when it is edited, not when the caret moves in it', async () => {
  const prompt = startPrompt({ history: ['/clea'] });
  await press(prompt, 'up', 'home', 'end');
  expect(prompt.screen()).toEqual(['❯ /clea']);
  prompt.type('r');
  expect(prompt.screen()[1]).toMatch(/^› \/clear/);
});

test('what was being typed opens no menu when it comes back, and Enter runs a recalled command', async () => {
  const prompt = startPrompt({ history: ['/thinking', '/clear'] });
  prompt.type('/mo');
  await press(prompt, 'escape', 'up', 'down');
  expect(prompt.screen()).toEqual(['❯ /mo']);
  await press(prompt, 'up', 'enter');
  expect(prompt.sent()).toEqual([{ type: 'clear_context', id: 'u1' }]);
});

test.each<[string, (prompt: PromptRun) => Promise<void>]>([
  ['the search of the history', (prompt) => press(prompt, 'ctrl+r', 'enter')],
  ['the external editor', (prompt) => press(prompt, 'ctrl+g')],
  [
    'a draft put aside',
    async (prompt) => {
      prompt.type('/thinking');
      await press(prompt, 'ctrl+s', 'ctrl+s');
    },
  ],
  [
    'a turn that was cancelled before its answer',
    async (prompt) => {
      const input = { id: 'x', content: '/thinking' };
      prompt.observe({ type: 'turn_started', turn_id: 't', model_name: 'demo/demo', input });
      for (const message of ending('cancelled')) prompt.observe(message);
    },
  ],
  [
    'a message that was taken back',
    async (prompt) => {
      prompt.turn('t');
      prompt.observe({ type: 'user_message_accepted', id: 'q', content: '/thinking', delivery: 'queue' });
      prompt.observe({ type: 'user_message_returned', id: 'q', content: '/thinking', reason: 'retracted' });
    },
  ],
])('%s brings a command back without a menu', async (_, bring) => {
  const prompt = startPrompt({ history: ['/thinking'], services: { openEditor: async () => '/thinking' } });
  await bring(prompt);
  expect(prompt.screen()[0]).toBe('❯ /thinking');
  expect(prompt.screen().join('\n')).not.toContain('›');
});
