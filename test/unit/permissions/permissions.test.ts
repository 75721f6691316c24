import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { readPermissionMode, refuseFullMode } from '../../../src/permissions/modes.ts';
import type { ToolAccess } from '../../../src/tools/tool.ts';
import { type PermissionBench, permissionBench } from '../../helpers/permission-bench.ts';

let bench: PermissionBench;
let workspace: string;
let home: string;

beforeEach(() => {
  bench = permissionBench();
  ({ workspace, home } = bench);
});

const permissions: PermissionBench['permissions'] = (options) => bench.permissions(options);
const command: PermissionBench['command'] = (line) => bench.command(line);
const judge: PermissionBench['judge'] = (given, access) => bench.judge(given, access);
const decisionOn: PermissionBench['decisionOn'] = (given, line) => bench.decisionOn(given, line);

describe('places', () => {
  test.each([
    ...['echo x > .envrc', 'echo x >> sub/.npmrc', 'cp a.txt .git/hooks/pre-commit', 'tee .vscode/tasks.json'],
    ...['touch ~/.bashrc', 'echo x > $HOME/.zshrc', "bash -c 'rm .git/config'", 'sed -i s/a/b/ .envrc', 'mv .envrc x'],
  ])(
    'a command that says it writes what is protected asks, even in the mode full or where a rule allows it: %s',
    async (line) => {
      const rules = { allow: ['cp', 'tee', 'touch', 'sed', 'mv'] };
      for (const mode of ['ask', 'full'] as const)
        expect(await decisionOn(permissions({ mode, rules }), line)).toBe('ask');
    },
  );

  test('a command that names this program’s own files asks before it writes them, and a rule does not cover keys', async () => {
    const full = permissions({ mode: 'full' });
    expect(await decisionOn(full, `echo x > ${join(home, 'state/config.json')}`)).toBe('ask');
    expect(await decisionOn(full, 'echo x > a.txt && cp .envrc b')).toBe('allow');
    const given = permissions({ rules: { allow: ['cat', 'tar'] } });
    expect(await decisionOn(given, `cat a.txt ${join(home, '.ssh/id')}`)).toBe('ask');
    expect(await decisionOn(given, `tar cf x.tar ${join(home, 'state')}`)).toBe('ask');
    expect(await decisionOn(given, 'cat /etc/hostname')).toBe('allow');
  });

  test('keys that are kept elsewhere by a link are keys there too', async () => {
    mkdirSync(join(home, 'dotfiles/aws'), { recursive: true });
    symlinkSync('dotfiles/aws', join(home, '.aws'));
    const given = permissions({ rules: { allow: [`read:${home}`] } });
    for (const name of ['.aws/credentials', 'dotfiles/aws/credentials', '.npmrc', '.config/gh/hosts.yml']) {
      expect((await judge(given, { kind: 'read', paths: [join(home, name)] })).decision, name).toBe('ask');
    }
    expect((await judge(given, { kind: 'read', paths: [join(home, 'dotfiles/x')] })).decision).toBe('allow');
  });

  test('keys are keys in a home that is worked in, and a folder of keys is worked in where it was chosen', async () => {
    const reads = async (folder: string, path: string) => {
      const given = permissions({ around: { workspace: folder, home, own: [], readable: [] } });
      return (await judge(given, { kind: 'read', paths: [join(home, path)] })).decision;
    };
    expect(await reads(home, '.ssh/id')).toBe('ask');
    expect(await reads(home, 'notes.txt')).toBe('allow');
    expect(await reads(join(home, '.ssh'), '.ssh/config')).toBe('allow');
  });

  test('a link is judged by where it leads', async () => {
    symlinkSync(join(workspace, '.git/config'), join(workspace, 'harmless.txt'));
    symlinkSync(home, join(workspace, 'docs'));
    const edits = permissions({ mode: 'edits' });
    expect((await judge(edits, { kind: 'write', paths: [join(workspace, 'harmless.txt')] })).decision).toBe('ask');
    expect((await judge(edits, { kind: 'write', paths: [join(workspace, 'docs/x')] })).decision).toBe('ask');
    expect((await judge(edits, { kind: 'read', paths: [join(workspace, 'docs/.ssh/id')] })).decision).toBe('ask');
    expect(await decisionOn(edits, 'cat docs/.ssh/id')).toBe('ask');
  });

  test('what tools kept for this model may be read, outputs of other sessions and the rest of the own folder not', async () => {
    const given = permissions({ mode: 'full' });
    expect((await judge(given, { kind: 'read', paths: [join(home, 'state/outputs/x.txt')] })).decision).toBe('allow');
    for (const name of ['config.json', 'outputs/other.txt', 'outputs', 'outputs/x.txt/../other.txt']) {
      for (const mode of ['plan', 'full'] as const) {
        const verdict = await judge(permissions({ mode }), { kind: 'read', paths: [`${home}/state/${name}`] });
        expect(verdict.decision, name).toBe('ask');
      }
    }
    expect(await decisionOn(permissions(), `cat ${join(home, 'state/outputs/other.txt')}`)).toBe('ask');
    expect(await decisionOn(permissions(), `cat ${join(home, 'state/outputs/x.txt')}`)).toBe('allow');
  });

  test('what the system tells of this process is no file like others', async () => {
    for (const path of ['/proc/self/environ', `/proc/${process.pid}/environ`]) {
      expect((await judge(permissions({ mode: 'full' }), { kind: 'read', paths: [path] })).decision).toBe('ask');
    }
  });

  test('a workspace that is reached through a link is still the workspace', async () => {
    symlinkSync(workspace, join(home, 'shortcut'));
    const around = { workspace: join(home, 'shortcut'), home, own: [], readable: [] };
    const given = permissions({ mode: 'edits', around });
    expect(
      (await judge(given, { kind: 'write', paths: [join(home, 'shortcut/x.txt'), join(workspace, 'x.txt')] })).decision,
    ).toBe('allow');
  });

  test('names that hold control characters are refused in every mode', async () => {
    const full = permissions({ mode: 'full' });
    expect((await judge(full, { kind: 'write', paths: [join(workspace, 'a\0b')] })).decision).toBe('deny');
    expect((await judge(full, command('ls \u001b[2J'))).decision).toBe('deny');
    expect((await judge(full, { kind: 'fetch', url: 'http://a\0b' })).decision).toBe('deny');
  });
});

