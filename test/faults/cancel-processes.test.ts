import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createAgent } from '../../src/agent/agent.ts';
import type { AgentMessage } from '../../src/messages.ts';
import { createTools } from '../../src/tools/registry.ts';
import type { Permissions } from '../../src/tools/tool.ts';
import { checkPromises } from '../helpers/check-promises.ts';
import { summaryOf, testCatalog } from '../helpers/run-agent.ts';
import { type Script, script, scriptedProvider } from '../helpers/scripted-provider.ts';

const folder = mkdtempSync(join(tmpdir(), 'agent-chat-cancel-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every process that carries the mark in its environment; the commands' shells hand it to all their children. */
function marked(mark: string): string[] {
  return readdirSync('/proc').filter((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    try {
      const isAlive = !/\) Z /.test(readFileSync(`/proc/${entry}/stat`, 'utf8'));
      return isAlive && readFileSync(`/proc/${entry}/environ`, 'utf8').includes(mark);
    } catch {
      return false;
    }
  });
}

const allowAll: Permissions = {
  judge: () => ({ decision: 'allow', by: 'mode', grant: { is_sandboxed: false } }),
  remember: () => {},
};

function start(played: Script, mark: string) {
  const provider = scriptedProvider(played, { after: script().text('and on') });
  const agent = createAgent({
    session_id: 's',
    cwd: folder,
    catalog: testCatalog({ scripted: provider }),
    model: 'scripted/one',
    tools: createTools({ spill_dir: folder, environment: { PATH: process.env.PATH ?? '', MARK: mark } }),
    permissions: allowAll,
    systemPrompt: () => '',
  });
  const log: AgentMessage[] = [];
  const listeners = new Set<() => void>();
  const reading = (async () => {
    for await (const message of agent.messages) {
      log.push(message);
      for (const listener of listeners) listener();
    }
  })();
  const says = (fits: (message: AgentMessage) => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!log.some(fits)) return;
        listeners.delete(look);
        resolve();
      };
      listeners.add(look);
      look();
    });
  return { agent, provider, log, reading, says };
}

const says = (text: string) => (message: AgentMessage) =>
  message.type === 'tool_output' && message.chunk.includes(text);

test.skipIf(process.platform !== 'linux').each([
  ['a command that waits', 'echo up; sleep 60', 'up'],
  ['one that ignores SIGTERM', "trap '' TERM; echo up; while true; do sleep 1; done", 'up'],
  ['one with children that ignore SIGTERM', "(trap '' TERM; sleep 61 & sleep 62) & echo up; wait", 'up'],
  ['one that forked a daemon holding the pipes', 'setsid sh -c "trap \'\' TERM; sleep 63" & echo up; sleep 60', 'up'],
  ['one that floods', 'yes up', 'up'],
])('a cancel leaves no process of %s', async (name, command, mark) => {
  const tag = `mark-${name.replaceAll(' ', '-')}-${process.pid}`;
  const run = start(script().toolCall('run_command', { command }).toolCall('run_command', { command }), tag);
  run.agent.send({ type: 'text', content: 'go' });
  await run.says(says(mark));
  expect(marked(tag).length).toBeGreaterThan(0);
  run.agent.send({ type: 'cancel' });
  await run.says((message) => message.type === 'done');
  expect(marked(tag)).toEqual([]);
  expect(summaryOf(run.log).slice(-2)).toEqual(['cancelled', 'done cancelled']);
  run.agent.send({ type: 'text', content: 'and now' });
  await run.says((message) => message.type === 'done' && message.status === 'completed');
  const roles = run.provider.requests.at(-1)?.conversation.map(({ role }) => role);
  expect(roles).toEqual(['user', 'assistant', 'tool', 'user']);
  await run.agent.close();
  await run.reading;
  expect(checkPromises(run.log)).toEqual([]);
});
