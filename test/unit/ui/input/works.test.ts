import { describe, expect, test } from 'vitest';
import { type PromptRun, startPrompt } from './prompt-harness.ts';

/** A prompt whose model answers what is asked beside the conversation when the test says so. */
function startAside() {
  const asked: {
    question: string;
    show(text: string): void;
    answer(text: string): void;
    fail(error: Error): void;
  }[] = [];
  const prompt = startPrompt({
    services: {
      askAside: (question, signal, show) =>
        new Promise((answer, fail) => {
          signal.addEventListener('abort', () => fail(new Error('aborted')));
          asked.push({ question, show, answer, fail });
        }),
    },
  });
  const ask = (question: string): void => prompt.type(`/btw ${question}\r`);
  return { prompt, asked, ask };
}

const rows = (prompt: PromptRun): string[] => prompt.screen().filter((row) => !row.startsWith('❯'));

describe('/btw', () => {
  test('shows its question until the answer stands below it', async () => {
    const { prompt, asked, ask } = startAside();
    ask('what is a monad?');
    expect(prompt.screen()[0]).toBe('/btw what is a monad? · Esc stops it');
    asked[0]?.answer('A monoid.');
    await prompt.settled();
    expect(prompt.printed).toEqual(['/btw what is a monad?', 'A monoid.']);
    expect(rows(prompt)).toEqual([]);
  });

  test('shows the last rows of an answer that is coming, and takes them away when it stands above', async () => {
    const { prompt, asked, ask } = startAside();
    prompt.resize(24, 12);
    ask('why?');
    asked[0]?.show('A monoid');
    await prompt.settled();
    expect(rows(prompt)).toEqual(['/btw why? · Esc stops it', '  A monoid']);
    // So soon after it nothing is drawn anew.
    asked[0]?.show('A monoid in');
    await prompt.settled();
    expect(rows(prompt)).toEqual(['/btw why? · Esc stops it', '  A monoid']);
    prompt.wait(100);
    asked[0]?.show('A monoid in\n\nthe \u001b[31mcategory of endofunctors, as everybody\nknows');
    await prompt.settled();
    expect(rows(prompt)).toEqual(['/btw why? · Esc stops it', '  endofunctors, as', '  everybody', '  knows']);
    asked[0]?.answer('A monoid.');
    await prompt.settled();
    expect(rows(prompt)).toEqual([]);
    expect(prompt.printed).toEqual(['/btw why?', 'A monoid.']);
  });

  test('is stopped by Esc before the run is, the newest first, and prints nothing then', async () => {
    const { prompt, ask } = startAside();
    prompt.turn('t1');
    ask('one');
    ask('two');
    expect(rows(prompt)).toEqual(['/btw one · Esc stops it', '/btw two · Esc stops it']);
    prompt.press('escape');
    await prompt.settled();
    expect(rows(prompt)).toEqual(['/btw one · Esc stops it', '  /btw was stopped.']);
    prompt.press('escape');
    await prompt.settled();
    expect(prompt.sent()).toEqual([]);
    prompt.press('escape');
    expect(prompt.sent()).toMatchObject([{ type: 'cancel' }]);
    expect(prompt.printed).toEqual([]);
  });

  test('says what went wrong', async () => {
    const { prompt, asked, ask } = startAside();
    ask('what?');
    asked[0]?.fail(new Error('Nothing answers.'));
    await prompt.settled();
    expect(rows(prompt)).toEqual(['  Nothing answers.']);
  });

  test('keeps the key that stops it in sight, however long the question is', () => {
    const { prompt, ask } = startAside();
    prompt.resize(40, 12);
    ask('why '.repeat(30));
    expect(prompt.screen()[0]).toMatch(/^\/btw why why .*… · Esc stops it$/);
  });

  test('is stopped when the chat is left', async () => {
    const { prompt, ask } = startAside();
    ask('what?');
    prompt.controller.dispose();
    await prompt.settled();
    expect(rows(prompt)).toEqual(['  /btw was stopped.']);
  });
});
