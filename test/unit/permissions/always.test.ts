import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ToolAccess } from '../../../src/tools/tool.ts';
import { type PermissionBench, permissionBench } from '../../helpers/permission-bench.ts';

let bench: PermissionBench;
let root: string;
let workspace: string;
let home: string;

beforeEach(() => {
  bench = permissionBench();
  ({ root, workspace, home } = bench);
});

const permissions: PermissionBench['permissions'] = (options) => bench.permissions(options);
const command: PermissionBench['command'] = (line) => bench.command(line);
const judge: PermissionBench['judge'] = (given, access) => bench.judge(given, access);
const decisionOn: PermissionBench['decisionOn'] = (given, line) => bench.decisionOn(given, line);

describe('always', () => {
  test.each([
    ['npm test', 'commands that start with: npm test'],
    ['npm run build -- --fast', 'commands that start with: npm run build'],
    ['cargo build --release', 'commands that start with: cargo build'],
    ['node script.js x', 'commands that start with: node script.js'],
    ['make', 'commands that start with: make'],
    ["tsc --noEmit 'a b'", "commands that start with: tsc --noEmit 'a b'"],
    ['mkdir x', 'commands that start with: mkdir x'],
  ])('offers for %s: %s', async (line, pattern) => {
    expect(await judge(permissions(), command(line))).toMatchObject({ decision: 'ask', pattern });
  });

  test.each([
    ...['rm x', 'rm -rf /', 'git push', 'curl x', 'sudo ls', 'env ls', 'bash -c ls', 'bash x.sh', 'node -e 1', 'npx x'],
    ...[
      'npm run',
      'npm test > x',
      'npm test $X',
      'npm test && npm run x',
      'X=1 npm test',
      'npm test &',
      'python3 -c x',
      'xargs x',
    ],
    ...[
      'find . -delete',
      'find . -exec x',
      'find src -cnewer x',
      'cat /etc/hostname',
      'eval x',
      'git -c a=b push',
      'uv run x',
      'npm exec x',
      'python3',
      'npm test *',
    ],
  ])('is not offered for %s', async (line) => {
    const verdict = await judge(permissions(), command(line));
    expect(verdict.decision).toBe('ask');
    if (!line.startsWith('git -c')) expect(verdict).not.toHaveProperty('pattern');
  });

  test('covers what it said, and no more', async () => {
    const given = permissions();
    await judge(given, command('npm run build'));
    given.remember(command('npm run build'), { name: 't' });
    expect(given.allowed()).toEqual(['npm run build']);
    expect(await decisionOn(given, 'npm run build -- x')).toBe('allow');
    expect(await decisionOn(given, 'npm run deploy')).toBe('ask');
    expect(await decisionOn(given, 'npm run build > x')).toBe('ask');
    given.setMode('plan');
    expect(await decisionOn(given, 'npm run build')).toBe('deny');
  });

  test('covers a folder for files, and a host for pages', async () => {
    const given = permissions();
    const write: ToolAccess = { kind: 'write', paths: [join(workspace, 'src/a.ts')] };
    expect(await judge(given, write)).toMatchObject({ pattern: `writing in ${join(workspace, 'src')}` });
    given.remember(write, { name: 't' });
    expect((await judge(given, { kind: 'write', paths: [join(workspace, 'src/b/c.ts')] })).decision).toBe('allow');
    expect((await judge(given, { kind: 'write', paths: [join(workspace, 'b.ts')] })).decision).toBe('ask');
    expect((await judge(given, { kind: 'write', paths: [join(workspace, 'src/.envrc')] })).decision).toBe('ask');
    const page: ToolAccess = { kind: 'fetch', url: 'https://a.example/x' };
    expect(await judge(given, page)).toMatchObject({ pattern: 'fetching from a.example' });
    given.remember(page, { name: 't' });
    expect((await judge(given, { kind: 'fetch', url: 'https://a.example/y' })).decision).toBe('allow');
    expect((await judge(given, { kind: 'fetch', url: 'https://b.a.example/y' })).decision).toBe('ask');
  });

  test('an address of this machine is named once, in the reason or as a fact', async () => {
    const near: ToolAccess = { kind: 'fetch', url: 'http://127.0.0.1:8080/' };
    expect(await judge(permissions(), near)).toMatchObject({
      reason: 'It fetches from 127.0.0.1, an address of this machine or network.',
      facts: [],
    });
    expect(await judge(permissions({ rules: { ask: ['fetch:*'] } }), near)).toMatchObject({
      reason: 'The rule fetch:* asks before fetching from 127.0.0.1.',
      facts: ['an address of this machine or network'],
    });
  });

  test('covers the folder that is listed or searched, never what lies around it', async () => {
    const given = permissions();
    mkdirSync(join(root, 'other/deep'), { recursive: true });
    writeFileSync(join(root, 'beside.txt'), '');
    const read = (...path: string[]): ToolAccess => ({ kind: 'read', paths: [join(root, ...path)] });
    expect(await judge(given, read('other'))).toMatchObject({ pattern: `reading in ${join(root, 'other')}` });
    given.remember(read('other'), { name: 't' });
    expect((await judge(given, read('other/deep/a.txt'))).decision).toBe('allow');
    expect((await judge(given, read('beside.txt'))).decision).toBe('ask');
    expect(await judge(given, read('absent'))).toMatchObject({ pattern: `reading ${join(root, 'absent')}` });
    given.remember(read('absent'), { name: 't' });
    expect((await judge(given, read('absent/a.txt'))).decision).toBe('allow');
    expect((await judge(given, read('beside.txt'))).decision).toBe('ask');
  });

  test('never covers a whole home or more, but a file in it', async () => {
    const given = permissions();
    for (const folder of ['/', root, home]) {
      expect(await judge(given, { kind: 'read', paths: [folder] })).not.toHaveProperty('pattern');
    }
    for (const path of [join(home, 'notes.txt'), join(root, 'notes.txt')]) {
      const access: ToolAccess = { kind: 'write', paths: [path] };
      expect(await judge(given, access)).toMatchObject({ pattern: `writing ${path}` });
      given.remember(access, { name: 't' });
      expect((await judge(given, access)).decision).toBe('allow');
      expect((await judge(given, { kind: 'write', paths: [`${path}.bak`] })).decision).toBe('ask');
    }
    expect(await judge(given, { kind: 'read', paths: [join(home, 'projects/a.txt')] })).toMatchObject({
      pattern: `reading ${join(home, 'projects/a.txt')}`,
    });
  });

  test('can be taken back', async () => {
    const given = permissions();
    for (const line of ['npm test', 'make x']) {
      await judge(given, command(line));
      given.remember(command(line), { name: 't' });
    }
    given.forget('npm test');
    given.forget('never said');
    expect(given.remembered().map(({ text }) => text)).toEqual(['make x']);
    expect(await decisionOn(given, 'npm test')).toBe('ask');
    expect(await decisionOn(given, 'make x')).toBe('allow');
  });

  test('is not remembered for what it was not offered for', async () => {
    const given = permissions();
    await judge(given, command('rm x'));
    given.remember(command('rm x'), { name: 't' });
    expect(await decisionOn(given, 'rm x')).toBe('ask');
  });
});

test('"always" for a tool of a server ends when the server says something else of it, and the question says so', async () => {
  const bench = permissionBench();
  const given = bench.permissions({ rules: { allow: ['mcp__b__*'] } });
  const access = (listing: string, name = 'mcp__a__rm') => ({ kind: 'mcp', name, listing }) as const;
  expect(await bench.judge(given, access('one'))).toMatchObject({ decision: 'ask', pattern: 'mcp__a__rm' });
  given.remember(access('one'), { name: 'mcp__a__rm' });
  expect((await bench.judge(given, access('one'))).decision).toBe('allow');
  const changed = await bench.judge(given, access('two'));
  expect(changed).toMatchObject({ decision: 'ask', reason: expect.stringContaining('now says something else of it') });
  const branch = bench.permissions();
  branch.adopt(given.remembered());
  expect((await bench.judge(branch, access('two'))).decision).toBe('ask');
  given.remember(access('two'), { name: 'mcp__a__rm' });
  expect((await bench.judge(given, access('two'))).decision).toBe('allow');
  expect((await bench.judge(given, access('one'))).decision).toBe('ask');
  expect(given.remembered()).toHaveLength(1);
  expect((await bench.judge(given, access('two', 'mcp__b__x'))).decision).toBe('allow');
});
