import { expect, onTestFinished, test } from 'vitest';
import { startTerminal, type TerminalRun } from '../helpers/terminal.ts';

async function start(script: unknown): Promise<TerminalRun> {
  const chat = await startTerminal({ script });
  onTestFinished(() => chat.close());
  await chat.waitFor('Ask anything');
  return chat;
}

test('/btw to a model that says nothing counts the seconds, and Esc ends it', async () => {
  const chat = await start([[{ stall: true }], 'A monoid.']);
  chat.type('/btw what is a monad?\r');
  await chat.waitFor(/^\/btw what is a monad\? · \ds · Esc stops it$/m);
  chat.press('escape');
  await chat.waitFor('/btw was stopped.');
  chat.type('/btw once more?\r');
  await chat.waitFor(/· \/btw once more\?\n+.*A monoid\./);
  await chat.waitFor(() => !chat.screen().join('\n').includes('Esc stops it'));
  chat.press('ctrl+d');
  expect((await chat.exit).exitCode).toBe(0);
});

test('an open /btw does not hold up the end of the chat', async () => {
  const chat = await start([[{ stall: true }]]);
  chat.type('/btw what is a monad?\r');
  await chat.waitFor('Esc stops it');
  chat.press('ctrl+d');
  expect((await chat.exit).exitCode).toBe(0);
});

test('the answer to /btw is shown as it comes', async () => {
  const chat = await start([[{ text: 'It begins.\n' }, { text: 'word ', repeat: 40, delay_ms: 20 }, { stall: true }]]);
  chat.type('/btw what is a monad?\r');
  await chat.waitFor(/\/btw what is a monad\?.*Esc stops it\n {2}It begins\.\n/);
  await chat.waitFor(/ {2}(word ?){10}/);
  expect(chat.scrollback().join('\n')).not.toContain('· /btw what');
  chat.press('escape');
  await chat.waitFor('/btw was stopped.');
  await chat.waitFor(() => !chat.screen().join('\n').includes('word'));
});
