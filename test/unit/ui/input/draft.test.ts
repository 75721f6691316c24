import { describe, expect, test } from 'vitest';
import { DONE } from '../../../helpers/turn-messages.ts';
import { type PromptRun, startPrompt } from './prompt-harness.ts';

const ASIDE = '◷ put aside until the next message  ';

describe('a draft that was put aside', () => {
  function withDraft(text = 'the long draft'): PromptRun {
    const prompt = startPrompt();
    prompt.type(text);
    prompt.press('ctrl+s');
    return prompt;
  }

  test('is shown until it comes back with the next message', () => {
    const prompt = withDraft();
    expect(prompt.screen().at(-1)).toContain('The draft is put aside. Ctrl+S takes it back');
    prompt.type('quick');
    expect(prompt.screen()).toEqual([`${ASIDE}the long draft`, '❯ quick']);
    expect(prompt.caret()).toEqual({ row: 1, column: 7 });
    prompt.press('enter');
    expect(prompt.sent()).toMatchObject([{ content: 'quick' }]);
    expect(prompt.screen()).toEqual(['❯ the long draft']);
    expect(prompt.caret()).toEqual({ row: 0, column: 16 });
  });

  test.each<[string, string, string]>([
    ['a steering message', 'left', 'enter'],
    ['a queued message', 'later', 'tab'],
    ['a command', '/clear', 'enter'],
    ["a command of one's own", '!ls', 'enter'],
  ])('comes back with %s', async (_, text, key) => {
    const prompt = withDraft();
    prompt.turn('t1');
    prompt.type(text);
    prompt.press(key);
    await prompt.settled();
    expect(prompt.text()).toBe('the long draft');
  });

  test('stays aside behind a picker, a command that is unknown, and an Enter that sends nothing', async () => {
    const prompt = withDraft();
    prompt.press('enter');
    expect(prompt.text()).toBe('');
    prompt.type('/nonsense\r');
    expect(prompt.text()).toBe('/nonsense');
    prompt.press('ctrl+u');
    prompt.type('/effort\r');
    await prompt.settled();
    prompt.press('escape');
    expect(prompt.screen()[0]).toBe(`${ASIDE}the long draft`);
    prompt.press('ctrl+s');
    expect(prompt.screen()).toEqual(['❯ the long draft']);
  });

  test('comes back alone: of several the one that was put aside last', () => {
    const prompt = withDraft('first');
    prompt.type('second');
    prompt.press('ctrl+s');
    expect(prompt.screen()[0]).toBe(`${ASIDE}second`);
    for (const text of ['a', 'b']) {
      prompt.type(text);
      prompt.press('enter');
    }
    expect(prompt.sent()).toMatchObject([{ content: 'a' }, { content: 'secondb' }]);
    expect(prompt.text()).toBe('first');
  });
});

describe('Esc', () => {
  test('twice clears the text, says so before and brings it back with undo', () => {
    const prompt = startPrompt();
    prompt.type('half a thought');
    prompt.press('escape');
    expect(prompt.screen()).toEqual(['❯ half a thought', '  Press Esc again to clear the text.']);
    prompt.press('escape');
    expect([prompt.text(), prompt.screen().at(-1)]).toEqual(['', '  Cleared. Ctrl+_ brings it back.']);
    prompt.press('ctrl+_');
    expect(prompt.text()).toBe('half a thought');
  });

  test('clears nothing when the second press comes late, or when something was typed between', () => {
    const prompt = startPrompt();
    prompt.type('half');
    prompt.press('escape');
    prompt.wait(1001);
    prompt.press('escape');
    prompt.type(' a');
    prompt.press('escape');
    expect(prompt.text()).toBe('half a');
  });

  test('first closes a menu', () => {
    const prompt = startPrompt();
    prompt.type('/mo');
    prompt.press('escape');
    prompt.press('escape');
    expect(prompt.screen()).toEqual(['❯ /mo', '  Press Esc again to clear the text.']);
  });

  test('that is hammered on to stop the run neither clears the text nor goes back', () => {
    const prompt = startPrompt();
    prompt.turn('t1');
    prompt.type('typed');
    prompt.press('escape');
    prompt.observe({ ...DONE, turn_id: 't1' });
    for (let presses = 0; presses < 4; presses += 1) {
      prompt.wait(200);
      prompt.press('escape');
    }
    expect(prompt.text()).toBe('typed');
    prompt.wait(500);
    prompt.press('escape');
    prompt.press('escape');
    expect(prompt.text()).toBe('');
  });
});
