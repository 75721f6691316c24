import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startTerminal } from '../helpers/terminal.ts';

const FILES = {
  'work/.git/HEAD': 'ref: refs/heads/main\n',
  'work/.agent-chat/commands/explain.md': '---\ndescription: Tell what this is\n---\nExplain $1 in short.\n',
  'work/.agent-chat/commands/help.md': 'Not mine to take.\n',
};

function folder(): string {
  const home = mkdtempSync(join(tmpdir(), 'agent-chat-terminal-'));
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), text);
  }
  return home;
}

test('a file of the project is a command: in the menu, and sent with its argument', async () => {
  const chat = await startTerminal({ home: folder(), script: ['It is small.', 'It is new.'] });
  onTestFinished(() => chat.close());
  await chat.waitFor('Ask anything');
  expect(chat.scrollback().join('\n')).not.toContain('help.md');
  chat.type('/ex');
  await chat.waitFor(/\/explain +project · Tell what this is/);
  await chat.waitFor(/help\.md is not used:\s+\/help is a built-in command/);
  chat.type('plain the-parser\r');
  await chat.waitFor('› Explain the-parser in short.');
  await chat.waitFor('It is small.');
  await chat.waitFor('Ask anything');
  writeFileSync(join(chat.cwd, '.agent-chat/commands/new.md'), 'Written later.');
  chat.type('/new\r');
  await chat.waitFor('cleared');
  chat.type('/explain\r');
  await chat.waitFor('It is new.');
  expect(chat.scrollback().join('\n').split('help.md').length).toBe(2);
});

test('it is one in the plain chat and as the first prompt too', async () => {
  const chat = await startTerminal({
    home: folder(),
    script: ['It is small.', 'It is smaller.'],
    args: ['--plain', '/explain this'],
  });
  onTestFinished(() => chat.close());
  await chat.waitForOutput('Explain this in short.');
  await chat.waitForOutput('It is small.');
  chat.type('/explain the-rest\n');
  await chat.waitForOutput('Explain the-rest in short.');
  await chat.waitForOutput('It is smaller.');
  chat.type('/help\n');
  await chat.waitForOutput('/explain   project');
});
