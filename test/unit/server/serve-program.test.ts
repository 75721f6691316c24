import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { HttpAgent } from '@ag-ui/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { driveRemote, told } from '../../helpers/drive-remote.ts';
import { runProgram } from '../../helpers/run-program.ts';
import { parseFrames, verifyAgUi, type WireEvent } from '../../helpers/verify-ag-ui.ts';

const PROGRAM = process.env.AGENT_CHAT_PROGRAM ?? resolve(import.meta.dirname, '../../../bin/agent-chat.js');
const SCRIPT = [
  { steps: [{ tool_call: { name: 'pick_colour', arguments: { of: ['red', 'blue'] } } }] },
  { steps: [{ tool_call: { name: 'run_command', arguments: { command: 'echo blue > colour.txt' } } }] },
  { steps: [{ thought: 'Done.' }, 'It is blue.'] },
  'Still blue.',
];

let home = '';
const started: ChildProcess[] = [];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'agent-chat-serve-'));
  await writeFile(join(home, 'script.json'), JSON.stringify(SCRIPT));
});
afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  await rm(home, { recursive: true, force: true });
});

/** Starts the built program and gives what it says when it listens. */
async function start(
  env: Record<string, string> = {},
  before: readonly string[] = [],
): Promise<{ url: string; token: string; child: ChildProcess }> {
  const flags = ['--port', '0', '--json', '--model', 'script:script.json'];
  const child = spawn(process.execPath, [PROGRAM, ...before, 'serve', ...flags], {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home, XDG_STATE_HOME: join(home, 'state'), XDG_CONFIG_HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return { ...(JSON.parse(String(line)) as { url: string; token: string }), child };
}

async function run(agent: HttpAgent, parameters: Parameters<HttpAgent['runAgent']>[0] = {}): Promise<WireEvent[]> {
  const events: WireEvent[] = [];
  await agent.runAgent(parameters, { onEvent: ({ event }) => void events.push(event as WireEvent) });
  await verifyAgUi(events);
  return events;
}

describe('the program that serves', () => {
  test.each([
    ['a model that nobody knows', 'nope/x', 2, 'nope'],
    ['a model without its key', 'anthropic/claude-sonnet-4-5', 4, 'needs a key'],
  ])('does not start with %s', async (_name, model, code, said) => {
    const end = await runProgram(['serve', '--port', '0', '-m', model]);
    expect({ code: end.code, stdout: end.stdout }).toEqual({ code, stdout: '' });
    expect(end.stderr).toContain(said);
  });

  test.each([
    ['a mode', ['--permission-mode', 'nope'], 'There is no permission mode "nope"'],
    ['a tool', ['--tools', 'nope'], 'There is no tool "nope"'],
    ['a rule', ['--deny', 'a | b'], 'The rule "a | b"'],
  ])('does not start with %s that is none, wherever the flag stands', async (_name, flags, said) => {
    for (const args of [
      [...flags, 'serve', '--port', '0', '-m', 'demo'],
      ['serve', '--port', '0', '-m', 'demo', ...flags],
    ]) {
      const { code, stdout, stderr } = await runProgram(args);
      expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(said) });
    }
  });

  test('keeps to the limits and rules that were given before its name', async () => {
    const paint = async (before: readonly string[]) => {
      const { url, token } = await start({}, before);
      const agent = new HttpAgent({ url: `${url}/ag-ui`, headers: { Authorization: `Bearer ${token}` } });
      agent.addMessage({ id: 'u1', role: 'user', content: 'paint' });
      await run(agent);
      return agent.pendingInterrupts.map(({ reason }) => reason);
    };
    await writeFile(join(home, 'script.json'), JSON.stringify(SCRIPT.slice(1)));
    expect(await paint([])).toEqual(['tool_call']);
    expect(await paint(['--deny', 'echo'])).toEqual([]);
    expect(await paint(['--deny', 'echo', '--max-turns', '1'])).toEqual(['max_iterations']);
  });

  test('runs the real agent for a front end: its own tool, an approval, and the same session after a restart', async () => {
    const first = await start({ AGENT_CHAT_TOKEN: 'a-token-of-mine' });
    expect(first.token).toBe('a-token-of-mine');
    const headers = { Authorization: `Bearer ${first.token}` };
    const agent = new HttpAgent({ url: `${first.url}/ag-ui`, threadId: 'painting', headers });
    const tools = [
      { name: 'pick_colour', description: 'Asks the person', parameters: { type: 'object', properties: {} } },
    ];
    agent.addMessage({ id: 'u1', role: 'user', content: 'paint' });
    const [pending] = (await run(agent, { tools })).flatMap((event) =>
      event.type === 'TOOL_CALL_START' ? [String(event.toolCallId)] : [],
    );
    agent.addMessage({ id: 't1', role: 'tool', toolCallId: pending ?? '', content: 'blue' });
    await run(agent, { tools });
    expect(agent.pendingInterrupts[0]?.message).toContain('echo blue > colour.txt');
    const resume = agent.pendingInterrupts.map(({ id }) => ({
      interruptId: id,
      status: 'resolved' as const,
      payload: { approved: true },
    }));
    await run(agent, { tools, resume });
    expect(agent.messages.at(-1)?.content).toBe('It is blue.');
    first.child.kill('SIGINT');
    expect(await once(first.child, 'exit')).toEqual([0, null]);

    const second = await start();
    expect(second.token).not.toBe(first.token);
    const events = await fetch(`${second.url}/sessions/painting/events?as=ag-ui`, {
      headers: { authorization: `Bearer ${second.token}` },
    });
    second.child.kill('SIGTERM');
    const text = await events.text();
    await verifyAgUi(parseFrames(text));
    expect(text).toContain('It is blue.');
  });

  test('is driven by connect as if it were local', async () => {
    const { url, token } = await start();
    const driven = driveRemote({ url, token });
    driven.send({ type: 'text', content: 'paint' });
    const asked = await driven.next('approval_requested');
    expect(asked.preview).toMatchObject({ kind: 'command', command: 'echo blue > colour.txt' });
    driven.send({ type: 'approve', tool_call_id: asked.tool_call_id, decision: 'deny', note: 'not now' });
    expect((await driven.next('done')).final_text).toBe('It is blue.');
    const errors = driven.log.filter((message) => message.type === 'tool_error').map((message) => message.kind);
    expect(errors).toEqual(['unknown_tool', 'denied']);
    told(driven);
    await driven.close();
  });
});
