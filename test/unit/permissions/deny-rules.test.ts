import { beforeEach, expect, test } from 'vitest';
import { type PermissionBench, permissionBench } from '../../helpers/permission-bench.ts';

let bench: PermissionBench;

beforeEach(() => {
  bench = permissionBench();
});

async function decisions(rule: string, line: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const mode of ['edits', 'full'] as const)
    found.push(await bench.decisionOn(bench.permissions({ mode, rules: { deny: [rule] } }), line));
  return [...new Set(found)];
}

test.each([
  ...[
    'find x -exec true \\; -exec rm {} \\;',
    'find x -ok ls {} + -execdir /bin/rm -f {} +',
    "find x -exec sh -c 'rm f' \\;",
  ],
  ...[
    'setarch rm f',
    'setarch x86_64 rm f',
    'setarch x86_64 -R rm f',
    'linux64 rm f',
    'taskset 1 rm f',
    'taskset -c 0,1 rm f',
  ],
  ...[
    'chrt 1 rm f',
    'chrt -b 0 rm f',
    'setpriv --reuid 5 --no-new-privs rm f',
    'prlimit --nofile=5 rm f',
    'prlimit -n 5 rm f',
  ],
  ...[
    '/lib64/ld-linux-x86-64.so.2 /bin/rm f',
    '/lib64/ld-linux-x86-64.so.2 --library-path /x rm f',
    '/lib/ld-musl-x86_64.so.1 rm f',
  ],
  ...[
    'stdbuf --output L rm f',
    'stdbuf -oL rm f',
    'stdbuf --outp L rm f',
    'nice --adjustment 5 rm f',
    'nice --adj 5 rm f',
    'nice -5 rm f',
  ],
  ...[
    'ionice --class 2 rm f',
    'unshare -R / rm f',
    'unshare -rm rm f',
    'xargs --arg-file a rm',
    'xargs --arg a rm',
    'xargs -0 rm',
  ],
  ...[
    'env --argv0 x rm f',
    'env --unset A rm f',
    'env - A=1 rm f',
    'sudo --user root rm f',
    '/usr/bin/time -o x rm f',
    'choom -n 5 -- rm f',
  ],
  ...[
    'nsenter -t 1 rm f',
    'runuser -u me -- rm f',
    'timeout --signal 9 5 rm f',
    'timeout --kill 9 5 rm f',
    'doas -u me rm f',
  ],
])('a rule that denies a program sees through: %s', async (line) => {
  expect(await decisions('rm', line)).toEqual(['deny']);
});

test.each([
  ...[
    'hash -p /bin/rm foo; foo x',
    "mapfile -C 'rm f #' -c 1 < a.txt",
    "readarray -C 'rm f' a",
    "compgen -C 'rm f'",
    "complete -C 'rm f' x",
  ],
  ...[
    "let 'a[$(rm f)]=1'",
    "test -v 'a[$(rm f)]'",
    "[ -v 'a[`rm f`]' ]",
    "[[ -v 'a[$(rm f)]' ]]",
    "printf -v 'a[$(rm f)]' x",
  ],
  ...[
    "unset 'a[$(rm f)]'",
    "read 'a[$(rm f)]'",
    "declare 'a[$(rm f)]=1'",
    'enable -f ./x.so x',
    'bind -x \'"a": rm f\'',
    'fc -s',
  ],
  ...[
    "python3 -W ignore -c 'x'",
    "python3 '-cimport os' x",
    'perl -I x -e 1',
    'perl -Ix -we 1',
    'ruby -I x -e 1',
    'node --require x -e 1',
  ],
  ...[
    "sed '1e rm f' a.txt",
    "sed -n 's/x/rm f/e' a.txt",
    'sed -f x a.txt',
    'somewrapper rm f',
    'somewrapper --run=rm f',
    'x /bin/rm f',
  ],
  ...[
    "x 'rm f'",
    "x -c 'cd y && rm f'",
    "x 'echo $(rm f)'",
    "x '(rm f)'",
    'fakeroot rm f',
    "ts-node 'rm'",
    'npm exec rm f',
    'uv run rm f',
  ],
  ...[
    'git bisect run rm f',
    "git submodule foreach 'rm f'",
    "git rebase -x 'rm f' a",
    'fd . -x rm',
    'find . -name x -fprint rm',
    'make --eval=rm',
  ],
  ...[
    'PATH=. foo',
    'LD_PRELOAD=./x foo',
    'export BASH_ENV=./x; foo',
    'env ENV=./x sh -c foo',
    'PYTHONPATH=. foo',
    'IFS=x; foo',
  ],
  ...[
    'NODE_OPTIONS=--require=./x foo',
    'declare -x PERL5OPT=-Mx',
    'GIT_EDITOR="$X" foo',
    'read PATH',
    'for PATH in .; do foo; done',
  ],
  ...["bash -c 'PATH=. foo'", 'sudo PATH=. foo', 'printf -v PATH .', "PS4='$(rm f)'; set -x", "PAGER='rm f' man x"],
  ...["vim -c '!rm x'", `x 'system("rm f")'`, 'x "system(\'rm f\')"'],
])('where a denied program cannot be ruled out, it asks in every mode: %s', async (line) => {
  expect(await decisions('rm', line)).toEqual(['ask']);
});

