import { expect, test } from 'vitest';
import { answers, ask, asked, COMMAND } from './approval-run.ts';
import { type PromptRun, startPrompt } from './prompt-harness.ts';

/** A prompt in which a picker was open when a question came. */
async function choosing(draft = ''): Promise<PromptRun> {
  const prompt = startPrompt();
  prompt.turn('t1');
  prompt.type(draft);
  prompt.press('alt+p');
  await prompt.settled();
  ask(prompt, COMMAND);
  return prompt;
}

test('a question waits behind an open picker, which says so and keeps its keys', async () => {
  const prompt = await choosing();
  expect(prompt.screen()[0]).toBe('Model');
  expect(prompt.screen().at(-1)).toBe('? Run waits for your answer');
  prompt.press('down');
  await prompt.settled();
  prompt.press('enter');
  expect(prompt.sent()).toEqual([{ type: 'switch_model', model: 'openai/gpt-5', id: 'u1' }]);
  expect(prompt.screen()[0]).toBe('? Run  it runs a command');
  prompt.press('enter');
  expect(answers(prompt)).toEqual([]);
});

test.each(['', 'a draft'])('the end of the picker shows the question, over the prompt with %j too', async (draft) => {
  const prompt = await choosing(draft);
  prompt.press('escape');
  expect(prompt.screen()[0]).toBe('? Run  it runs a command');
  prompt.press('escape');
  expect(prompt.sent()).toEqual([{ type: 'cancel', id: 'u1' }]);
  expect(prompt.text()).toBe(draft);
});

test('what a picker put into the prompt is gone on with first', async () => {
  const prompt = startPrompt({ history: ['fix the docs'] });
  prompt.turn('t1');
  prompt.press('ctrl+r');
  await prompt.settled();
  ask(prompt, COMMAND);
  prompt.press('enter');
  expect(prompt.screen()).toEqual(['? Run waits for your answer', '❯ fix the docs']);
  prompt.press('enter');
  expect(prompt.sent()).toEqual([{ type: 'text', id: 'u1', content: 'fix the docs' }]);
  expect(prompt.screen()[0]).toBe('? Run  it runs a command');
});

test('a question that is settled elsewhere leaves the picker as it is', async () => {
  const prompt = await choosing();
  prompt.observe({ type: 'approval_resolved', tool_call_id: 'c1', decision: 'deny', by: 'rule' });
  expect([prompt.screen()[0], prompt.screen().at(-1)]).toEqual([
    'Model',
    '  ↑↓ choose · Enter take · type to search · Esc back',
  ]);
});

test.each(['escape', 'ctrl+c'])('%s cancels the run at once, whatever stands behind the question', async (key) => {
  const typed = asked();
  typed.type('/clear');
  typed.press(key);
  expect(typed.sent()).toEqual([{ type: 'cancel', id: 'u1' }]);
  expect(typed.text()).toBe('/clear');

  const before = startPrompt();
  before.turn('t1');
  before.type('see @src');
  before.type('/');
  ask(before, COMMAND);
  await before.settled();
  before.screen();
  before.press(key);
  expect(before.sent()).toEqual([{ type: 'cancel', id: 'u1' }]);

  const stopped: string[] = [];
  const shell = startPrompt({
    services: {
      runShell: (_command, signal) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve({ output: `${stopped.push('')}` }))),
    },
  });
  shell.turn('t1');
  shell.type('!sleep 9\r');
  ask(shell, COMMAND);
  shell.screen();
  shell.press(key);
  expect([shell.sent(), stopped]).toEqual([[{ type: 'cancel', id: 'u1' }], []]);
});

test.each(['up', 'ctrl+p', 'ctrl+s', 'alt+enter', 'alt+v', 'ctrl+j'])(
  '%s does nothing to a prompt behind a question',
  async (key) => {
    const prompt = startPrompt({
      history: ['older'],
      services: { readClipboardImage: async () => ({ type: 'file', name: 'x', text: 'y' }) },
    });
    prompt.turn('t1');
    prompt.type('words');
    ask(prompt, COMMAND);
    prompt.screen();
    prompt.wait(1000);
    prompt.press(key);
    await prompt.settled();
    expect([prompt.text(), prompt.sent()]).toEqual(['words', []]);
  },
);

test('the name of a call that waits behind a picker is text, whatever is in it', async () => {
  const prompt = startPrompt();
  prompt.turn('t1');
  prompt.press('alt+p');
  await prompt.settled();
  const request = { id: 'c1', name: 'evil', arguments: '' };
  const display_name = 'Run\u001b]0;evil\u0007\u202e it';
  prompt.observe({ type: 'tool_call', request, display_name, model_name: 'demo/demo' });
  const options = [{ decision: 'once', label: 'Yes' }] as const;
  prompt.observe({ type: 'approval_requested', tool_call_id: 'c1', reason: 'why', preview: COMMAND, options });
  expect(prompt.screen().at(-1)).toBe('? Run it waits for your answer');
});
