import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSandbox } from '../../../src/permissions/sandbox/create-sandbox.ts';
import type { Sandbox } from '../../../src/permissions/sandbox/sandbox.ts';
import { type PermissionBench, permissionBench } from '../../helpers/permission-bench.ts';
import { startRealRun } from '../../helpers/real-run.ts';
import { startRun, testCatalog } from '../../helpers/run-agent.ts';
import { hasSandbox } from '../../helpers/sandbox-bench.ts';
import { script, scriptedProvider } from '../../helpers/scripted-provider.ts';

const SWAP = `const { renameSync, symlinkSync } = require('node:fs');
symlinkSync('../home/.ssh/id_rsa', 'swap' + process.pid);
renameSync('swap' + process.pid, 'swap');
`;

/** A workspace with a link to a file of its own, a program that makes it lead to a key, and that key. */
function swapBench(): PermissionBench {
  const bench = permissionBench();
  mkdirSync(join(bench.home, 'state'));
  writeFileSync(join(bench.home, '.ssh/id_rsa'), 'PRIVATE');
  symlinkSync('a.txt', join(bench.workspace, 'swap'));
  writeFileSync(join(bench.workspace, 'swap.cjs'), SWAP);
  return bench;
}

/** One batch: so many commands swap the link that `cat` of it has to wait for one of them. */
async function readWhileSwapped(
  { workspace }: PermissionBench,
  permissions: ReturnType<PermissionBench['permissions']>,
  sandbox?: Sandbox,
): Promise<string> {
  const calls = script();
  for (let call = 0; call < 8; call += 1) calls.toolCall('run_command', { command: 'node swap.cjs' });
  calls.toolCall('run_command', { command: 'cat swap a.txt' });
  const run = startRealRun({
    catalog: testCatalog({ scripted: scriptedProvider(calls.text('end')) }),
    model: 'scripted/one',
    cwd: workspace,
    permissions,
    ...(sandbox === undefined ? {} : { sandbox }),
  });
  await run.ask('go');
  const log = await run.end();
  expect(readFileSync(join(workspace, 'swap'), 'utf8')).toBe('PRIVATE');
  return JSON.stringify(log);
}

test.skipIf(process.platform === 'win32')('a read that nobody approved is judged again once it may run', async () => {
  const bench = swapBench();
  const permissions = bench.permissions({ can_ask: false, rules: { allow: ['node swap.cjs'] } });
  const log = await readWhileSwapped(bench, permissions);
  expect(log).not.toContain('PRIVATE');
  expect(log).toContain('It reads outside the workspace.');
});

test.skipIf(!(await hasSandbox()))('in the mode auto a read that was judged before a swap shows no key', async () => {
  const bench = swapBench();
  const { workspace, home } = bench;
  const places = { workspace, home, own: [join(home, 'state')], scratch: join(home, 'state/scratch') };
  const sandbox = createSandbox({ ...places, search_path: process.env.PATH ?? '' });
  const permissions = bench.permissions({ mode: 'auto', can_ask: false, sandbox });
  expect(await bench.judge(permissions, bench.command('cat swap'))).toEqual({
    decision: 'allow',
    by: 'mode',
    grant: { is_sandboxed: true, is_read_only: true },
  });
  expect(await readWhileSwapped(bench, permissions, sandbox)).not.toContain('PRIVATE');
});

test('what a mode allowed asks when the mode has changed while it waited; what a person allowed runs', async () => {
  const played = script().toolCall('wait', {}).toolCall('ask', { text: 'it' }).text('end');
  const run = startRun(played, { limits: { max_parallel_tools: 1 }, prompt: null });
  run.permissions.mode = 'allow';
  run.send({ type: 'text', content: 'go' });
  await run.tools.started('call_1');
  await run.settled();
  run.permissions.mode = 'ask';
  run.tools.release('call_1');
  await run.says('approval_requested');
  expect(run.tools.runs).toEqual(['call_1']);
  run.send({ type: 'approve', tool_call_id: 'call_2', decision: 'once' });
  await run.summary();
  expect(run.tools.runs).toEqual(['call_1', 'call_2']);
  await run.end();
});