describe('catastrophes', () => {
  test.each([
    ...[
      'rm -rf /',
      'rm -rf /*',
      'rm -fr ~',
      'rm -rf ~/',
      'rm -rf $HOME',
      'rm -rf "$HOME"',
      'rm -rf "$HOME"/*',
      'rm -r .',
      'rm -rf ./',
    ],
    ...[
      'rm -rf *',
      'rm -rf ./*',
      'rm -rf ..',
      'rm -Rf ../ws',
      'rm --recursive -f /etc',
      'rm -rf "$DIR"/*',
      'rm -rf $DIR',
      'rm -rf .git',
    ],
    ...[
      'sudo rm -rf /',
      'bash -c "rm -rf /"',
      'true; rm -rf /home',
      'rm -rf -- /',
      'rm -rf /usr/',
      'rm --no-preserve-root -r /',
    ],
    ...[
      'find / -delete',
      'find . -delete',
      'find ~ -exec rm {} +',
      'chmod -R 777 /',
      'chown -R x .',
      'mkfs.ext4 /dev/sda1',
      'dd if=x of=/dev/sda',
    ],
    ...['cat x > /dev/sda', 'shred /dev/nvme0n1', 'xargs rm -rf /', 'env A=1 rm -rf /home/me'],
  ])('%s asks in the mode full', async (line) => {
    const verdict = await judge(permissions({ mode: 'full' }), command(line));
    const reason = expect.stringMatching(/cannot be undone/);
    expect(verdict).toMatchObject({ decision: 'ask', reason, is_irreversible: true });
    expect(verdict).not.toHaveProperty('pattern');
  });

  test.each([
    'rm -rf node_modules',
    'rm -rf ./dist',
    'rm x',
    'rm -rf "$HOME/.cache/x"',
    'find dist -delete',
    'chmod -R 755 dist',
    'dd if=a of=b',
  ])('%s does not', async (line) => {
    expect(await decisionOn(permissions({ mode: 'full' }), line)).toBe('allow');
  });
});

describe('where nobody can be asked', () => {
  test('what would ask is denied, with the flag that would allow it', async () => {
    const given = permissions({ can_ask: false });
    const reasonOf = async (access: ToolAccess): Promise<string> => {
      const verdict = await judge(given, access);
      return verdict.decision === 'deny' ? verdict.reason : verdict.decision;
    };
    expect(await reasonOf({ kind: 'write', paths: [join(workspace, 'x.txt')] })).toBe(
      'x.txt would be written. Nobody can approve it here; start with --permission-mode edits to allow edits in the workspace.',
    );
    expect(await reasonOf(command('npm test'))).toBe(
      'The mode ask asks before commands. Nobody can approve it here; start with --allow "npm test" to allow it, or with --permission-mode auto to run commands in a sandbox.',
    );
    expect(await reasonOf({ kind: 'fetch', url: 'https://a.example' })).toBe(
      "It fetches from a.example. Nobody can approve it here; start with --allow 'fetch:a.example' to allow it.",
    );
    expect(await reasonOf({ kind: 'read', paths: ['/etc/hostname'] })).toMatch(/--allow 'read:\/etc\/hostname'/);
    expect(await reasonOf(command('rm -rf /'))).toMatch(/Nobody can approve it here\.$/);
    expect(await reasonOf(command('ls'))).toBe('allow');
    given.setMode('auto');
    expect(await reasonOf(command('curl x'))).toMatch(/; start with --permission-mode full/);
  });
});

test('the facts name what is easily overlooked', async () => {
  const facts = async (line: string): Promise<readonly string[]> => {
    const verdict = await judge(permissions(), command(line));
    return verdict.decision === 'ask' ? verdict.facts : [];
  };
  expect(await facts('npm test > ~/.bashrc')).toEqual([
    'writes ~/.bashrc',
    'parts like $NAME or $(command) are filled in when it runs: what they become cannot be shown here',
  ]);
  expect(await facts('sudo -u root make')).toEqual(['runs make']);
  expect(await facts("python3 -c 'x'")).toEqual(['runs code that cannot be judged']);
  expect(await facts('cat /etc/passwd')).toEqual(['touches /etc/passwd (outside)']);
});

test('modes are read by their names and what others call them; full is refused for root', () => {
  expect(
    ['plan', 'read-only', 'manual', 'default', 'acceptEdits', 'workspace-write', 'yolo', 'bypassPermissions', 'no'].map(
      readPermissionMode,
    ),
  ).toEqual(['plan', 'plan', 'ask', 'ask', 'edits', 'auto', 'full', 'full', undefined]);
  expect(refuseFullMode({ is_root: true, is_container: false, is_insisted: false })).toMatch(/--i-know/);
  expect(refuseFullMode({ is_root: true, is_container: true, is_insisted: false })).toBeUndefined();
});
