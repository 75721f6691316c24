import { describe, expect, test } from 'vitest';
import type { ApprovalPreview } from '../../../../src/messages.ts';
import { answers, ask, asked, COMMAND } from './approval-run.ts';
import { type PromptRun, startPrompt } from './prompt-harness.ts';

describe('type-ahead', () => {
  test('no key answers before the dialog was on the screen', () => {
    const prompt = startPrompt();
    prompt.turn('t1');
    ask(prompt, COMMAND);
    prompt.wait(5000);
    prompt.type('y\r');
    expect(answers(prompt)).toEqual([]);
  });

  test('what the transcript covered was not seen: it takes no answer until it was on the screen again', () => {
    const prompt = startPrompt();
    prompt.turn('t1');
    const release = prompt.controller.capture(() => {});
    ask(prompt, COMMAND);
    prompt.screen();
    prompt.wait(5000);
    release();
    prompt.type('y');
    expect(answers(prompt)).toEqual([]);
    prompt.screen();
    prompt.wait(400);
    prompt.type('y');
    expect(answers(prompt)).toMatchObject([{ decision: 'once' }]);
  });

  test('no key answers in the first 400 ms; what was typed is kept in the prompt', () => {
    const prompt = startPrompt();
    prompt.turn('t1');
    prompt.type('and ');
    ask(prompt, COMMAND);
    prompt.screen();
    prompt.wait(399);
    prompt.type('yes\r');
    expect(answers(prompt)).toEqual([]);
    expect(prompt.sent()).toEqual([]);
    expect(prompt.text()).toBe('and yes');
  });

  test('who types on is not taken at their word; after a moment of silence they are', () => {
    const prompt = startPrompt();
    prompt.turn('t1');
    ask(prompt, COMMAND);
    prompt.screen();
    for (let i = 0; i < 10; i += 1) {
      prompt.wait(100);
      prompt.type('y');
    }
    expect(answers(prompt)).toEqual([]);
    prompt.wait(250);
    prompt.type('y');
    expect(answers(prompt)).toMatchObject([{ decision: 'once' }]);
  });

  test.each(['typed while waiting', '/transcript', 'ok, any one'])(
    'the words %j answer nothing and are kept',
    (words) => {
      const prompt = asked();
      for (const letter of words) {
        prompt.type(letter);
        prompt.screen();
        prompt.wait(300);
      }
      prompt.wait(2000);
      prompt.press('enter');
      expect(prompt.sent()).toEqual([]);
      expect(prompt.text()).toBe(words);
      expect(prompt.screen().at(-1)).toBe('  What you typed waits in the prompt · m goes on with it · Tab adds a note');
      prompt.wait(400);
      prompt.press('enter');
      expect(answers(prompt)).toMatchObject([{ decision: 'once' }]);
      expect(prompt.text()).toBe(words);
    },
  );

  test('who moved the mark after typing words means to answer: the next Enter does', () => {
    const prompt = asked();
    prompt.type('plain words');
    prompt.wait(3000);
    prompt.press('down');
    prompt.press('down');
    expect(prompt.screen().at(-1)).toContain('Tab adds a note to the model');
    prompt.wait(1000);
    prompt.press('enter');
    expect(answers(prompt)).toMatchObject([{ decision: 'deny' }]);
    expect(prompt.text()).toBe('plain words');
  });

  test('an arrow right behind the words moves nothing, and their Enter answers nothing', () => {
    const prompt = asked();
    prompt.type('plain words');
    prompt.press('down');
    prompt.press('enter');
    prompt.wait(1000);
    prompt.press('enter');
    expect(answers(prompt)).toEqual([]);
    expect(prompt.screen().join('\n')).toContain('› y Yes, once');
  });

  test('several characters in one read are words, also when each could be an answer', () => {
    const prompt = asked();
    prompt.type('any');
    expect(answers(prompt)).toEqual([]);
    expect(prompt.text()).toBe('any');
  });

  test('a paste answers nothing and stays in the prompt', () => {
    const prompt = asked();
    prompt.paste('y\n');
    expect(answers(prompt)).toEqual([]);
    expect(prompt.text()).toBe('y\n');
  });

  test('the next dialog is guarded anew', () => {
    const prompt = startPrompt();
    prompt.turn('t1');
    ask(prompt, COMMAND, { id: 'c1' });
    ask(prompt, COMMAND, { id: 'c2' });
    prompt.screen();
    prompt.wait(400);
    for (const key of 'yyyy') prompt.type(key);
    expect(answers(prompt)).toMatchObject([{ tool_call_id: 'c1' }]);
    prompt.screen();
    prompt.type('y');
    expect(answers(prompt)).toHaveLength(1);
    prompt.wait(400);
    prompt.type('n');
    expect(answers(prompt)).toMatchObject([{ tool_call_id: 'c1' }, { tool_call_id: 'c2', decision: 'deny' }]);
  });
});

