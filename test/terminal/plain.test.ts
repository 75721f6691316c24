import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { readMessages } from '../helpers/run-program.ts';
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

test('commands that are none, or need a screen, are named and not sent; the others are offered', async () => {
  const chat = await start({ args: ['--plain'], script: [[{ text: 'It was a message.' }]] });
  chat.type('/modle x\n');
  await chat.waitForOutput('There is no command /modle. Did you mean /model');
  chat.type('/theme\n');
  await chat.waitForOutput('That needs a screen. Start without --plain.');
  chat.type('/effort\n');
  await chat.waitForOutput('/effort xhigh');
  chat.type('/help\n');
  await chat.waitForOutput('/quit   ');
  for (const name of ['theme', 'raw', 'transcript']) expect(chat.output()).not.toContain(`/${name}  `);
  expect(chat.output()).not.toContain('It was a message.');
  chat.type('/usr/bin is a folder\n');
  await chat.waitForOutput('It was a message.');
});

test.each([[['--plain']], [[]]])(
  'with %j what the first prompt mentions goes along, and what does not is named',
  async (args) => {
    const files = { 'notes.md': 'one' };
    run = await startTerminal({ args: [...args, 'see @notes.md and @gone.md'], files, script: [[{ text: 'I see.' }]] });
    await run.waitFor('@gone.md is not there: sent as text.');
    await run.waitFor('[file notes.md]');
    await run.waitFor('I see.');
  },
);

test("a file that is mentioned and the output of one's own command go along with a message", async () => {
  const files = { 'notes.md': 'one' };
  const chat = await start({ args: ['--plain', '--record', 'r.jsonl'], files, script: [[{ text: 'I see.' }]] });
  chat.type('!echo hello; exit 3\n');
  await chat.waitForOutput('The model sees this with your next message.');
  expect(chat.output()).toContain('\r\nhello\r\nExit code: 3\r\n');
  chat.type('!!echo secret\n');
  await chat.waitForOutput('\r\nsecret\r\n');
  chat.type('!sleep 1000\n');
  chat.type('/cancel\n');
  await chat.waitForOutput('It was stopped.');
  chat.type('see @notes.md and @gone.md\n');
  await chat.waitForOutput('I see.');
  expect(chat.output()).toContain('Attached: [file notes.md]');
  expect(chat.output()).toContain('@gone.md is not there: sent as text.');
  chat.type('/quit\n');
  await chat.exit;
  const recorded = readFileSync(join(chat.cwd, 'r.jsonl'), 'utf8');
  const started = readMessages(recorded).find((message) => message.type === 'turn_started');
  const content = started?.input.content;
  const names =
    typeof content === 'object' ? content.map((block) => (block.type === 'text' ? block.text : block.name)) : [];
  expect(names).toEqual(['! echo hello; exit 3', '! sleep 1000', 'see @notes.md and @gone.md', 'notes.md']);
});

test('of several questions each is asked when its turn comes', async () => {
  const calls = ['one', 'two'].map((name) => ({
    tool_call: { name: 'write_file', arguments: { path: `${name}.txt`, content: `${name}\n` } },
  }));
  const chat = await start({ args: ['--plain'], script: [calls, [{ text: 'Both done.' }]] });
  chat.type('write\n');
  await chat.waitForOutput('Words after the answer');
  await chat.waitForOutput('\r\n? ');
  expect(chat.output()).not.toContain('two.txt\r\n');
  chat.type('y\n');
  await chat.waitForOutput('two.txt\r\n');
  chat.type('y\n');
  await chat.waitForOutput('Both done.');
  expect(chat.output().split('Words after the answer')).toHaveLength(3);
});

test('an agent that is somewhere else has no models to choose from, which is said', async () => {
  const { server } = await serve(async () => 'completed');
  const args = ['connect', `${server.url}/ag-ui`, '--token', server.token];
  const chat = await start({ args: [...args, '--plain'] });
  chat.type('/model\n');
  await chat.waitForOutput('The agent chooses its own model.');
  chat.type('/quit\n');
  await chat.exit;
  await chat.close();
  run = await startTerminal({ args });
  await run.waitFor('Ask anything');
  run.type('/model');
  run.press('enter');
  await run.waitFor('The agent chooses its own model.');
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
