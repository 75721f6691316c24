import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { type PermissionBench, permissionBench } from '../../helpers/permission-bench.ts';

let bench: PermissionBench;

beforeEach(() => {
  bench = permissionBench();
  mkdirSync(join(bench.workspace, 'src'));
  mkdirSync(join(bench.root, 'outside'));
  writeFileSync(join(bench.root, 'outside/x'), 'x');
  symlinkSync(join(bench.root, 'outside'), join(bench.workspace, 'out'));
});

const ALLOWED = [
  'rg',
  'grep',
  'npm',
  'find',

  'sort',
  'make',
  'git',
  'tar',
  'split',
  'sed',
  'go',
  'cp',
  'tee',
  'python3',
  'node',
  'cat',
  'dd',
  'pytest',
];

test.each([
  ...[
    'sort --o=x in',
    'sort --outp x in',
    'sort -ro x in',
    'sort -k1,1 -uox in',
    'sort --c=./evil in',
    'sort -T .. in',
  ],
  ...[
    'make --f=evil.mk',
    'make --fil evil.mk',
    'make -sf evil.mk',
    'make -j1 -sC src',
    'make -kI src',
    'make CC:=./evil',
  ],
  ...['git clone -u ./evil a b', 'git clone -qu ./evil a b', 'git clone -c core.fsmonitor=./evil a b'],
  ...['git grep -nO./evil.sh x', 'git grep --open=./evil x', 'git rebase -qx ./evil', 'git rebase --root -ix ./evil'],
  ...['git archive -o OUT HEAD', 'git archive --o=OUT HEAD', 'git format-patch -o OUT HEAD~1', 'git bisect run ./evil'],
  ...[
    'git diff --no-index a.txt src',
    'git diff --no-i a.txt src',
    'git submodule foreach ./evil',
    'git config a.b ./evil',
  ],
  ...[
    'git -C .. status',
    'git -C src/../.. status',
    'git log --output=x',
    'git difftool -yx ./evil',
    'git --exec-path=. x',
  ],
  ...[
    'tar -I ./evil.sh -cf a.tar src',
    'tar cIf ./evil a.tar src',
    'tar --use-c=./evil -cf a.tar src',
    'tar -cFf ./e a src',
  ],
  ...['split --filter=./evil a.txt', 'split --fi=./evil a.txt', 'go test -o OUT ./...', 'go test --exec=./evil ./...'],
  ...[
    "sed -n '1e ./evil' a.txt",
    "sed -n 'w OUT' a.txt",
    "sed 's/x/y/w OUT' a.txt",
    'sed -f evil.sed a.txt',
    "sed -ne '1e x' a",
  ],
  ...['tee .envrc', 'tee sub/.npmrc', 'tee ../outside/x', 'tee out/x', 'cp a.txt out', 'cp a.txt .git/hooks/x'],
  ...[
    'cp a.txt --target-directory=.git/hooks',
    'cp -t.git/hooks a.txt',
    'dd if=a.txt of=.envrc',
    'dd of=../x if=a.txt',
  ],
  ...['python3 -W ignore -c 1', 'python3 -cpass x', 'node --require ./x y.js', 'python3 ../x.py', 'cat < .envrc'],
  ...['pytest -vp evil', 'sort -- ../outside/x -o x', 'cp ../*/x .', 'sed -i s/a/b/ .npmrc'],
  ...[
    'npm exec x',
    'npm -s x evil',
    'npm create y',
    'rg x ..',
    'rg -uu KEY ../home',
    'grep -r KEY ../home',
    'grep -r KEY out/../home',
  ],
])('no rule that allows the program covers: %s', async (line) => {
  expect(await bench.decisionOn(bench.permissions({ rules: { allow: ALLOWED } }), line)).toBe('ask');
});

test('what is protected asks where a rule allows its program, also in the mode auto, outside of the sandbox', async () => {
  const given = bench.permissions({ mode: 'auto', rules: { allow: ['tee'] } });
  expect(await bench.decisionOn(given, 'tee .envrc')).toBe('ask');
});

test.each([
  ...[
    'sort -u a.txt',
    'sort -k2,2 -t: a.txt',
    'make -j4 test',
    'make -sk test',
    'git add .',
    'git add .envrc',
    'git commit -m fix',
  ],
  ...[
    'git commit -m "see /etc/passwd, and ../../x"',
    'git log --oneline -5',
    'git show HEAD:src/a.ts',
    'git grep -n x',
  ],
  ...[
    'git push -u origin main',
    'git rebase --continue',
    'git reset HEAD',
    'git push origin HEAD',
    'git checkout -b feature/x',
    'git clone https://a.example/b.git',
  ],
  ...['tar -czf a.tar.gz src', 'tar xzf a.tar.gz', 'split -l 10 a.txt', 'go test ./... -run X', 'go build ./...'],
  ...["sed -n '/x/,/y/p' a.txt", "sed -i 's/a/b/' a.txt", 'cp a.txt src/b.txt', 'tee src/x', 'python3 x.py -c conf'],
  ...[
    'python3 -m unittest',
    'node x.js -p 80',
    'cat ../outside/x',
    'cat .npmrc',
    'rg x ../outside',
    'find .. -name x',
    'npm run build',
    'npm test',
    'sort a.txt > /dev/null',
    'pytest -x src',
  ],
])('a rule that allows the program covers: %s', async (line) => {
  expect(await bench.decisionOn(bench.permissions({ rules: { allow: ALLOWED } }), line)).toBe('allow');
});

test.each([
  ['git clone -u', 'git clone -u ./pack a b'],
  ['make -f ci.mk', 'make -f ci.mk test'],
  ['python3 -c', 'python3 -c 1'],
  ['python3 ../tool.py', 'python3 ../tool.py src'],
  ['git bisect run', 'git bisect run npm test'],
])('a rule covers what its own words say: %s: %s', async (rule, line) => {
  expect(await bench.decisionOn(bench.permissions({ rules: { allow: [rule] } }), line)).toBe('allow');
});
