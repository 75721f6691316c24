import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { processesWith } from '../helpers/call-tool.ts';
import { call, stdio } from '../helpers/mcp/mcp-home.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { startTerminal, type TerminalRun, type TerminalSetup } from '../helpers/terminal.ts';

let chat: TerminalRun;
const start = async (setup: TerminalSetup): Promise<TerminalRun> => {
  chat = await startTerminal(setup);
  return chat;
};
afterEach(() => chat.close());

test('a call is approved with server, tool and arguments in full; "always" holds for this tool', async () => {
  await start({
    config: { mcp_servers: { test: stdio() } },
    script: [call('mcp__test__echo', { text: 'a\u202eb' }), call('mcp__test__echo'), call('mcp__test__fail'), 'Over.'],
  });
  await chat.waitFor('Ask anything');
  chat.type('go\r');
  await chat.waitFor('Always: mcp__test__echo');
  const asked = chat.screen().join('\n');
  for (const part of ['MCP server: test', 'Tool: echo', '"text": "a⟨U+202E⟩b"', 'the server says: it only reads']) {
    expect(asked).toContain(part);
  }
  await chat.waitFor('y Once');
  await pressUntil('a', 'Tool: fail');
  expect(chat.screen().join('\n')).toMatch(/✓ test · echo .*\n(.*\n)*?✓ test · echo/);
  await pressUntil('n', 'Over.');
});

test('the prompt does not wait for a slow server; a turn does, and says so', async () => {
  const gate = join(await temporaryFolder(), 'gate');
  await start({
    config: { mcp_servers: { slow: stdio({ gate }) }, allow: ['mcp__slow__*'] },
    script: [call('mcp__slow__echo', { text: 'here' }), 'Over.'],
  });
  await chat.waitFor('Ask anything');
  chat.type('/mcp\r');
  await chat.waitFor('slow  connecting');
  chat.type('go\r');
  await chat.waitFor('Waiting for the MCP server "slow"');
  writeFileSync(gate, '');
  await chat.waitFor('✓ slow · echo');
  await chat.waitFor('Over.');
});

test('a wait for a server is cancelled like anything else, and leaving ends the server', async () => {
  const gate = join(await temporaryFolder(), 'gate');
  await start({ config: { mcp_servers: { slow: stdio({ gate }) } }, script: ['Over.'] });
  await chat.waitFor('Ask anything');
  chat.type('go\r');
  await chat.waitFor('Waiting for the MCP server "slow"');
  chat.press('escape');
  await chat.waitFor('Cancelled');
  chat.press('ctrl+u', 'ctrl+d');
  expect((await chat.exit).exitCode).toBe(0);
  await expect.poll(() => processesWith(gate), { timeout: 10_000 }).toEqual([]);
});

test('/mcp restart starts a server again, and /tools lists its tools', async () => {
  const notes = join(await temporaryFolder(), 'notes');
  await start({ config: { mcp_servers: { test: stdio({ note: notes }) } }, script: ['Over.'], rows: 40 });
  await chat.waitFor('Ask anything');
  chat.type('go\r');
  await chat.waitFor('Over.');
  const [first] = processesWith(notes);
  chat.type('/mcp restart test\r');
  await chat.waitFor('test  ready, 12 tools');
  expect(processesWith(notes)).toHaveLength(1);
  expect(processesWith(notes)).not.toEqual([first]);
  chat.type('/tools\r');
  await chat.waitFor('+ mcp__test__echo');
  chat.type('/mcp restart no\r');
  await chat.waitFor('There is no MCP server "no"');
});

test('the names of a server cannot write on the screen', async () => {
  await start({ config: { mcp_servers: { evil: stdio({ kind: 'evil' }) } }, script: ['Over.'], rows: 40 });
  await chat.waitFor('Ask anything');
  chat.type('go\r');
  await chat.waitFor('Over.');
  chat.type('/mcp\r');
  await chat.waitFor('evil  ready, 3 tools');
  expect(chat.output()).not.toContain('owned\u0007');
  expect(chat.output()).not.toContain('\u001b[8m');
});

/** Keys are not taken in the first moment of a question. */
async function pressUntil(key: string, text: string): Promise<void> {
  const timer = setInterval(() => chat.type(key), 500);
  try {
    await chat.waitFor(text);
  } finally {
    clearInterval(timer);
  }
}
