import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeHome, readMessages, runProgram } from '../helpers/run-program.ts';

describe('a prompt that begins with the name of a command in a file', () => {
  const home = () => {
    const made = makeHome({ 's.json': '["Yes."]' });
    mkdirSync(join(made.cwd, '.agent-chat/commands'), { recursive: true });
    mkdirSync(join(made.cwd, 'config/agent-chat/commands'), { recursive: true });
    writeFileSync(join(made.cwd, '.agent-chat/commands/review.md'), 'Review $1 {}.');
    writeFileSync(join(made.cwd, '.agent-chat/commands/empty.md'), '');
    writeFileSync(join(made.cwd, '.agent-chat/commands/help.md'), 'Taken.');
    writeFileSync(join(made.cwd, 'config/agent-chat/commands/tidy.md'), 'Tidy up.');
    return made;
  };

  test.each([
    ['with its argument', ['-p', '/review src'], '', 'Review src {}.'],
    ['with piped text', ['-p', '/review src'], 'a log\n', '<context>\na log\n</context>\n\nReview src {}.'],
    ['with piped text as its argument', ['-p', '/tidy {}'], '/review x\n', 'Tidy up.\n\n/review x'],
    ['as one of several messages', ['--input-format', 'stream-json', '/review src'], '', 'Review src {}.'],
  ])('sends its text %s', async (_name, args, input, expected) => {
    const run = await runProgram([...args, '-m', 'script:s.json', '-o', 'stream-json'], { home: home(), input });
    const started = readMessages(run.stdout).find((message) => message.type === 'turn_started');
    expect(started?.input.content).toBe(expected);
    expect(run.stderr).toMatch(/^\/(review|tidy) is .*\.md$/m);
  });

  test.each([
    ['a part of a name', '/rev src'],
    ['a built-in command', '/help'],
    ['a path', '/review/src'],
    ['a name inside', 'look: /review'],
  ])('%s is text', async (_name, prompt) => {
    const run = await runProgram(['-p', prompt, '-m', 'script:s.json', '-o', 'stream-json'], { home: home() });
    const started = readMessages(run.stdout).find((message) => message.type === 'turn_started');
    expect(started?.input.content).toBe(prompt);
    expect(run.stderr).toBe('');
  });

  test('piped text alone names none', async () => {
    const run = await runProgram(['-m', 'script:s.json', '-o', 'stream-json'], { home: home(), input: '/review x' });
    expect(readMessages(run.stdout).find(({ type }) => type === 'turn_started')).toMatchObject({
      input: { content: '/review x' },
    });
  });

  test('one that cannot be used ends the program, and says why', async () => {
    const { code, stderr } = await runProgram(['-p', '/empty', '-m', 'script:s.json'], { home: home() });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/empty\.md is not used: it is empty\.$/m),
    });
  });
});
