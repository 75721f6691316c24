import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { climbsOutOfName, walkPath } from '../../../src/permissions/walk-path.ts';
import { type PermissionBench, permissionBench } from '../../helpers/permission-bench.ts';

let bench: PermissionBench;

/** A home with a key, and links of the workspace into a folder of that home, one with a dot at its end. */
beforeEach(() => {
  bench = permissionBench();
  mkdirSync(join(bench.home, 'notes'));
  mkdirSync(join(bench.workspace, 'src'));
  writeFileSync(join(bench.home, '.ssh/id_rsa'), 'key');
  for (const name of ['lnk', 'lnk.', '..lnk', 'src/lnk..'])
    symlinkSync(join(bench.home, 'notes'), join(bench.workspace, name));
  symlinkSync('../home/.ssh/new', join(bench.workspace, 'nowhere'));
  symlinkSync('loop', join(bench.workspace, 'loop'));
});

test
  .skipIf(process.platform === 'win32')
  .each(['lnk./../.ssh/id_rsa', 'lnk/../.ssh/id_rsa', './src/lnk../..//.ssh/./id_rsa', 'src/../..lnk/../.ssh/id_rsa'])(
  'is walked as the kernel does: %s',
  (path) => {
    const { workspace, home } = bench;
    const printed = spawnSync('cat', [path], { cwd: workspace, encoding: 'utf8' }).stdout;
    expect(printed).toBe('key');
    expect(walkPath(path, workspace)).toEqual({ place: join(home, '.ssh/id_rsa'), is_sure: true });
  },
);

test.skipIf(process.platform === 'win32').each([
  ['lnk/../.ssh/absent', 'home/.ssh/absent', true],
  ['lnk./../.ssh/a/b', 'home/.ssh/a/b', true],
  ['nowhere', 'home/.ssh/new', true],
  ['nowhere/x', 'home/.ssh/new/x', true],
  ['absent/../a.txt', 'ws/a.txt', false],
  ['a.txt/../b', 'ws/b', false],
  ['loop/x', 'ws/loop', false],
])('is walked to what is not there: %s', (path, place, is_sure) => {
  expect(walkPath(path, bench.workspace)).toEqual({ place: join(bench.root, place), is_sure });
});

test.each([
  ['../x', false],
  ['./../../x', false],
  ['/../x', false],
  ['a/b', false],
  ['..a/b..', false],
  ['a/../x', true],
  ['a./../x', true],
  ['..a/../x', true],
  ['a.../..', true],
  ['/a././..', true],
  ['.../..', true],
])('climbs out of a name: %s %s', (path, climbs) => {
  expect(climbsOutOfName(path)).toBe(climbs);
});

const CLIMBING = [
  ...['cat lnk./../.ssh/id_rsa', 'ls lnk./..', 'rg x lnk./..', 'find lnk./.. -name id_rsa', 'grep -r x src/lnk../..'],
  ...['head ..lnk/../.ssh/id_rsa', 'cat ./lnk././/..//.ssh/id_rsa'],
];

test.each(CLIMBING)('no command reads through a link and out of it without a question: %s', async (line) => {
  for (const mode of ['ask', 'edits', 'auto'] as const)
    expect(await bench.decisionOn(bench.permissions({ mode }), line)).toBe('ask');
  expect(await bench.decisionOn(bench.permissions({ mode: 'plan' }), line)).toBe('deny');
  const absolute = line.replace(/(\S*lnk\S*)/, `${bench.workspace}/$1`);
  expect(await bench.decisionOn(bench.permissions(), absolute)).toBe('ask');
});

test.skipIf(process.platform === 'win32').each([
  ['cat lnk/../.ssh/id_rsa', 'deny'],
  ['cat lnk./../.ssh/id_rsa', 'deny'],
  ['cat src/lnk../../.ssh/new', 'deny'],
  ['cat nowhere', 'deny'],
  ['cd src && cat ../lnk/../.ssh/id_rsa', 'deny'],
  ['cat absent/../a.txt', 'ask'],
  ['cat lnk/todo', 'allow'],
])('a rule that denies reading follows the links of a command: %s: %s', async (line, expected) => {
  for (const mode of ['ask', 'full'] as const) {
    const given = bench.permissions({ mode, rules: { allow: ['cat'], deny: [`read:${bench.home}/.ssh`] } });
    expect(await bench.decisionOn(given, line)).toBe(expected);
  }
});

test.skipIf(process.platform === 'win32').each(['cat lnk/../.ssh/id_rsa', 'cat lnk./../.ssh/id_rsa', 'tac nowhere'])(
  'what is allowed by a rule asks where keys are, links followed: %s',
  async (line) => {
    const given = bench.permissions({ rules: { allow: ['cat', 'tac'] } });
    expect(await bench.decisionOn(given, line)).toBe('ask');
  },
);
