import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ToolAccess } from '../../../src/tools/tool.ts';
import { type PermissionBench, permissionBench } from '../../helpers/permission-bench.ts';

let bench: PermissionBench;
let root: string;
let workspace: string;

beforeEach(() => {
  bench = permissionBench();
  ({ root, workspace } = bench);
});

const permissions: PermissionBench['permissions'] = (options) => bench.permissions(options);
const command: PermissionBench['command'] = (line) => bench.command(line);
const judge: PermissionBench['judge'] = (given, access) => bench.judge(given, access);
const decisionOn: PermissionBench['decisionOn'] = (given, line) => bench.decisionOn(given, line);

describe('rules', () => {
  const rules = { allow: ['npm test', 'make'], deny: ['git push', 'rm'], ask: ['npm test --update'] };

  test.each([
    ['npm test', 'allow'],
    ['npm test -- --watch', 'allow'],
    ['npm test -- *.ts', 'allow'],
    ['npm test && make && ls', 'allow'],
    ['npm test | head -5', 'allow'],
    ['npm test 2>&1', 'allow'],
    ['npm testx', 'ask'],
    ['npm "test"', 'allow'],
    ['npm run test', 'ask'],
    ['npm test; touch x', 'ask'],
    ['npm test; cat /etc/passwd', 'ask'],
    ['npm test > x', 'ask'],
    ['npm test $(touch x)', 'ask'],
    ['npm test &', 'ask'],
    ['X=1 npm test', 'ask'],
    ['env npm test', 'ask'],
    ['sudo npm test', 'ask'],
    ['bash -c "npm test"', 'ask'],
    ['./npm test', 'ask'],
    ['/tmp/npm test', 'ask'],
    ['npm test --update', 'ask'],
    ['git push', 'deny'],
    ['git push --force', 'deny'],
    ['/usr/bin/git push', 'deny'],
    ['\\git push', 'deny'],
    ["g'i't push", 'deny'],
    ['ls && git push', 'deny'],
    ['echo $(git push)', 'deny'],
    ['echo "$(git push)"', 'deny'],
    ['cat <(git push)', 'deny'],
    ['sudo -u root git push', 'deny'],
    ['env A=1 git push', 'deny'],
    ['timeout -s KILL 5 git push', 'deny'],
    ['nohup nice -n 5 git push', 'deny'],
    ["bash -c 'git push'", 'deny'],
    ["sh -ec 'if true; then git push; fi'", 'deny'],
    ['bash -c "bash -c \'git push\'"', 'deny'],
    ['find . -exec rm {} +', 'deny'],
    ['ls | xargs rm', 'deny'],
    ['f() { git push; }; f', 'deny'],
    ['if true; then git push; fi', 'deny'],
    ['$X push', 'ask'],
    ['git $X', 'ask'],
    ['eval "$X"', 'ask'],
    [`${'env '.repeat(20)}git push`, 'ask'],
  ])('%s: %s', async (line, expected) => {
    expect(await decisionOn(permissions({ rules }), line)).toBe(expected);
  });

  test.each([
    ['git -C . push', 'deny'],
    ['git --no-pager push', 'deny'],
    ['git -C . -c a.b=c push', 'deny'],
    ['GIT push', 'deny'],
    ["watch -n 5 'git push'", 'deny'],
    ['watch git push', 'deny'],
    ['fakeroot git push', 'ask'],
    ['git --new-option x push', 'ask'],
    ['git -c alias.p=push p', 'ask'],
    ['git push origin main', 'deny'],
    ['npm --silent publish', 'deny'],
    ['npm publish x --tag y', 'deny'],
    ['cargo build --features x --release', 'deny'],
    ['git commit -m push', 'allow'],
    ['git commit -m "git push"', 'allow'],
    ['git log push', 'allow'],
    ['echo git push', 'allow'],
    ['cargo build', 'allow'],
  ])('that forbid see through options and other programs: %s: %s', async (line, expected) => {
    const given = permissions({ mode: 'full', rules: { deny: ['git push', 'npm publish', 'cargo build --release'] } });
    expect(await decisionOn(given, line)).toBe(expected);
  });

  test.each([
    ['git log -5 --stat', 'allow'],
    ["git -c core.pager='touch x' log", 'ask'],
    ['git -C . --exec-path=/tmp log', 'ask'],
    ["git fetch --upload-pack='touch x' .", 'ask'],
    ["git fetch --upload-p 'touch x' .", 'ask'],
    ['git grep -Oless x', 'ask'],
    ['git log --output=x', 'ask'],
    ['go test ./...', 'allow'],
    ['go test -exec x ./...', 'ask'],
    ['make test', 'allow'],
    ["make test --eval='$(shell touch x)'", 'ask'],
    ['make -f other', 'ask'],
    ['make SHELL=./x', 'ask'],
    ['npm test --script-shell=./x', 'ask'],
    ['npm test -- *.ts', 'allow'],
    ['npm test *', 'ask'],
    ['npm test src/*.ts', 'allow'],
    ['find src -name x -delete', 'ask'],
    ['sort a -o b', 'ask'],
  ])('that allow do not cover options that run or write what they name: %s: %s', async (line, expected) => {
    const given = permissions({ rules: { allow: ['git', 'go test', 'make', 'npm test', 'find', 'sort'] } });
    expect(await decisionOn(given, line)).toBe(expected);
  });

  test('that name such an option themselves cover it', async () => {
    const given = permissions({ rules: { allow: ['make -f other', 'go test -exec x'] } });
    expect(await decisionOn(given, 'make -f other all')).toBe('allow');
    expect(await decisionOn(given, 'go test -exec x')).toBe('allow');
  });

  test('that forbid hold in the mode full, and whatever might be covered asks there', async () => {
    const full = permissions({ mode: 'full', rules });
    expect(await decisionOn(full, 'git push')).toBe('deny');
    expect(await decisionOn(full, 'git pull')).toBe('allow');
    expect(await judge(full, command('git $X'))).toMatchObject({
      decision: 'ask',
      reason: 'It cannot be ruled out that the rule git push covers this command.',
    });
  });

  test('that name a wrapper do not cover what it wraps', async () => {
    const given = permissions({ rules: { allow: ['sudo', 'env', 'xargs', 'timeout 5'] } });
    for (const line of ['sudo rm x', 'env touch x', 'xargs rm', 'timeout 5 touch x'])
      expect(await decisionOn(given, line), line).toBe('ask');
  });

  test('for an interpreter do not cover code given inline', async () => {
    const given = permissions({ rules: { allow: ['python3', 'node build.js'] } });
    expect(await decisionOn(given, 'python3 script.py')).toBe('allow');
    expect(await decisionOn(given, "python3 -c 'x'")).toBe('ask');
    expect(await decisionOn(given, 'node build.js --fast')).toBe('allow');
    expect(await decisionOn(given, 'node -e 1')).toBe('ask');
  });

  test('for paths and hosts are judged by the real path and whole labels', async () => {
    mkdirSync(join(root, 'shared'));
    symlinkSync(join(root, 'shared'), join(workspace, 'link'));
    const given = permissions({
      mode: 'edits',
      rules: {
        deny: ['write:src', 'fetch:evil.example'],
        allow: [`read:${join(root, 'shared')}`, 'fetch:*.trusted.com'],
      },
    });
    const decide = async (access: ToolAccess): Promise<string> => (await judge(given, access)).decision;
    expect(await decide({ kind: 'write', paths: [join(workspace, 'src/a.ts')] })).toBe('deny');
    expect(await decide({ kind: 'write', paths: [join(workspace, 'srcs/a.ts')] })).toBe('allow');
    expect(await decide({ kind: 'read', paths: [join(workspace, 'link/x')] })).toBe('allow');
    expect(await decide({ kind: 'read', paths: [join(root, 'sharedx')] })).toBe('ask');
    expect(await decide({ kind: 'fetch', url: 'https://evil.example/' })).toBe('deny');
    expect(await decide({ kind: 'fetch', url: 'https://evil.example./' })).toBe('deny');
    expect(await decide({ kind: 'fetch', url: 'https://api.trusted.com/' })).toBe('allow');
    expect(await decide({ kind: 'fetch', url: 'https://trusted.com.evil.example/' })).toBe('ask');
    expect(await decide({ kind: 'fetch', url: 'https://nottrusted.com/' })).toBe('ask');
  });

  test('that are no plain command are refused with the way to write them', async () => {
    for (const rule of ['npm test | x', 'echo $(x)', '', 'a && b', '"unclosed']) {
      await expect(permissions({ rules: { allow: [rule] } }).checkRules()).rejects.toThrow(/is not one plain command/);
    }
    await expect(permissions({ rules }).checkRules()).resolves.toBeUndefined();
  });
});
