import { expect, test } from 'vitest';
import { customCommand } from '../../../../src/commands/custom-command.ts';
import type { ContentBlock } from '../../../../src/messages.ts';
import { type PromptRun, type PromptSetup, startPrompt } from './prompt-harness.ts';

const COMMANDS = [
  customCommand({
    name: 'review',
    description: 'Review a change',
    argument: '[path]',
    template: 'Review $ARGUMENTS with care.',
    origin: 'user',
  }),
  customCommand({ name: 'explain', description: 'Explain it', template: 'Explain this.', origin: 'project' }),
];

function start(services: PromptSetup['services'] = {}): PromptRun {
  return startPrompt({ services: { customCommands: () => COMMANDS, ...services } });
}

test('they stand in the menu behind the built-in ones, with where they come from, and in the help', async () => {
  const prompt = start();
  prompt.type('/re');
  expect(prompt.screen().map((row) => row.trim())).toContainEqual(
    expect.stringMatching(/^\/review \[path\] +yours · Review a change$/),
  );
  prompt.type('view');
  expect(prompt.screen()).toEqual(['❯ /review', '› /review [path]  yours · Review a change']);
  prompt.press('ctrl+c');
  prompt.type('?');
  await prompt.settled();
  prompt.type('expl');
  expect(prompt.screen()).toContain('› /explain  project · Explain it');
});

test('Enter completes one that takes an argument, and sends one whose name is whole or that takes none', () => {
  const prompt = start();
  prompt.type('/revi\r');
  expect(prompt.text()).toBe('/review ');
  prompt.type('src/a.ts\r');
  prompt.type('/review\r');
  prompt.type('/expl\r');
  expect(prompt.sent()).toEqual([
    { type: 'text', id: 'u1', content: 'Review src/a.ts with care.' },
    { type: 'text', id: 'u2', content: 'Review  with care.' },
    { type: 'text', id: 'u3', content: 'Explain this.' },
  ]);
  expect(prompt.calls).toEqual(['history /review src/a.ts', 'history /review', 'history /explain']);
  expect(prompt.text()).toBe('');
});

test('while a turn runs one steers, and Tab queues it', () => {
  const prompt = start();
  prompt.turn('t1');
  prompt.type('/review a.ts\r');
  prompt.type('/review b.ts\t');
  expect(prompt.sent()).toEqual([
    { type: 'text', id: 'u1', content: 'Review a.ts with care.' },
    { type: 'text', id: 'u2', content: 'Review b.ts with care.', delivery: 'queue' },
  ]);
});

test('what it was given goes along: a paste in its place, images and files behind its name', async () => {
  const file: ContentBlock = { type: 'file', name: 'a.ts', text: 'let a;' };
  const prompt = start({ readMention: async () => file, runShell: async () => ({ output: 'main', exit_code: 0 }) });
  prompt.type('!git branch\r');
  await prompt.settled();
  prompt.type('/review @a.ts ');
  prompt.paste('x\n'.repeat(12));
  prompt.type('\r');
  await prompt.settled();
  const [message] = prompt.sent();
  expect(message).toMatchObject({
    content: [
      { type: 'file', name: '! git branch' },
      { type: 'text', text: `Review @a.ts ${'x\n'.repeat(12).trim()} with care.` },
      file,
    ],
  });
});

test('mentions in its own text attach nothing', () => {
  const [command] = [customCommand({ name: 'm', description: '', template: 'See @a.ts and !ls', origin: 'project' })];
  const prompt = start({
    customCommands: () => [command],
    readMention: () => Promise.reject(new Error('was read')),
  });
  prompt.type('/m\r');
  expect(prompt.sent()).toEqual([{ type: 'text', id: 'u1', content: 'See @a.ts and !ls' }]);
});

test('one that comes back stands in the prompt as it was typed, and is a command again', async () => {
  const prompt = start();
  prompt.type('!ls\r');
  await prompt.settled();
  prompt.type('/review src\r');
  const content = 'Review src with care.';
  prompt.observe({ type: 'user_message_returned', id: 'u1', content, reason: 'cancelled' });
  expect(prompt.text()).toMatch(/\/review src$/);
  prompt.type('\r');
  const texts = prompt.sent().map((message) => message.type === 'text' && JSON.stringify(message.content));
  expect(texts).toEqual([expect.stringContaining(content), expect.stringContaining(content)]);
});

test('a line that only looks like one is text, and files are looked for only behind a slash', () => {
  let looks = 0;
  const prompt = start({
    customCommands: () => {
      looks += 1;
      return COMMANDS;
    },
  });
  prompt.type('look at /review');
  expect(looks).toBe(0);
  prompt.type('\r');
  prompt.type(' /review\r');
  expect(prompt.sent()).toMatchObject([{ content: 'look at /review' }, { content: ' /review' }]);
});

test('what cannot be used is said above the prompt', () => {
  const prompt = start({
    customCommands: (warn) => {
      warn('help.md is not used.');
      return [];
    },
  });
  prompt.type('/');
  expect(prompt.printed).toContain('help.md is not used.');
});