test.each([
  ...[
    'git rm f',
    'pytest tests/rm',
    'git commit -m rm',
    'npm rm x',
    'npm install rm',
    'make rm',
    'echo rm',
    'grep rm a.txt',
    'cp rm f',
    'touch rm',
  ],
  ...[
    "git commit -m 'rm old files'",
    'which rm',
    'man rm',
    'x rm.txt',
    'x rm-f',
    'x a.rm',
    'x arm',
    'find . -name rm',
    'mkdir -p a/rm/b',
  ],
  ...[
    'python3 x.py a',
    'node x.js -p 80',
    'python3 -W ignore x.py',
    "sed -i 's/rm/mv/' a.txt",
    "test -f 'a[1]'",
    'export A=1',
    'A=1 x',
  ],
  ...[
    'PAGER=cat git log',
    'GIT_PAGER=cat git log',
    'GIT_EDITOR=true git commit',
    'GIT_TERMINAL_PROMPT=0 git log',
    'PYTHONUNBUFFERED=1 x',
  ],
  ...['GIT_AUTHOR_NAME=me git commit', 'timeout 5 x', 'nice -n 5 x f', 'sudo -n x f', "[[ $a == 'b' ]]", 'hash -r'],
])('a rule that denies rm leaves alone in the mode full: %s', async (line) => {
  const given = bench.permissions({ mode: 'full', rules: { deny: ['rm'] } });
  expect(await bench.decisionOn(given, line)).toBe('allow');
});

test.each([
  ['git send-pack a b', 'deny'],
  ['git -C x http-push a', 'deny'],
  ['git subtree push --prefix a b c', 'deny'],
  ['git lfs push a b', 'deny'],
  ['/usr/lib/git-core/git-push a', 'deny'],
  ['git-send-pack a', 'deny'],
  ['setarch x86_64 git push', 'deny'],
  ['find . -exec true \\; -exec git push \\;', 'deny'],
  ['GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=alias.p GIT_CONFIG_VALUE_0=push git p', 'ask'],
  ['export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=alias.p GIT_CONFIG_VALUE_0=push; git p', 'ask'],
  ['GIT_CONFIG_PARAMETERS="\'alias.p=push\'" git p', 'ask'],
  ['env GIT_CONFIG_GLOBAL=./x git p', 'ask'],
  ["x 'git push'", 'ask'],
  ["x 'cd y; git  push'", 'ask'],
  ['x /usr/bin/git push', 'ask'],
  ['git stash push', 'allow'],
  ['git commit -m "git push"', 'allow'],
  ['git subtree pull --prefix a b c', 'allow'],
  ["x 'git pushed'", 'allow'],
])('a rule that denies git push: %s: %s', async (line, expected) => {
  const given = bench.permissions({ mode: 'full', rules: { deny: ['git push'] } });
  expect(await bench.decisionOn(given, line)).toBe(expected);
});

test.each([
  ...[
    'http://127.0.0.1/',
    'http://127.1/',
    'http://0x7f.1:8080/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
  ],
  ...[
    'http://[::127.0.0.1]/',
    'http://[64:ff9b::127.0.0.1]/',
    'http://[2002:7f00:1::]/',
    'http://[2002:7f00:0001::5]/',
  ],
  ...[
    'http://localhost/',
    'http://x.localhost./',
    'http://[::1]/',
    'http://0.0.0.0/',
    'http://[::]/',
    'http://127.0.0.2/',
  ],
])('a rule that denies this machine holds for every spelling of it: %s', async (url) => {
  for (const rule of ['fetch:127.0.0.1', 'fetch:localhost', 'fetch:[::1]']) {
    const given = bench.permissions({ mode: 'full', rules: { deny: [rule] } });
    expect(await bench.judge(given, { kind: 'fetch', url })).toMatchObject({ decision: 'deny', by: 'rule' });
  }
});

test('a rule that denies an address holds where it is written within another; one that allows only as it is named', async () => {
  const url = 'http://[::ffff:10.1.2.3]/';
  const denying = bench.permissions({ mode: 'full', rules: { deny: ['fetch:10.1.2.3'] } });
  expect(await bench.judge(denying, { kind: 'fetch', url })).toMatchObject({ decision: 'deny' });
  expect(await bench.judge(denying, { kind: 'fetch', url: 'http://[::ffff:10.1.2.4]/' })).toMatchObject({
    decision: 'allow',
  });
  expect(await bench.judge(denying, { kind: 'fetch', url: 'http://[2001:db8::a01:203]/' })).toMatchObject({
    decision: 'allow',
  });
  const allowing = bench.permissions({ rules: { allow: ['fetch:10.1.2.3', 'fetch:127.0.0.1'] } });
  for (const other of [url, 'http://localhost/']) {
    expect(await bench.judge(allowing, { kind: 'fetch', url: other })).toMatchObject({
      decision: 'ask',
      reason: expect.stringContaining('an address of this machine or network'),
    });
  }
});
