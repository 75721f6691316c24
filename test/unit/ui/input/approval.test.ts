import { describe, expect, test } from 'vitest';
import type { AgentMessageBody, ApprovalPreview } from '../../../../src/messages.ts';
import { type PromptRun, startPrompt } from './prompt-harness.ts';

const OPTIONS = [
  { decision: 'once', label: 'Yes, once' },
  { decision: 'always', label: 'Yes, always for `npm test`' },
  { decision: 'deny', label: 'No' },
] as const;

function ask(prompt: PromptRun, preview: ApprovalPreview, id = 'c1'): void {
  const request = { id, name: 'run_command', arguments: '' };
  prompt.observe({ type: 'tool_call', request, display_name: 'Run', model_name: 'demo/demo' });
  const asked: AgentMessageBody = {
    type: 'approval_requested',
    tool_call_id: id,
    reason: 'it runs a command',
    preview,
    options: OPTIONS,
  };
  prompt.observe(asked);
}

const COMMAND: ApprovalPreview = { kind: 'command', command: 'npm test', cwd: '/repo', facts: ['writes: dist/'] };

function asked(preview: ApprovalPreview = COMMAND): PromptRun {
  const prompt = startPrompt();
  prompt.turn('t1');
  ask(prompt, preview);
  prompt.screen();
  prompt.wait(400);
  return prompt;
}

function answers(prompt: PromptRun): readonly unknown[] {
  return prompt.sent().filter((message) => message.type === 'approve');
}

test('the dialog shows all that would happen and the answers', () => {
  expect(asked().screen()).toEqual([
    '? Run  it runs a command',
    '  $ npm test',
    '  in /repo',
    '  · writes: dist/',
    '› y Yes, once',
    '  a Yes, always for `npm test`',
    '  n No',
    '  Tab adds a note to the model · m: type a message first · Esc cancels the run',
  ]);
});

test.each([
  ['y', 'once'],
  ['a', 'always'],
  ['n', 'deny'],
  ['1', 'once'],
  ['3', 'deny'],
  ['\r', 'once'],
  ['\u001b[B\u001b[B\r', 'deny'],
])('%j answers %s, and the dialog is gone at once', (keys, decision) => {
  const prompt = asked();
  prompt.type(keys);
  expect(answers(prompt)).toEqual([{ type: 'approve', id: 'u1', tool_call_id: 'c1', decision }]);
  expect(prompt.screen()[0]).toMatch(/^❯/);
  prompt.type(keys);
  expect(answers(prompt)).toHaveLength(1);
});

test('a note goes to the model, with No unless another answer is marked', () => {
  const prompt = asked();
  prompt.type('\tuse pnpm\r');
  expect(answers(prompt)).toMatchObject([{ decision: 'deny', note: 'use pnpm' }]);
  const other = asked();
  other.type('\tbe quick');
  other.press('down');
  other.press('enter');
  expect(answers(other)).toMatchObject([{ decision: 'once', note: 'be quick' }]);
});

