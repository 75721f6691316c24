import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { createSandbox } from '../../../../src/permissions/sandbox/create-sandbox.ts';
import type { SandboxOptions } from '../../../../src/permissions/sandbox/sandbox.ts';
import { makeHome, runProgram, startProgram } from '../../../helpers/run-program.ts';
import { hasSandbox, runSandboxed, type SandboxBench, sandboxBench } from '../../../helpers/sandbox-bench.ts';

const works = process.platform === 'linux' && (await hasSandbox());

let bench: SandboxBench;
let workspace: string;
let options: SandboxOptions;

beforeEach(() => {
  bench = sandboxBench();
  ({ workspace, options } = bench);
});

/** Waits inside a command for a file of the workspace. */
const until = (name: string): string => `until [ -e ${name} ]; do sleep 0.02; done`;

describe.skipIf(!works)('stand-ins (needs a bubblewrap that works here)', () => {
  test('those of a program that was killed go at its next start, and nothing else', async () => {
    const call = { tool_call: { name: 'run_command', arguments: { command: `touch begun; ${until('never')}` } } };
    const made = makeHome({ 's.json': JSON.stringify([[call], 'Done.']) });
    const home = { ...made, cwd: join(made.path, 'project') };
    mkdirSync(home.cwd);
    const { child, ended } = startProgram(['-p', 'go', '-m', 'script:../s.json', '--permission-mode', 'auto'], {
      home,
    });
    await expect.poll(() => existsSync(join(home.cwd, 'begun')), { timeout: 20_000 }).toBe(true);
    child.kill('SIGKILL');
    await ended;
    expect(readdirSync(home.cwd)).toEqual(expect.arrayContaining(['.git', '.idea', '.vscode']));
    writeFileSync(join(home.cwd, '.vscode/mine'), '');
    rmSync(join(home.cwd, '.idea'), { recursive: true });
    mkdirSync(join(home.cwd, '.idea'));
    await runProgram(['-p', 'go', '-m', 'demo'], { home });
    expect(readdirSync(home.cwd)).toEqual(['.idea', '.vscode', 'begun']);
    expect(readdirSync(join(made.path, 'state/agent-chat/sandbox'))).toEqual([]);
  });

  test('a process that ends leaves those that another one needs, and the last one takes them away', async () => {
    const other = { ...bench, sandbox: createSandbox(options) };
    const first = runSandboxed(bench, `touch first; ${until('second')}`);
    await expect.poll(() => existsSync(join(workspace, 'first')), { timeout: 20_000 }).toBe(true);
    const second = runSandboxed(
      other,
      `touch second; ${until('gone')}; mkdir .vscode; echo x > .vscode/tasks.json; echo x > .envrc; git init -q; true`,
    );
    await first;
    writeFileSync(join(workspace, 'gone'), '');
    expect((await second).result).not.toContain('[warning');
    expect(readdirSync(workspace)).toEqual(['first', 'gone', 'second']);
  });

  test('a place at the top that was written because its stand-in was taken away is told of', async () => {
    const running = runSandboxed(
      bench,
      `touch begun; ${until('gone')}; echo x > .envrc; mkdir .idea; echo x > .idea/x`,
    );
    await expect.poll(() => existsSync(join(workspace, 'begun')), { timeout: 20_000 }).toBe(true);
    for (const name of ['.envrc', '.idea', '.vscode']) rmdirSync(join(workspace, name));
    writeFileSync(join(workspace, 'gone'), '');
    expect((await running).result).toContain('[warning: new or changed: ".envrc", ".idea". ');
    expect(readFileSync(join(workspace, '.envrc'), 'utf8')).toBe('x\n');
  });
});
