import { describe, expect, test } from 'vitest';
import { type PromptRun, startPrompt } from './prompt-harness.ts';

function answers(prompt: PromptRun): readonly unknown[] {
  return prompt.sent().filter((message) => message.type === 'approve');
}

describe('a question for words', () => {
  function askForWords(prompt: PromptRun): PromptRun {
    prompt.observe({
      type: 'approval_requested',
      tool_call_id: 'q1',
      reason: 'What is your name?',
      preview: { kind: 'text', text: 'It expects words.' },
      options: [
        { decision: 'once', label: 'Answer' },
        { decision: 'deny', label: 'Refuse' },
      ],
      answer: 'text',
    });
    return prompt;
  }
  function askedForWords(): PromptRun {
    const prompt = startPrompt();
    prompt.turn('t1');
    askForWords(prompt).screen();
    return prompt;
  }

  test('is answered by what is typed, letters that decide elsewhere too', () => {
    const prompt = askedForWords();
    prompt.type('Dan y');
    expect(prompt.screen()).toEqual([
      '? Tool  What is your name?',
      '  It expects words.',
      '› Answer',
      '  Refuse',
      '❯ Dan y',
      '  Enter answers · ↓ Enter refuses · Esc cancels the run',
    ]);
    prompt.press('tab');
    prompt.type('\r');
    expect(answers(prompt)).toEqual([
      { type: 'approve', id: 'u1', tool_call_id: 'q1', decision: 'once', note: 'Dan y' },
    ]);
    expect(prompt.screen()[0]).toMatch(/^❯/);
    expect(prompt.text()).toBe('');
  });

  test('takes no empty answer, and is refused or cancelled on purpose only', () => {
    const prompt = askedForWords();
    prompt.press('enter');
    expect(answers(prompt)).toEqual([]);
    prompt.press('down');
    prompt.press('enter');
    expect(answers(prompt)).toMatchObject([{ decision: 'deny' }]);
    const cancelled = askedForWords();
    cancelled.type('Da');
    cancelled.press('escape');
    cancelled.wait(1000);
    expect(cancelled.sent().map((message) => message.type)).toEqual(['cancel']);
  });

  test('does not take the message that somebody is in the middle of', () => {
    const prompt = startPrompt();
    prompt.turn('t1');
    prompt.type('only the te');
    askForWords(prompt).screen();
    prompt.type('sts');
    expect(prompt.text()).toBe('only the tests');
    prompt.wait(400);
    prompt.type('Dan\r');
    expect(answers(prompt)).toMatchObject([{ decision: 'once', note: 'Dan' }]);
    expect(prompt.text()).toBe('only the tests');
  });
});
