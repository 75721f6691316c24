import { spawnSync } from 'node:child_process';
import {
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
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createSandbox } from '../../../src/permissions/create-sandbox.ts';
import type { Sandbox, SandboxOptions } from '../../../src/permissions/sandbox.ts';
import { seatbeltProfile } from '../../../src/permissions/sandbox-macos.ts';
import { processesWith, toolBench } from '../../helpers/call-tool.ts';

let root: string;
let workspace: string;
let options: SandboxOptions;
let sandbox: Sandbox;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'sandbox-')));
  workspace = join(root, 'ws');
  const home = join(root, 'home');
  mkdirSync(workspace);
  mkdirSync(join(home, '.ssh'), { recursive: true });
  mkdirSync(join(home, 'state'));
  writeFileSync(join(home, '.ssh/id'), 'private key');
  writeFileSync(join(home, '.netrc'), 'password');
  writeFileSync(join(home, 'state/config.json'), 'own');
  options = {
    workspace,
    home,
    own: [join(home, 'state')],
    scratch: join(home, 'state/scratch'),
    search_path: process.env.PATH ?? '',
  };
  sandbox = createSandbox(options);
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const works = await (async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'probe-')));
  mkdirSync(join(folder, 'ws'));
  const search_path = process.env.PATH ?? '';
  const probe = createSandbox({
    workspace: join(folder, 'ws'),
    home: join(folder, 'h'),
    own: [],
    scratch: join(folder, 's'),
    search_path,
  });
  const status = await probe.probe();
  rmSync(folder, { recursive: true, force: true });
  return status.works;
})();

async function run(command: string, more: { is_read_only?: true; signal?: AbortSignal } = {}): Promise<string> {
  const bench = toolBench(workspace, { sandbox });
  const { signal, ...grant } = more;
  const call = { grant: { is_sandboxed: true, ...grant }, ...(signal === undefined ? {} : { signal }) };
  return (await bench.call('run_command', { command }, call)).result;
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
    const result = await run(`cat ${home}/.ssh/id ${home}/.netrc ${home}/state/config.json; true`);
    expect(result).not.toMatch(/private key|password|own/);
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

  test('a repository in a folder of the workspace keeps its config and hooks, and can be committed to', async () => {
    const lib = join(workspace, 'vendor/lib');
    spawnSync('git', ['init', '-q', lib]);
    const config = readFileSync(join(lib, '.git/config'), 'utf8');
    const result = await run(`
      git -C vendor/lib config core.fsmonitor "touch ${root}/pwn; false"; echo x > vendor/lib/.git/config
      mv vendor/lib/.git vendor/lib/.git2; echo x > vendor/lib/.git/hooks/pre-commit; rm -rf vendor/lib/.git/hooks
      echo a > vendor/lib/a.txt; git -C vendor/lib add -A
      git -C vendor/lib -c user.name=a -c user.email=b commit -qm one; git -C vendor/lib log --format=said:%s; true
    `);
    expect(result).toContain('said:one');
    expect(result).not.toContain('[warning');
    expect(readFileSync(join(lib, '.git/config'), 'utf8')).toBe(config);
    expect(existsSync(join(lib, '.git/hooks/pre-commit'))).toBe(false);
    expect(existsSync(join(lib, '.git2'))).toBe(false);
  });

  test('protected files at any depth cannot be written, wherever they are moved to', async () => {
    for (const name of ['a/b/.envrc', 'a/.npmrc', 'a/.vscode/tasks.json', 'node_modules/x/.git/config']) {
      mkdirSync(join(workspace, name, '..'), { recursive: true });
      writeFileSync(join(workspace, name), 'mine');
    }
    const result = await run(`
      for f in a/b/.envrc a/.npmrc a/.vscode/tasks.json node_modules/x/.git/config; do echo x > $f; rm -f $f; done
      mv a c; echo x > c/b/.envrc; echo x > c/.vscode/more.json; true
    `);
    for (const name of ['c/b/.envrc', 'c/.npmrc', 'c/.vscode/tasks.json', 'node_modules/x/.git/config']) {
      expect(readFileSync(join(workspace, name), 'utf8')).toBe('mine');
    }
    expect(readdirSync(join(workspace, 'c/.vscode'))).toEqual(['tasks.json']);
    expect(result).not.toContain('[warning');
  });

  test.each([
    ['mkdir a && echo x > a/.envrc', 'a/.envrc'],
    ['mkdir -p a/.vscode && echo x > a/.vscode/tasks.json', 'a/.vscode'],
    ['git init -q a', 'a/.git'],
    ['git init -q --bare a', 'a'],
    ['echo gitdir: ../b > old/x/.git', 'old/x/.git'],
    ['mv old/lib old/was && mkdir old/lib && cp -r old/was/.git old/lib/.git', 'old/lib/.git'],
    ['echo ../../evil > old/lib/.git/commondir', 'old/lib/.git/commondir'],
    ['ln -sfn /etc old/.idea', 'old/.idea'],
  ])('a protected file that was not there is told of afterwards: %s', async (command, made) => {
    mkdirSync(join(workspace, 'old/x'), { recursive: true });
    symlinkSync('x', join(workspace, 'old/.idea'));
    spawnSync('git', ['init', '-q', join(workspace, 'old/lib')]);
    const call = { grant: { is_sandboxed: true } };
    const output = await toolBench(workspace, { sandbox }).call('run_command', { command }, call);
    expect(output.result).toContain(`[warning: new or changed: ${JSON.stringify(made)}. `);
    expect(output.meta?.summary).toContain(`, warning: made ${made}`);
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
  const profile = seatbeltProfile({ ...options, workspace: '/w/a "b" \\c' }, false);
  expect(profile).toContain('(deny network*)');
  expect(profile).toContain('(subpath "/w/a \\"b\\" \\\\c")');
  expect(profile).toContain('(subpath "/w/a \\"b\\" \\\\c/.git/hooks")');
  expect(seatbeltProfile(options, true)).not.toContain(`(subpath "${workspace}")`);
});
