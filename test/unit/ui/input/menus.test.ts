import { describe, expect, test } from 'vitest';
import { DONE } from '../../../helpers/turn-messages.ts';
import { startPrompt } from './prompt-harness.ts';

describe('the menu of commands', () => {
  test('it opens with the slash, filters by what is typed and closes with Esc', () => {
    const prompt = startPrompt();
    prompt.type('/');
    expect(prompt.screen()[1]).toMatch(/^› \/help/);
    prompt.type('mo');
    expect(prompt.screen()[1]).toMatch(/^› \/model \[model\]/);
    prompt.press('escape');
    expect(prompt.screen()).toEqual(['❯ /mo']);
  });

  test('letters in between are found too', () => {
    const prompt = startPrompt();
    prompt.type('/thnk');
    expect(prompt.screen()[1]).toMatch(/\/thinking/);
  });

  test('Enter runs the best match', () => {
    const prompt = startPrompt();
    prompt.type('/cle\r');
    expect(prompt.sent()).toEqual([{ type: 'clear_context', id: 'u1' }]);
    expect(prompt.text()).toBe('');
  });

  test('Tab completes the marked one and offers its values', async () => {
    const prompt = startPrompt();
    prompt.type('/eff\t');
    await prompt.settled();
    expect(prompt.text()).toBe('/effort ');
    expect(prompt.screen().slice(1)).toEqual(['› none', '  low', '  medium', '  high', '  xhigh']);
    prompt.type('hi');
    await prompt.settled();
    prompt.type('\r');
    expect(prompt.sent()).toEqual([{ type: 'set_reasoning_effort', effort: 'high', id: 'u1' }]);
  });

  test('Enter runs the value that is typed, not one that begins so, unless the mark was moved', async () => {
    const budgets: unknown[] = [];
    const prompt = startPrompt({ services: { setBudget: (dollars) => `${budgets.push(dollars)}` } });
    prompt.type('/budget 2');
    await prompt.settled();
    expect(prompt.screen().slice(1)).toContain('› 20');
    prompt.type('\r');
    prompt.type('/budget ');
    await prompt.settled();
    prompt.press('down');
    prompt.press('enter');
    expect(budgets).toEqual([2, 0.5]);
  });

  test('a command that does not apply here says why', () => {
    const prompt = startPrompt();
    prompt.type('/trust\r');
    expect(prompt.screen().join(' ')).toContain('There is nothing to trust');
  });

  test('what is said about a value is told whole', async () => {
    const prompt = startPrompt();
    prompt.resize(40, 12);
    prompt.type('/theme nope\r');
    await prompt.settled();
    expect(prompt.screen().slice(1)).toEqual(['  There is no theme "nope". Take one of', '  dark, light.']);
  });

  test('commands that need what is not there are not offered', () => {
    const prompt = startPrompt();
    prompt.type('/');
    prompt.resize(80, 60);
    const all = prompt.screen().join('\n');
    prompt.type('mcp');
    expect(all).not.toContain('/mcp');
    expect(prompt.screen().join('\n')).not.toContain('MCP servers');
  });

  test('a command runs while a turn runs, and its text does not reach the model', () => {
    const prompt = startPrompt();
    prompt.turn('t1');
    prompt.type('/model openai/gpt-5\r');
    expect(prompt.sent()).toEqual([{ type: 'switch_model', model: 'openai/gpt-5', id: 'u1' }]);
  });
});

describe('the menu of files', () => {
  test('@ offers paths, and one with blanks is quoted', async () => {
    const prompt = startPrompt();
    prompt.type('read @my');
    await prompt.settled();
    expect(prompt.screen()[1]).toBe('› src/my file.ts');
    prompt.press('tab');
    expect(prompt.text()).toBe('read @"src/my file.ts" ');
  });

  test('an @ inside a word offers nothing', async () => {
    const prompt = startPrompt();
    prompt.type('me@main');
    await prompt.settled();
    expect(prompt.screen()).toEqual(['❯ me@main']);
  });

  test('an answer that comes after the text changed is dropped', async () => {
    const waiting: ((paths: string[]) => void)[] = [];
    const prompt = startPrompt({
      services: { listFiles: () => new Promise((resolve) => waiting.push(resolve)) },
    });
    prompt.type('@a');
    prompt.type('b');
    waiting[1]?.(['ab.ts']);
    await prompt.settled();
    waiting[0]?.(['old.ts']);
    await prompt.settled();
    expect(prompt.screen()[1]).toBe('› ab.ts');
  });

  test('a file service that fails says so in a line', async () => {
    const prompt = startPrompt({ services: { listFiles: () => Promise.reject(new Error('The folder is gone.')) } });
    prompt.type('@a');
    await prompt.settled();
    expect(prompt.screen()).toEqual(['❯ @a', '  The folder is gone.']);
  });

  test('what a failing service says moves no cursor and begins no row of its own', async () => {
    const words = 'The folder\n is \u001b[2J\u001b]0;evil\u0007gone.';
    const prompt = startPrompt({ services: { listFiles: () => Promise.reject(new Error(words)) } });
    prompt.type('@a');
    await prompt.settled();
    expect(prompt.screen()).toEqual(['❯ @a', '  The folder  is gone.']);
  });
});

