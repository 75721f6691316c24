import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createSandbox } from '../../../../src/permissions/sandbox/create-sandbox.ts';
import type { Sandbox, SandboxOptions } from '../../../../src/permissions/sandbox/sandbox.ts';
import { seatbeltProfile } from '../../../../src/permissions/sandbox/seatbelt.ts';
import { processesWith, toolBench } from '../../../helpers/call-tool.ts';
import { hasSandbox, runSandboxed, sandboxBench } from '../../../helpers/sandbox-bench.ts';

let root: string;
let workspace: string;
let options: SandboxOptions;
let sandbox: Sandbox;

beforeEach(() => {
  ({ root, workspace, options, sandbox } = sandboxBench());
});

const works = await hasSandbox();

async function run(command: string, more: { is_read_only?: true; signal?: AbortSignal } = {}): Promise<string> {
  return (await runSandboxed({ workspace, sandbox }, command, more)).result;
}

describe.skipIf(!works)('in the sandbox (needs a bubblewrap or sandbox-exec that works here)', () => {
  test('a command writes in the workspace and in a temporary folder, and nowhere else', async () => {
    const result = await run(
      `echo a > a.txt; echo b > /tmp/b.txt && cat /tmp/b.txt; echo c > ${root}/c.txt; echo d > /etc/d.txt; true`,
    );
    expect(readFileSync(join(workspace, 'a.txt'), 'utf8')).toBe('a\n');
    expect(result).toMatch(/^b\n/);
    expect(existsSync(join(root, 'c.txt'))).toBe(false);
    expect(existsSync('/etc/d.txt')).toBe(false);
    expect(existsSync('/tmp/b.txt')).toBe(false);
  });

  test('nothing can be written at all when it may only read', async () => {
    expect(await run('touch a.txt; ls', { is_read_only: true })).toMatch(/Read-only|not permitted/);
    expect(readdirSync(workspace)).toEqual([]);
  });

  test('keys and the own folder cannot be read', async () => {
    const { home } = options;
    const folder = realpathSync(mkdtempSync('/var/tmp/sandbox-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    for (const name of ['.ssh/id', '.npmrc', 'dotfiles/aws/credentials', 'plain.txt']) {
      mkdirSync(join(folder, name, '..'), { recursive: true });
      writeFileSync(join(folder, name), `content of ${name}\n`);
    }
    symlinkSync('dotfiles/aws', join(folder, '.aws'));
    sandbox = createSandbox({ ...options, home: folder, own: [home] });
    const paths = ['.ssh/id', '.npmrc', '.aws/credentials', 'dotfiles/aws/credentials', 'plain.txt'];
    const result = await run(
      `cat ${paths.map((name) => join(folder, name)).join(' ')} ${home}/state/config.json; true`,
    );
    expect(result.match(/content of .*/g)).toEqual(['content of plain.txt']);
    expect(result).not.toContain('own');
  });

  test('there is no network, not even this machine', async () => {
    const server = createServer((socket) => socket.end('reached'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const attempt = `exec 3<>/dev/tcp/127.0.0.1/${port} && cat <&3`;
    expect(spawnSync('bash', ['-c', `timeout 2 bash -c '${attempt}'`], { encoding: 'utf8' }).stderr).not.toMatch(
      /refused/,
    );
    expect(await run(attempt)).not.toContain('reached');
    server.close();
  });

  test.runIf(process.platform === 'linux')('no program outside can be asked to work for a command', async () => {
    const folder = realpathSync(mkdtempSync('/var/tmp/sandbox-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    // The Node that runs the tests may lie in /tmp, of which the sandbox has one of its own.
    const node = join(workspace, 'node');
    copyFileSync(process.execPath, node);
    for (const path of [join(folder, 'outside.sock'), join(workspace, 'inside.sock')]) {
      const listening = createServer((socket) => socket.end('reached'));
      onTestFinished(() => void listening.close());
      await new Promise<void>((resolve) => listening.listen(path, resolve));
      const script = `require('net').connect('${path}').on('data', (data) => console.log('' + data)).on('error', (error) => console.log('refused'))`;
      const attempt = `"${node}" -e "${script}"`;
      expect((await toolBench(workspace).call('run_command', { command: attempt })).result).toBe('reached');
      for (const grant of [{}, { is_read_only: true as const }]) expect(await run(attempt, grant)).toBe('refused');
    }
  });

  test('what runs programs later is protected, there or not, and nothing of the protection is left behind', async () => {
    mkdirSync(join(workspace, '.git/hooks'), { recursive: true });
    writeFileSync(join(workspace, '.git/config'), 'mine');
    writeFileSync(join(workspace, '.npmrc'), 'mine');
    const before = readdirSync(workspace);
    await run(`
      echo x > .git/config; echo x > .git/hooks/pre-commit; mv .git .git2; rm -rf .git/hooks; echo x > .npmrc; rm -f .npmrc
      echo x > .envrc; echo x > .mcp.json; mkdir -p .vscode; echo x > .vscode/tasks.json; mkdir .idea; ln -sf /etc .idea/x
      echo x > .git/objects; true
    `);
    expect(readFileSync(join(workspace, '.git/config'), 'utf8')).toBe('mine');
    expect(readFileSync(join(workspace, '.npmrc'), 'utf8')).toBe('mine');
    expect(readdirSync(join(workspace, '.git/hooks'))).toEqual([]);
    expect(readdirSync(join(workspace, '.git')).sort()).toEqual(['config', 'hooks', 'objects']);
    expect(readdirSync(workspace)).toEqual(before);
  });

  test('a repository cannot be made where there was none', async () => {
    await run('mkdir -p .git/hooks; echo x > .git/hooks/x; git init -q . ; true');
    expect(readdirSync(workspace)).toEqual([]);
  });

  test('git does not see the stand-ins, and works', async () => {
    spawnSync('git', ['init', '-q'], { cwd: workspace });
    writeFileSync(join(workspace, 'a.txt'), 'x');
    const result = await run(
      'git add -A && git -c user.name=a -c user.email=b commit -qm one && git status --short && git ls-files',
    );
    expect(result).toBe('a.txt');
  });

  test('git finds the repository above the workspace', async () => {
    const repository = realpathSync(mkdtempSync('/var/tmp/sandbox-'));
    onTestFinished(() => rmSync(repository, { recursive: true, force: true }));
    workspace = join(repository, 'ws');
    mkdirSync(workspace);
    sandbox = createSandbox({ ...options, workspace });
    spawnSync('git', ['init', '-q'], { cwd: repository });
    writeFileSync(join(workspace, 'new.txt'), 'x');
    expect(await run('git status --short', { is_read_only: true })).toBe('?? ./');
  });

  test('git that only reads does not run what the repository names', async () => {
    spawnSync('git', ['init', '-q'], { cwd: workspace });
    writeFileSync(join(workspace, 'a.txt'), 'x');
    const config = '[core]\n\tfsmonitor = "echo RAN >&2; false"\n\tpager = echo RAN\n[diff]\n\texternal = echo RAN\n';
    writeFileSync(join(workspace, '.git/config'), `[core]\n\trepositoryformatversion = 0\n${config}`);
    expect(await run('git add a.txt; git status; git diff')).toContain('RAN');
    expect(await run('git status; git diff; git log', { is_read_only: true })).not.toContain('RAN');
  });

  test('commands side by side do not take the protection from each other', async () => {
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, at) => run(`sleep 0.${at}; echo x > .envrc; echo x > .git/config; echo ${at}`)),
    );
    expect(results.map((result) => /^\d$/m.exec(result)?.[0])).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
    expect(readdirSync(workspace)).toEqual([]);
  });

  test('a protected place that is a link is not taken for protected', async () => {
    mkdirSync(join(workspace, 'elsewhere'));
    symlinkSync('elsewhere', join(workspace, '.vscode'));
    await expect(run('echo x > .vscode/tasks.json')).rejects.toThrow(/cannot protect .*symbolic link/);
    expect(readdirSync(join(workspace, 'elsewhere'))).toEqual([]);
  });

  test('a cancel leaves no process, whatever the command did to survive', async () => {
    const controller = new AbortController();
    const nap = `7700.${process.pid}`;
    const running = run(`trap '' TERM; (setsid sh -c "trap '' TERM; env -i /bin/sleep ${nap}" &); sleep ${nap}`, {
      signal: controller.signal,
    });
    await expect.poll(() => processesWith(nap).length).toBeGreaterThan(1);
    controller.abort();
    await expect(running).rejects.toThrow(/was stopped/);
    await expect.poll(() => processesWith(nap)).toEqual([]);
  });

  test.runIf(process.platform === 'linux')(
    'what was left running is named, and how the command ended is kept',
    async () => {
      const nap = `8123.${process.pid}`;
      const left = `sleep ${nap} & (nohup setsid sleep ${nap}1 >/dev/null 2>&1; true) &`;
      const said = await run(`${left} until pgrep -x sleep | tail -n +2 | grep -q .; do :; done; printf x`);
      const [before, names = ''] = said.split(': ');
      expect(before).toBe('x\n[2 background processes were ended with the command');
      expect(names.replace(']', '').split(', ').sort()).toEqual([`sleep ${nap}`, `sleep ${nap}1`]);
      expect(await run('for fd in 3 4; do [ -e /proc/$$/fd/$fd ] && echo open $fd; done; kill -SEGV $$')).toBe(
        '(no output)\n[exit code 139]\n[it ran in a sandbox: no network, writing only in the workspace]',
      );
      expect(processesWith(nap)).toEqual([]);
    },
  );

  test('links that a command made are not followed by the file tools afterwards', async () => {
    await run(`ln -s ${options.home}/.ssh/id stolen.txt; ln -s ${root} out`);
    expect(lstatSync(join(workspace, 'stolen.txt')).isSymbolicLink()).toBe(true);
    const access = await toolBench(workspace).prepare('read_file', { path: 'stolen.txt' }).access();
    expect(access).toMatchObject({ paths: [join(workspace, 'stolen.txt'), join(options.home, '.ssh/id')] });
  });
});

test('a missing program is said, with what to install, and nothing runs without it', async () => {
  const without = createSandbox({ ...options, search_path: join(root, 'nothing') });
  const status = await without.probe();
  expect(status.works).toBe(false);
  await expect(without.wrap(['true'], { cwd: workspace, is_read_only: false })).rejects.toThrow(
    /may only run in a sandbox/,
  );
});

test('a sandbox program inside the workspace is not used', async () => {
  mkdirSync(join(workspace, 'bin'));
  writeFileSync(join(workspace, 'bin/bwrap'), `#!/bin/sh\ntouch ${join(root, 'ran')}\n`, { mode: 0o755 });
  const tricked = createSandbox({ ...options, search_path: join(workspace, 'bin') });
  expect((await tricked.probe()).works).toBe(false);
  expect(existsSync(join(root, 'ran'))).toBe(false);
});

test.runIf(process.platform === 'linux')('a sandbox program that does not confine is found out', async () => {
  mkdirSync(join(root, 'bin'));
  writeFileSync(join(root, 'bin/bwrap'), '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done; shift; exec "$@"\n', {
    mode: 0o755,
  });
  const broken = createSandbox({ ...options, search_path: join(root, 'bin') });
  expect(await broken.probe()).toMatchObject({
    works: false,
    reason: expect.stringMatching(/does not keep commands from writing/),
  });
});

test('a home or the root of the disk is too much for a sandbox', async () => {
  expect(await createSandbox({ ...options, workspace: '/' }).probe()).toMatchObject({ works: false });
  expect(await createSandbox({ ...options, workspace: options.home }).probe()).toMatchObject({ works: false });
});

test('the profile for macOS denies the network and quotes what it names', () => {
  const run = { is_read_only: false, protected_files: [] };
  const profile = seatbeltProfile({ ...options, workspace: '/w/a "b" \\c' }, run);
  expect(profile).toContain('(deny network*)');
  expect(profile).toContain('(subpath "/w/a \\"b\\" \\\\c")');
  expect(profile).toContain('(subpath "/w/a \\"b\\" \\\\c/.git/hooks")');
  const open = seatbeltProfile(options, {
    ...run,
    protected_files: [
      { path: '/w/a/.claude', kind: 'folder', id: '1' },
      { path: '/w/a/.claude/worktrees', kind: 'open', id: '2' },
    ],
  });
  expect(open).toMatch(
    /\(deny file-write\* \(subpath "\/w\/a\/.claude"\)\)\n\(allow file-write\* \(subpath "\/w\/a\/.claude\/worktrees"\)\)/,
  );
  expect(seatbeltProfile(options, { ...run, is_read_only: true })).not.toContain(`(subpath "${workspace}")`);
});

test.runIf(process.platform === 'linux')('a sandbox program that says nothing is told of by how it ended', async () => {
  mkdirSync(join(root, 'bin'));
  writeFileSync(join(root, 'bin/bwrap'), '#!/bin/sh\nexit 3\n', { mode: 0o755 });
  const mute = createSandbox({ ...options, search_path: join(root, 'bin') });
  expect(await mute.probe()).toMatchObject({ works: false, reason: 'bubblewrap does not work here: it ended with 3.' });
});

test.skipIf(!works)('where the own folder cannot be made there is no sandbox, which is said', async () => {
  writeFileSync(join(root, 'file'), '');
  const homeless = createSandbox({ ...options, scratch: join(root, 'file/scratch') });
  const status = await homeless.probe();
  expect(status).toMatchObject({ works: false, reason: expect.stringContaining(join(root, 'file')) });
});
