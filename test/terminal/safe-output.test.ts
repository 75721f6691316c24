import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stamped } from '../helpers/encode-log.ts';
import { startTerminal } from '../helpers/terminal.ts';

/** Writes the clipboard, clears the screen, names the window; once in C1. */
const NASTY = 'x\u001b]52;c;ZXZpbA==\u0007\u001b[2J\u009b2J\u001b]0;evil\u0007\u202ey';

/** Runs a small command in a terminal to its end; gives every byte that it wrote, as latin1. */
async function output(
  args: readonly string[],
  setup: { home?: string; env?: Record<string, string> } = {},
): Promise<string> {
  const run = await startTerminal({ args, cols: 200, ...setup });
  try {
    await run.exit;
    return run.output();
  } finally {
    await run.close();
  }
}

/** What a terminal would obey, C1 in UTF-8 too; colours are not told from it. */
const OBEYED = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\u00c2[\u0080-\u009f]|\u00e2\u0080\u00ae/;

test('the commands beside the chat write nothing that a terminal obeys, whatever a session file holds', async () => {
  const home = mkdtempSync(join(tmpdir(), 'agent-chat-nasty-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const log = stamped([
    {
      type: 'session_started',
      session_id: '20260101-000000-abcdef',
      model: NASTY,
      cwd: `/${NASTY}`,
      protocol_version: 1,
    },
    { type: 'turn_started', turn_id: 't1', model_name: NASTY, input: { id: 'u1', content: NASTY } },
    { type: 'tool_call_ready', request: { id: 'c1', name: NASTY, arguments: NASTY }, display_name: NASTY },
    {
      type: 'tool_result',
      result: { id: 'c1', name: NASTY, result: NASTY },
      wait_ms: 0,
      execute_duration_ms: 1,
      duration_display: NASTY,
      model_name: NASTY,
    },
    { type: 'text', message_id: 'm1', chunk: NASTY, is_complete: true, model_name: NASTY },
    { type: 'done', status: 'completed', turn_id: 't1', duration_ms: 1, model_name: NASTY },
  ] as never);
  const folder = join(home, 'state/agent-chat/sessions');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '20260101-000000-abcdef.jsonl'), log.map((one) => `${JSON.stringify(one)}\n`).join(''));
  for (const args of [
    ['sessions', 'list'],
    ['sessions', 'show', '20260101-000000-abcdef'],
    ['sessions', 'export', '20260101-000000-abcdef', '-', '--format', 'html'],
    ['sessions', 'export', '20260101-000000-abcdef', '-', '--format', 'jsonl'],
    ['stats'],
    ['replay', '20260101-000000-abcdef', '-o', 'text'],
    ['replay', '20260101-000000-abcdef', '-o', 'stream-json'],
    ['sessions', 'show', NASTY],
    ['models', NASTY],
    ['config', NASTY],
  ]) {
    const written = await output(args, { home });
    expect(written, args.join(' ')).toMatch(/\S/);
    expect(written, args.join(' ')).not.toMatch(OBEYED);
  }
});

test('a server cannot write to the terminal by the names of its models', async () => {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data: [{ id: NASTY }, { id: 'honest-model' }] }));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
  });
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  const env = { OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`, OPENAI_API_KEY: 'sk-0123456789' };
  for (const args of [['models'], ['models', '--json'], ['doctor']]) {
    const written = await output(args, { env });
    if (args[0] === 'models') expect(written).toContain('honest-model');
    expect(written).not.toMatch(OBEYED);
    expect(written).not.toContain('52;c');
  }
});
