import { describe, expect, test } from 'vitest';
import type { KeyOverrides } from '../../../../src/ui/input/keys/keymap.ts';
import { ask, COMMAND } from './approval-run.ts';
import { type PromptRun, startPrompt } from './prompt-harness.ts';

const OWN: KeyOverrides = { cancel: 'ctrl+x', queue: 'ctrl+q', help: 'f2', next_model: [], toggle_details: 'f3' };

function start(keys: KeyOverrides = OWN): PromptRun {
  return startPrompt({
    options: { keys },
    services: {
      listSessions: async () => [],
      resumeSession: async () => {},
      runShell: (_command, signal) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve({ output: '' }))),
    },
  });
}

describe('hints name the keys that hold', () => {
  test('in the prompt', () => {
    const prompt = start();
    expect(prompt.screen()).toEqual(['❯ Ask anything · / commands · @ files · F2 help']);
    prompt.turn('t1');
    expect(prompt.screen()).toEqual(['❯ Enter steers · Ctrl+Q queues · Ctrl+X cancels']);
    prompt.type('/resume\r');
    expect(prompt.screen().at(-1)).toContain('cancel the run first (Ctrl+X)');
  });

  test('a key that another action took is not named, and an action without one is not', () => {
    const prompt = start({ queue: [], help: [], send: ['ctrl+c', 'f5'], interrupt: 'ctrl+c' });
    expect(prompt.screen()).toEqual(['❯ Ask anything · / commands · @ files']);
    prompt.turn('t1');
    expect(prompt.screen()[0]).toMatch(/^❯ (Ctrl\+C|F5) steers · Esc cancels$/);
  });

  test('beside a command of the person', () => {
    const prompt = start();
    prompt.type('!sleep 9\r');
    expect(prompt.screen()[0]).toBe('$ sleep 9 · Ctrl+X stops it');
    prompt.type('!date\r');
    expect(prompt.screen().at(-1)).toBe('  A command is running: Ctrl+X stops it.');
  });

  test('at a question', () => {
    const prompt = start();
    prompt.turn('t1');
    ask(prompt, { kind: 'command', command: 'echo\n'.repeat(40), cwd: '/repo' });
    const rows = prompt.screen();
    expect(rows.at(-1)).toMatch(/Ctrl\+X cancels the run$/);
    expect(rows.join('\n')).toContain('F3 all');
    prompt.wait(400);
    prompt.type('m');
    expect(prompt.screen().at(-1)).toBe('❯ Enter steers · Ctrl+Q queues · Ctrl+X shows the question');
  });
});

describe('Esc closes what is open, whatever cancels', () => {
  test.each([
    ['the model picker', 'alt+p', 'Model'],
    ['the help', 'f2', 'Help'],
    ['the history', 'ctrl+r', 'History'],
  ])('%s', async (_what, key, title) => {
    const prompt = start();
    prompt.press(key);
    await prompt.settled();
    expect(prompt.screen()[0]).toBe(title);
    prompt.press('escape');
    expect(prompt.screen()[0]).toMatch(/^❯/);
  });

  test('a menu, with what is typed kept and the run going on', () => {
    const prompt = start();
    prompt.turn('t1');
    prompt.type('/mo');
    expect(prompt.screen()[1]).toContain('/model');
    prompt.press('escape');
    expect(prompt.screen()).toEqual(['❯ /mo']);
    prompt.press('escape');
    expect(prompt.sent()).toEqual([]);
    prompt.press('ctrl+x');
    expect(prompt.sent()).toMatchObject([{ type: 'cancel' }]);
  });

  test('a note, as the key that cancels does; the answer itself stays', () => {
    const prompt = start();
    prompt.turn('t1');
    ask(prompt, COMMAND);
    prompt.screen();
    prompt.wait(400);
    for (const key of ['escape', 'ctrl+x']) {
      prompt.type('\tbe quick');
      expect(prompt.screen().at(-1)).toBe('❯ be quick');
      prompt.press(key);
      expect(prompt.screen().at(-1)).toMatch(/Ctrl\+X cancels the run$/);
    }
    expect(prompt.sent()).toEqual([]);
  });
});