describe('type-ahead', () => {
  test('no key answers before the dialog was on the screen', () => {
    const prompt = startPrompt();
    prompt.turn('t1');
    ask(prompt, COMMAND);
    prompt.wait(5000);
    prompt.type('y\r');
    expect(answers(prompt)).toEqual([]);
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

  test('a paste answers nothing and stays in the prompt', () => {
    const prompt = asked();
    prompt.paste('y\n');
    expect(answers(prompt)).toEqual([]);
    expect(prompt.text()).toBe('y\n');
  });

  test('the next dialog is guarded anew', () => {
    const prompt = startPrompt();
    prompt.turn('t1');
    ask(prompt, COMMAND, 'c1');
    ask(prompt, COMMAND, 'c2');
    prompt.screen();
    prompt.wait(400);
    prompt.type('yyyy');
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

  test('it can be denied but not allowed before its end was on the screen', () => {
    const prompt = startPrompt();
    prompt.resize(60, 10);
    prompt.turn('t1');
    ask(prompt, long);
    expect(prompt.screen()).toHaveLength(10);
    expect(prompt.screen().some((row) => row.includes('26 more lines'))).toBe(true);
    prompt.wait(400);
    prompt.type('y');
    prompt.type('a');
    prompt.type('\r');
    expect(answers(prompt)).toEqual([]);
    expect(prompt.screen().join('\n')).toContain('line 1');
    prompt.type('n');
    expect(answers(prompt)).toMatchObject([{ decision: 'deny' }]);
  });

  test('reading to the end opens the answers, and only what was drawn counts as read', () => {
    const prompt = startPrompt();
    prompt.resize(60, 10);
    prompt.turn('t1');
    ask(prompt, long);
    prompt.screen();
    prompt.wait(400);
    prompt.press('end');
    prompt.type('y');
    expect(answers(prompt)).toEqual([]);
    expect(prompt.screen().join('\n')).toContain('line 30');
    prompt.type('y');
    expect(answers(prompt)).toMatchObject([{ decision: 'once' }]);
  });
});

test('what is hidden in a command is shown, and escape sequences are letters', () => {
  const prompt = asked({ kind: 'command', command: 'echo \u202eabc\u001b[2K\u200b', cwd: '/repo' });
  expect(prompt.screen()[1]).toBe('  $ echo ⟨U+202E⟩abc⟨U+001B⟩[2K⟨U+200B⟩');
});

test('markdown in a command is not formatted', () => {
  expect(asked({ kind: 'command', command: '# **rm** `x`', cwd: '/' }).screen()[1]).toBe('  $ # **rm** `x`');
});

test('Esc cancels the run, also while it asks', () => {
  const prompt = asked();
  prompt.press('escape');
  expect(prompt.sent()).toEqual([{ type: 'cancel', id: 'u1' }]);
});

test('m puts the dialog aside for a message, and Esc shows it again', () => {
  const prompt = asked();
  prompt.type('mwait a second\r');
  expect(prompt.sent()).toEqual([{ type: 'text', id: 'u1', content: 'wait a second' }]);
  expect(prompt.screen()[0]).toBe('? Run waits for your answer · Esc shows it');
  prompt.press('escape');
  prompt.wait(400);
  prompt.type('y');
  expect(answers(prompt)).toMatchObject([{ decision: 'once' }]);
});

test('the draft under a dialog is still there when it is gone', () => {
  const prompt = startPrompt();
  prompt.turn('t1');
  prompt.type('half a thou');
  ask(prompt, COMMAND);
  prompt.screen();
  prompt.wait(400);
  prompt.type('y');
  expect(prompt.screen()).toEqual(['❯ half a thou']);
});

test('an approval that was settled elsewhere leaves the screen', () => {
  const prompt = asked();
  prompt.observe({ type: 'approval_resolved', tool_call_id: 'c1', decision: 'deny', by: 'rule' });
  expect(prompt.screen()[0]).toMatch(/^❯/);
});

test.each([1, 2, 3, 5, 8])('in %i rows the answers are still there and nothing is too tall', (rows) => {
  const prompt = startPrompt();
  prompt.resize(30, rows);
  prompt.turn('t1');
  ask(prompt, COMMAND);
  const screen = prompt.screen();
  expect(screen.length).toBeLessThanOrEqual(rows);
  if (rows > 1) expect(screen.join(' ')).toMatch(/y/);
  for (const row of screen) expect(row.length).toBeLessThanOrEqual(30);
});

const PATCH = [
  '--- a/greet.ts',
  '+++ b/greet.ts',
  '@@ -8,3 +8,3 @@',
  ' function greet() {',
  "-  return 'hello there  ';",
  "+  return 'hello\u202e world  ';",
  ' }',
  '\\ No newline at end of file',
  '',
].join('\n');

test('an edit is asked for as a numbered diff, in full and with what is hidden', () => {
  const prompt = asked({ kind: 'diff', diff: { path: 'src/greet.ts', patch: PATCH, added: 1, removed: 1 } });
  expect(prompt.screen().slice(0, 6)).toEqual([
    '? Run  it runs a command',
    '  src/greet.ts  +1 −1',
    '   8   function greet() {',
    "   9 -   return 'hello there  ';",
    "   9 +   return 'hello⟨U+202E⟩ world  ';",
    '  10   }',
  ]);
  expect(prompt.screen()[6]?.trim()).toBe('No newline at end of file');
});

test('letters of another script in a Latin word are named, and those of a whole word are not', () => {
  const prompt = asked({ kind: 'command', command: 'cat p\u0430yp\u0430l.txt отчёт.txt\u00a0x', cwd: '/repo' });
  expect(prompt.screen()[1]).toBe('  $ cat pа⟨U+0430⟩ypа⟨U+0430⟩l.txt отчёт.txt\u00a0⟨U+00A0⟩x');
});

describe('several questions at once', () => {
  test('they come in the order of the calls and are counted', () => {
    const prompt = startPrompt();
    prompt.turn('t1');
    for (const id of ['c1', 'c2', 'c3']) {
      const request = { id, name: 'run', arguments: '' };
      prompt.observe({ type: 'tool_call', request, display_name: id, model_name: 'demo/demo' });
    }
    for (const tool_call_id of ['c3', 'c1', 'c2']) {
      prompt.observe({ type: 'approval_requested', tool_call_id, reason: 'why', preview: COMMAND, options: OPTIONS });
    }
    expect(prompt.screen()[0]).toBe('? c1  1 of 3  why');
  });

  test('a key pressed too early for the next one is neither its answer nor text', () => {
    const prompt = startPrompt();
    prompt.turn('t1');
    ask(prompt, COMMAND, 'c1');
    ask(prompt, COMMAND, 'c2');
    prompt.screen();
    prompt.wait(400);
    prompt.type('y');
    prompt.screen();
    prompt.type('y');
    expect([answers(prompt).length, prompt.text()]).toEqual([1, '']);
  });
});

test.each([1, 2, 3])('in %i rows of ten columns the keys of the answers are there', (rows) => {
  const prompt = startPrompt();
  prompt.resize(10, rows);
  prompt.turn('t1');
  ask(prompt, COMMAND);
  expect(prompt.screen().join(' ')).toMatch(/y\/(a\/)?n/);
});
