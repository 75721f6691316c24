import { afterEach, describe, expect, test } from 'vitest';
import { startTerminal, type TerminalRun } from '../helpers/terminal.ts';

let run: TerminalRun | undefined;
afterEach(() => run?.close());

/** Runs the program in a shell that shows, once Enter is pressed, how it left the terminal. */
const SHOW_STATE = '"$@"; echo "ended $?"; read -r line; stty -a; echo state-shown';

const MODES_OFF = ['\u001b[<u', '\u001b[>4;0m', '\u001b[?2004l', '\u001b[?1004l', '\u001b[?25h'];

async function startInShell(script: unknown = ['ok']): Promise<TerminalRun> {
  run = await startTerminal({ script, wrapper: SHOW_STATE });
  await run.waitFor('❯');
  return run;
}

async function expectRestored(chat: TerminalRun): Promise<void> {
  for (const mode of MODES_OFF) expect(chat.output().lastIndexOf(mode)).toBeGreaterThan(chat.output().indexOf('❯'));
  expect(chat.output()).not.toContain('\u001b[3J');
  chat.type('\r');
  await chat.waitForOutput('state-shown');
  const state = chat.output().slice(chat.output().lastIndexOf('ended'));
  expect(state).toMatch(/\sicanon\s/);
  expect(state).toMatch(/\secho\s/);
  expect(state).toMatch(/\sicrnl\s/);
  expect(state).toMatch(/\sisig\s/);
}

describe('the terminal is as it was', () => {
  test('after leaving', async () => {
    const chat = await startInShell();
    chat.press('ctrl+d');
    await chat.waitForOutput('ended 0');
    await expectRestored(chat);
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ] as const)('after %s', async (signal, code) => {
    const chat = await startInShell([[{ text: 'word ', repeat: 1000, delay_ms: 20 }]]);
    chat.type('go\r');
    await chat.waitFor('word word');
    chat.kill(signal);
    await chat.waitForOutput(`ended ${code}`);
    await expectRestored(chat);
  });

  test('after SIGKILL, where nothing of the program runs any more', async () => {
    const chat = await startInShell();
    chat.type('x');
    await chat.waitFor('❯ x');
    chat.kill('SIGKILL');
    await chat.waitForOutput('ended 137');
    await chat.waitForOutput('\u001b[?2004l');
    await expectRestored(chat);
  });
});

test('what was typed and not sent is in the history of the next start', async () => {
  const chat = await startInShell();
  chat.type('half a thought');
  await chat.waitFor('half a thought');
  chat.kill('SIGTERM');
  await chat.waitForOutput('ended 143');
  const next = await startTerminal({ script: ['ok'], home: chat.home });
  try {
    await next.waitFor('❯');
    next.press('up');
    await next.waitFor('❯ half a thought');
  } finally {
    await next.close();
  }
});

test('Ctrl+Z gives the terminal to the shell, and fg takes it back with the draft', async () => {
  run = await startTerminal({
    script: ['ok'],
    wrapper: 'set -m; "$@"; echo "stopped"; read -r line; stty -a; fg; echo "back $?"',
  });
  await run.waitFor('❯');
  run.type('draft');
  await run.waitFor('❯ draft');
  run.press('ctrl+z');
  await run.waitForOutput('stopped');
  run.type('\r');
  await run.waitForOutput(' icanon ');
  await run.waitFor('❯ draft');
  run.type('ed');
  await run.waitFor('❯ drafted');
  run.press('ctrl+c', 'ctrl+c', 'ctrl+c');
  await run.waitForOutput('back 0');
});
