import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createSandbox } from '../../../../src/permissions/sandbox/create-sandbox.ts';
import { hasSandbox, runSandboxed, type SandboxBench, sandboxBench } from '../../../helpers/sandbox-bench.ts';

let bench: SandboxBench;
let root: string;
let workspace: string;

beforeEach(() => {
  bench = sandboxBench();
  ({ root, workspace } = bench);
});

async function run(command: string): Promise<string> {
  return (await runSandboxed(bench, command)).result;
}

describe.skipIf(!(await hasSandbox()))('deeper in the workspace (needs a sandbox that works here)', () => {
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

  test('no repository can be made to take its settings from elsewhere, and git does not mind what stands there', async () => {
    const lib = join(workspace, 'vendor/lib');
    for (const folder of [workspace, lib]) spawnSync('git', ['init', '-q', folder]);
    const before = readdirSync(join(workspace, '.git'));
    const result = await run(`
      mkdir build; git init -q --bare build/evil; printf '[core]\\n\\tfsmonitor = "touch ${root}/pwn; false"\\n' > build/config
      cp -r build/evil/objects build/evil/refs build
      for git in .git vendor/lib/.git; do
        for name in commondir config.worktree; do
          echo ../build > $git/$name; rm -f $git/$name; mv $git/$name $git/x; mv build/config $git/$name; ln -sf ../build $git/$name
        done
      done
      echo a > a.txt; git add a.txt; git -c user.name=a -c user.email=b commit -qm one; git branch other; git stash list
      git log --format=said:%s; git -C vendor/lib status --short; git rev-parse --show-toplevel; true
    `);
    expect(result).toContain('said:one');
    expect(result).toMatch(new RegExp(`^${workspace}$`, 'm'));
    for (const folder of [workspace, lib]) {
      spawnSync('git', ['status'], { cwd: folder });
      expect(readdirSync(join(folder, '.git'))).not.toContain('commondir');
    }
    expect(existsSync(join(root, 'pwn'))).toBe(false);
    expect(readdirSync(join(workspace, '.git'))).toEqual(expect.arrayContaining(before));
    expect(readdirSync(bench.options.scratch).filter((name) => name.startsWith('stand-ins'))).toEqual([]);
  });

  test('after the workspace became a repository of its own commands go on, and what lies in it stays protected', async () => {
    mkdirSync(join(workspace, 'sub'));
    writeFileSync(join(workspace, 'sub/.envrc'), 'mine');
    await run('git init -q --bare .');
    const result = await run('echo x >> config; echo x > sub/.envrc; mkdir new; echo x > new/.envrc; echo went on');
    expect(result).toContain('went on');
    expect(result).toContain('[warning: new or changed: "new/.envrc". ');
    expect(readFileSync(join(workspace, 'config'), 'utf8')).not.toMatch(/^x$/m);
    expect(readFileSync(join(workspace, 'sub/.envrc'), 'utf8')).toBe('mine');
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
    ['git init -q --bare .', '.'],
    ['mkdir a && echo ref: refs/heads/x > a/HEAD && echo ../old > a/commondir', 'a'],
    [
      'mkdir old/lib/.git/rebase-merge && echo exec x > old/lib/.git/rebase-merge/git-rebase-todo',
      'old/lib/.git/rebase-merge/git-rebase-todo',
    ],
    ['echo obey > old/CLAUDE.md', 'old/CLAUDE.md'],
    ['ln -sfn /etc old/.idea', 'old/.idea'],
    ['mkdir -p old/.Claude && echo {} > old/.Claude/settings.json', 'old/.Claude'],
    ['echo x > lefthook.yml', 'lefthook.yml'],
    ['mkdir old/.cargo && echo x > old/.cargo/config.toml', 'old/.cargo/config.toml'],
    ['mkdir -p .claude/worktrees/b && echo x > .claude/worktrees/b/.envrc', '.claude/worktrees/b/.envrc'],
  ])('a protected file that was not there is told of afterwards: %s', async (command, made) => {
    for (const folder of ['old/x', '.claude/worktrees']) mkdirSync(join(workspace, folder), { recursive: true });
    symlinkSync('x', join(workspace, 'old/.idea'));
    spawnSync('git', ['init', '-q', join(workspace, 'old/lib')]);
    const output = await runSandboxed(bench, command);
    expect(output.result).toContain(`[warning: new or changed: ${JSON.stringify(made)}. `);
    expect(output.meta?.summary).toContain(`, warning: made ${made}`);
  });

  test('what a file tool asks about is kept in the sandbox too, at the top and deeper', async () => {
    const kept = ['.pre-commit-config.yaml', '.mise.toml', 'opencode.json', '.claude/settings.json'].flatMap((name) => [
      name,
      `a/b/${name}`,
    ]);
    for (const name of [...kept, 'a/.cargo/config.toml']) {
      mkdirSync(join(workspace, name, '..'), { recursive: true });
      writeFileSync(join(workspace, name), 'mine');
    }
    const result = await run(
      `for f in ${kept.join(' ')} a/.cargo/config.toml; do echo x > $f; rm -rf $f $(dirname $f)/.claude; done; mv a c; ls -A c`,
    );
    for (const name of kept) {
      expect(readFileSync(join(workspace, name.replace(/^a/, 'c')), 'utf8'), name).toBe('mine');
    }
    expect(readFileSync(join(workspace, 'c/.cargo/config.toml'), 'utf8')).toBe('mine');
    expect(result).not.toContain('[warning');
  });

  test("the working copies in an agent's folder can be written, but for what is protected in them", async () => {
    const copies = ['.claude/worktrees/x', 'a/.codex/worktrees/x'];
    for (const copy of copies) {
      mkdirSync(join(workspace, copy, '.claude'), { recursive: true });
      writeFileSync(join(workspace, copy, '.claude/settings.json'), 'mine');
      writeFileSync(join(workspace, copy, '../../hooks.json'), 'mine');
    }
    const result = await run(`
      for c in ${copies.join(' ')}; do
        echo x > $c/new.txt; echo x > $c/.claude/settings.json; echo x > $c/../../hooks.json; echo x > $c/../../more.json
        mv $c/.. $c/../../was; rm -rf $c/.claude
      done; true`);
    for (const copy of copies) {
      expect(readdirSync(join(workspace, copy)).sort()).toEqual(['.claude', 'new.txt']);
      expect(readFileSync(join(workspace, copy, '.claude/settings.json'), 'utf8')).toBe('mine');
      expect(readdirSync(join(workspace, copy, '../..')).sort()).toEqual(['hooks.json', 'worktrees']);
    }
    expect(result).not.toContain('[warning');
  });

  test('a folder of working copies that is a link opens nothing', async () => {
    mkdirSync(join(workspace, 'a/.claude'), { recursive: true });
    mkdirSync(join(root, 'elsewhere'));
    symlinkSync('../../../elsewhere', join(workspace, 'a/.claude/worktrees'));
    await run('echo x > a/.claude/worktrees/x; true');
    expect(readdirSync(join(root, 'elsewhere'))).toEqual([]);
  });

  test.runIf(process.platform === 'linux')(
    'a link put in the way while the sandbox is made opens nothing',
    async () => {
      // Not below /tmp, which is another one in the sandbox.
      const base = realpathSync(mkdtempSync('/var/tmp/sandbox-'));
      onTestFinished(() => rmSync(base, { recursive: true, force: true }));
      const project = join(base, 'ws');
      const outside = join(base, 'outside/lib/.git');
      mkdirSync(join(outside, 'hooks'), { recursive: true });
      writeFileSync(join(outside, 'config'), 'mine');
      spawnSync('git', ['init', '-q', join(project, 'a b/lib')]);
      const sandbox = createSandbox({ ...bench.options, workspace: project });
      const wrapped = await sandbox.wrap(
        ['sh', '-c', 'echo x > "a b/lib/.git/HEAD"; echo x > "a b/lib/.git/hooks/x"; echo ran'],
        { cwd: project, is_read_only: false },
      );
      const [program = '', ...args] = wrapped.argv;
      renameSync(join(project, 'a b'), join(project, 'was'));
      symlinkSync('../outside', join(project, 'a b'));
      const { stdout, stderr, status } = spawnSync(program, args, { encoding: 'utf8' });
      expect({ stdout, status }).toEqual({ stdout: '', status: 125 });
      expect(stderr).toMatch(/Nothing was run: protected files were moved/);
      expect(readdirSync(outside)).toEqual(['config', 'hooks']);
      unlinkSync(join(project, 'a b'));
      renameSync(join(project, 'was'), join(project, 'a b'));
      expect(spawnSync(program, args, { encoding: 'utf8' }).stdout).toBe('ran\n');
      await wrapped.release();
    },
  );

  test('what rules keep from commands cannot be read, or written, whatever runs', async () => {
    for (const name of ['secrets/deep/a', 'b.env', 'prod/db.yml']) {
      mkdirSync(join(workspace, name, '..'), { recursive: true });
      writeFileSync(join(workspace, name), 'mine');
    }
    const grant = {
      unreadable: [join(workspace, 'secrets'), join(workspace, 'b.env')],
      unwritable: [join(workspace, 'prod')],
    };
    const { result } = await runSandboxed(
      bench,
      `cat secrets/deep/a b.env prod/db.yml; echo x > prod/db.yml; echo x > prod/new; mv secrets s; cat s/deep/a
      rm -rf prod; mv b.env c; cat c; echo x > secrets/new; true`,
      grant,
    );
    expect(result.match(/mine/g)).toHaveLength(1);
    expect(result).toContain(`[${join(workspace, 'secrets')} was hidden from it: a rule covers it]`);
    expect(readFileSync(join(workspace, 'prod/db.yml'), 'utf8')).toBe('mine');
    expect(readFileSync(join(workspace, 'b.env'), 'utf8')).toBe('mine');
    expect(readdirSync(join(workspace, 'secrets'))).toEqual(['deep']);
    expect(readdirSync(join(workspace, 'prod'))).toEqual(['db.yml']);
  });
});
