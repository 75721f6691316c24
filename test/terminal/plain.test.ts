import { afterEach, expect, test } from 'vitest';
import { serve } from '../helpers/serve-fake.ts';
import { startTerminal, type TerminalRun, type TerminalSetup } from '../helpers/terminal.ts';

let run: TerminalRun | undefined;
afterEach(() => run?.close());

async function start(setup: TerminalSetup): Promise<TerminalRun> {
  run = await startTerminal(setup);
  await run.waitForOutput('/quit ends');
  return run;
}

const ENDLESS = [{ text: 'It begins.\n\n' }, { text: 'word ', repeat: 4000, delay_ms: 25 }];

test('Ctrl+C stops the turn that runs and, when nothing does, ends the program', async () => {
  const chat = await start({ args: ['--plain'], script: [ENDLESS] });
  chat.type('begin\n');
  await chat.waitForOutput('It begins.');
  chat.press('ctrl+c');
  await chat.waitForOutput('Cancelled');
  chat.press('ctrl+c');
  expect((await chat.exit).exitCode).toBe(130);
});

test('Ctrl+C stops the turn of an agent that is somewhere else, and leaves the chat open', async () => {
  const { server } = await serve(async (turn) => {
    turn.text('Working.');
    await new Promise((resolve) => turn.signal.addEventListener('abort', resolve));
    return 'cancelled';
  });
  const chat = await start({ args: ['connect', `${server.url}/ag-ui`, '--token', server.token, '--plain'] });
  chat.type('begin\n');
  await chat.waitForOutput('Working.');
  chat.press('ctrl+c');
  await chat.waitForOutput('Cancelled');
  chat.type('/quit\n');
  expect((await chat.exit).exitCode).toBe(0);
});

test('a command that needs an idle agent is refused while a turn runs', async () => {
  const chat = await start({ args: ['--plain'], script: [ENDLESS] });
  chat.type('begin\n');
  await chat.waitForOutput('It begins.');
  chat.type('/fork\n');
  await chat.waitForOutput('/fork has to wait: /cancel stops the run.');
  chat.type('/cancel\n');
  await chat.waitForOutput('Cancelled');
});
