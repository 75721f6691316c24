import { describe, expect, test } from 'vitest';
import { answers, ask, asked, COMMAND, OPTIONS } from './approval-run.ts';
import { startPrompt } from './prompt-harness.ts';

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

describe('a note to the model', () => {
  test('leaves the choice as it was; with a yes it steers, so that the model reads it next', () => {
    const prompt = asked();
    prompt.type('\t');
    expect(prompt.screen().slice(4)).toEqual([
      '› y Yes, once',
      '  a Yes, always for `npm test`',
      '  n No',
      '❯ Note to the model · ↑↓ choose the answer · Enter sends both',
    ]);
    prompt.type('be quick\r');
    expect(prompt.sent()).toEqual([
      { type: 'approve', id: 'u1', tool_call_id: 'c1', decision: 'once' },
      { type: 'text', id: 'u2', content: 'be quick' },
    ]);
  });

  test('stays as it is at a key that means nothing', () => {
    const prompt = asked();
    prompt.type('\tab');
    prompt.press('alt+z');
    prompt.type('c');
    expect(prompt.screen().at(-1)).toBe('❯ abc');
  });

  test('goes along with a no', () => {
    const prompt = asked();
    prompt.type('\tuse pnpm');
    prompt.press('up');
    prompt.press('enter');
    expect(prompt.sent()).toEqual([
      { type: 'approve', id: 'u1', tool_call_id: 'c1', decision: 'deny', note: 'use pnpm' },
    ]);
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

describe('put aside with m', () => {
  test('it comes back when the message is sent, and keys that come too early are for nothing', () => {
    const prompt = asked();
    prompt.type('m');
    expect(prompt.screen()).toEqual([
      '? Run waits for your answer',
      '❯ Enter steers · Tab queues · Esc shows the question',
    ]);
    prompt.type('wait a second\r');
    expect(prompt.sent()).toEqual([{ type: 'text', id: 'u1', content: 'wait a second' }]);
    prompt.type('y');
    expect(prompt.screen()[0]).toBe('? Run  it runs a command');
    prompt.wait(399);
    prompt.type('y');
    expect([answers(prompt).length, prompt.text()]).toEqual([0, '']);
    prompt.wait(400);
    prompt.type('y');
    expect(answers(prompt)).toMatchObject([{ decision: 'once' }]);
  });

  test('it comes back when the message is queued, too', () => {
    const prompt = asked();
    prompt.type('m');
    prompt.type('afterwards\t');
    expect(prompt.sent()).toMatchObject([{ content: 'afterwards', delivery: 'queue' }]);
    expect(prompt.screen()[0]).toBe('? Run  it runs a command');
  });

  test('Esc brings it back, and what was typed stays', () => {
    const prompt = asked();
    prompt.type('m');
    prompt.type('half a thou');
    prompt.press('escape');
    expect(prompt.screen()[0]).toBe('? Run  it runs a command');
    prompt.wait(400);
    prompt.type('y');
    expect(answers(prompt)).toMatchObject([{ decision: 'once' }]);
    expect(prompt.text()).toBe('half a thou');
  });

  test('a picker opens over it, and its end brings it back', () => {
    const prompt = asked();
    prompt.press('alt+p');
    expect(prompt.screen()[0]).toBe('Model');
    prompt.press('escape');
    expect(prompt.sent()).toEqual([]);
    expect(prompt.screen()[0]).toBe('? Run  it runs a command');
    prompt.wait(400);
    prompt.type('m');
    prompt.type('/effort\r');
    expect(prompt.screen()[0]).toBe('Reasoning effort');
    prompt.press('escape');
    expect(prompt.screen()[0]).toBe('? Run  it runs a command');
  });
});

test('a long reason is wrapped, as long as what would happen keeps its rows', () => {
  const reason = 'It needs the network, which the sandbox does not have. It would run outside of it.';
  const prompt = startPrompt();
  prompt.resize(60, 20);
  prompt.turn('t1');
  ask(prompt, COMMAND, { reason });
  expect(prompt.screen().slice(0, 3)).toEqual([
    '? Run  It needs the network, which the sandbox does not',
    '  have. It would run outside of it.',
    '  $ npm test',
  ]);
});

test('what cannot be undone stands out, and Enter is a no', () => {
  const prompt = startPrompt();
  prompt.turn('t1');
  const reason = 'It deletes /. That cannot be undone.';
  const options = [
    { decision: 'deny', label: 'No' },
    { decision: 'once', label: 'Once' },
  ] as const;
  ask(prompt, { kind: 'command', command: 'rm -rf /', cwd: '/repo' }, { reason, options });
  expect(prompt.screen().slice(0, 5)).toEqual([
    '? Run  It deletes /. That cannot be undone.',
    '  $ rm -rf /',
    '  in /repo',
    '› n No',
    '  y Once',
  ]);
  expect(prompt.spans()[0]).toContainEqual({ text: reason, role: 'error', bold: true });
  prompt.wait(400);
  prompt.press('enter');
  expect(answers(prompt)).toMatchObject([{ decision: 'deny' }]);
});

test('a tall preview is set off from the answers where there is room', () => {
  const command = Array.from({ length: 10 }, (_, row) => `echo ${row}`).join('\n');
  const tall = asked({ kind: 'command', command, cwd: '/repo' }).screen();
  expect([tall[0], tall[1]]).toEqual(['', '? Run  it runs a command']);
  expect(tall[tall.findIndex((row) => row.startsWith('›')) - 1]).toBe('');
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

test('they are named in what would be allowed for good, too', () => {
  const prompt = startPrompt();
  prompt.turn('t1');
  const options = [{ decision: 'always', label: 'Always: commands that start with: n\u0440m test' }] as const;
  const preview = { kind: 'command', command: 'n\u0440m test', cwd: '/repo' } as const;
  prompt.observe({ type: 'approval_requested', tool_call_id: 'c', reason: 'why', preview, options: [...options] });
  expect(prompt.screen().join('\n')).toContain('a Always: commands that start with: nр⟨U+0440⟩m test');
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
    ask(prompt, COMMAND, { id: 'c1' });
    ask(prompt, COMMAND, { id: 'c2' });
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
