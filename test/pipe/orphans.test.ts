import { expect, onTestFinished, test } from 'vitest';
import { processesWith } from '../helpers/call-tool.ts';
import { makeHome, runProgram, startProgram } from '../helpers/run-program.ts';

test.skipIf(process.platform !== 'linux')(
  'a command that outlived a killed program is told when its session goes on',
  async () => {
    const seconds = `${100_000 + process.pid}`;
    const call = { tool_call: { name: 'run_command', arguments: { command: `exec sleep ${seconds}` } } };
    const home = makeHome({ 's.json': JSON.stringify([[call], 'Never.']), 't.json': '["Again."]' });
    const full = ['--permission-mode', 'full', '--i-know'];
    const { child, ended } = startProgram(['-p', 'go', '-m', 'script:s.json', ...full], { home });
    await expect.poll(() => processesWith(`sleep\0${seconds}`).length, { timeout: 30_000 }).toBe(1);
    const [id = 0] = processesWith(`sleep\0${seconds}`);
    onTestFinished(() => {
      process.kill(id, 'SIGKILL');
    });
    child.kill('SIGKILL');
    await ended;
    const { code, stdout, stderr } = await runProgram(['-p', 'on', '-c', '-m', 'script:t.json'], { home });
    expect([code, stdout]).toEqual([0, 'Again.\n']);
    expect(stderr).toContain(`still runs: sleep ${seconds} (process ${id}). To end it: kill ${id}`);
  },
);