describe('a preview longer than the screen', () => {
  const long: ApprovalPreview = {
    kind: 'text',
    text: Array.from({ length: 30 }, (_, index) => `line ${index + 1}`).join('\n'),
  };

  function startLong(): PromptRun {
    const prompt = startPrompt();
    prompt.resize(60, 10);
    prompt.turn('t1');
    ask(prompt, long);
    return prompt;
  }

  test('it can be denied but not allowed before its end was on the screen', () => {
    const prompt = startLong();
    expect(prompt.screen()).toHaveLength(10);
    expect(prompt.screen()).toContain('  … 24 more lines · y or PgDn reads on');
    for (const key of ['y', 'a', '\r']) {
      prompt.wait(400);
      prompt.type(key);
      // Held down, it is neither an answer nor text.
      prompt.type(key);
      expect(prompt.screen().at(-1)).toBe('  Read to the end first (PgDn, End). Then it can be allowed.');
    }
    expect([answers(prompt), prompt.text()]).toEqual([[], '']);
    expect(prompt.screen().join('\n')).toContain('line 16');
    prompt.wait(400);
    prompt.type('n');
    expect(answers(prompt)).toMatchObject([{ decision: 'deny' }]);
  });

  test('reading to the end opens the answers, and only what was drawn counts as read', () => {
    const prompt = startLong();
    prompt.screen();
    prompt.wait(400);
    prompt.press('end');
    prompt.type('y');
    expect(answers(prompt)).toEqual([]);
    expect(prompt.screen().join('\n')).toContain('line 30');
    prompt.wait(400);
    prompt.type('y');
    expect(answers(prompt)).toMatchObject([{ decision: 'once' }]);
  });

  test('once it was read a note does not ask to read it again', () => {
    const prompt = startLong();
    prompt.screen();
    prompt.wait(400);
    prompt.press('end');
    prompt.screen();
    prompt.type('\t');
    expect(prompt.screen().join('\n')).not.toContain('reads on');
    expect(prompt.screen().join('\n')).toContain('line 30');
    prompt.type('so be it\r');
    expect(answers(prompt)).toMatchObject([{ decision: 'once' }]);
  });

  test('of a command all has to be shown: who jumps to its end is led back to what was passed over', () => {
    const prompt = startPrompt();
    prompt.resize(60, 10);
    prompt.turn('t1');
    const command = Array.from({ length: 30 }, (_, index) => `echo ${index + 1}`).join('\n');
    ask(prompt, { kind: 'command', command, cwd: '/p' });
    expect(prompt.screen().join('\n')).toContain('  … 25 more lines · y or PgDn reads on\n');
    prompt.wait(400);
    prompt.press('end');
    expect(prompt.screen().join('\n')).toMatch(/end · \d+ lines above passed over · PgUp/);
    const shown = new Set<string>(prompt.screen());
    for (let pressed = 0; pressed < 40 && answers(prompt).length === 0; pressed += 1) {
      prompt.wait(400);
      prompt.type('y');
      for (const row of prompt.screen()) shown.add(row.trim());
    }
    expect(answers(prompt)).toMatchObject([{ decision: 'once' }]);
    for (let number = 7; number < 25; number += 1) expect(shown).toContain(`echo ${number}`);
  });

  test('of anything else the end is enough, and a line says what was passed over', () => {
    const prompt = startLong();
    prompt.screen();
    prompt.wait(400);
    prompt.press('end');
    expect(prompt.screen().join('\n')).toMatch(/end · \d+ lines above passed over · PgUp/);
    prompt.type('y');
    expect(answers(prompt)).toMatchObject([{ decision: 'once' }]);
  });
});