describe('pickers', () => {
  test('the models are grouped, the switch is previewed, and Enter switches', async () => {
    const prompt = startPrompt();
    prompt.type('draft');
    prompt.press('alt+p');
    await prompt.settled();
    prompt.press('down');
    await prompt.settled();
    expect(prompt.screen()).toEqual([
      'Model',
      '  demo',
      '  demo/demo',
      '  openai',
      '› openai/gpt-5',
      '  not set up',
      '  anthropic/opus  set ANTHROPIC_API_KEY',
      '  preview of openai/gpt-5',
      '  ↑↓ choose · Enter take · type to search · Esc back',
    ]);
    prompt.press('enter');
    expect(prompt.sent()).toEqual([{ type: 'switch_model', model: 'openai/gpt-5', id: 'u1' }]);
    expect(prompt.screen()).toEqual(['❯ draft']);
  });

  test('a model that cannot be used says what to set and is not taken', async () => {
    const prompt = startPrompt();
    prompt.press('alt+p');
    await prompt.settled();
    prompt.type('opus');
    prompt.press('enter');
    expect(prompt.sent()).toEqual([]);
    expect(prompt.screen().join('\n')).toContain('anthropic/opus: set ANTHROPIC_API_KEY');
  });

  test('F2 takes the next model that can be used, round and round', async () => {
    const prompt = startPrompt();
    prompt.turn('t1');
    prompt.observe({ type: 'session_started', session_id: 's', model: 'openai/gpt-5', cwd: '/', protocol_version: 1 });
    prompt.press('f2');
    await prompt.settled();
    expect(prompt.sent()).toMatchObject([{ type: 'switch_model', model: 'demo/demo' }]);
  });

  test('Ctrl+R finds what was sent before', async () => {
    const prompt = startPrompt({ history: ['fix the parser', 'write tests', 'fix the docs'] });
    prompt.press('ctrl+r');
    await prompt.settled();
    prompt.type('parser');
    prompt.press('enter');
    expect(prompt.text()).toBe('fix the parser');
  });

  test('Esc twice in an empty prompt goes back to an earlier message', async () => {
    const prompt = startPrompt();
    prompt.observe({
      type: 'turn_started',
      turn_id: 't',
      model_name: 'demo/demo',
      input: { id: 'first', content: 'first question' },
    });
    prompt.observe(DONE);
    prompt.press('escape');
    prompt.press('escape');
    await prompt.settled();
    expect(prompt.screen().slice(0, 2)).toEqual(['Go back to', '› first question  1970-01-01']);
    prompt.press('enter');
    await prompt.settled();
    expect(prompt.text()).toBe('first question');
  });

  test('Esc twice says so where there is nothing to go back to', () => {
    const prompt = startPrompt();
    prompt.press('escape');
    prompt.press('escape');
    expect(prompt.screen()[1]).toBe('  Nothing was said yet: there is nothing to go back to.');
  });

  test("a command of one's own that a signal killed says which", async () => {
    const prompt = startPrompt({ services: { runShell: async () => ({ output: '', killed_by: 'SIGKILL' }) } });
    prompt.type('!kill -9 $$\r');
    await prompt.settled();
    expect(prompt.printed).toEqual(['$ kill -9 $$\n\nIt was killed by SIGKILL.']);
  });

  test('? in an empty prompt is help, and in a text it is a letter', async () => {
    const prompt = startPrompt();
    prompt.type('why?');
    expect(prompt.text()).toBe('why?');
    prompt.press('ctrl+c');
    prompt.type('?');
    await prompt.settled();
    prompt.type('steer');
    expect(prompt.screen().join('\n')).toContain('send; while running: steer');
  });
});
