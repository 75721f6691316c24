import { expect, test } from 'vitest';
import { isPlainSed } from '../../../../src/permissions/shell/sed-script.ts';
import { loadShellParser } from '../../../../src/permissions/shell/shell-parser.ts';

async function judged(line: string): Promise<boolean> {
  const parse = await loadShellParser();
  return isPlainSed(parse(line).commands[0]?.words ?? []);
}

test.each([
  'sed s/a/b/ f',
  "sed -i 's/a/b/g; s|x|y|2p' f",
  "sed -n '/foo/,$p' f",
  "sed -n '10,20p;20q' f",
  "sed -e 's/a/b/' -e '3d' f",
  "sed -E 's/(a|b)[[:space:]]+c/\\1/I' f",
  "sed ':a;N;$!ba;s/\\n/ /g' f",
  "sed '/^$/d' f",
  "sed '/a/{s/b/c/;p}' f",
  "sed '1i\\\nfirst' f",
  "sed '$a last; e rm' f",
  "sed --in-place=.bak -e '1~2d' f",
  'sed --expression=y/abc/xyz/ f',
  "sed -ne '/a\\/b/!p' f",
  "sed 's/[^\\w.]*$//' f",
  "sed '# a comment' f",
  'sed --version',
])('only edits: %s', async (line) => {
  expect(await judged(line)).toBe(!line.includes('--version'));
});

test.each([
  "sed '1e rm f' f",
  'sed e f',
  "sed 's/a/rm f/e' f",
  "sed 's/a/rm f/ge' f",
  "sed -n 'w x' f",
  "sed 's/a/b/w x' f",
  "sed 's/a/b/gw x' f",
  "sed '/a/W x' f",
  "sed 'r /etc/passwd' f",
  "sed '{p;e rm f\n}' f",
  "sed 'p;1,3e rm f' f",
  "sed '/a/,/b/e rm f' f",
  "sed '\\,a,e rm f' f",
  "sed 'y/a/b/;e' f",
  "sed 's,a,b,;e rm f' f",
  "sed 's/[/]/x/;e rm f' f",
  "sed ':a;e rm f' f",
  "sed 'ba;e rm f' f",
  "sed 'a\\\ntext\ne rm f' f",
  "sed '# a comment\ne rm f' f",
  "sed -e p -e '1e rm f' f",
  "sed --expression='1e rm f' f",
  "sed --expr='1e rm f' f",
  "sed -n -e'1e rm f' f",
  "sed -ne '1e rm f' f",
  'sed -f x f',
  'sed --file=x f',
  'sed "$X" f',
  'sed $X f',
  "sed 'v;e' f",
  "sed '1!e rm f' f",
  "sed '1 ! e rm f' f",
  "sed '0~3e rm f' f",
  "sed '1,+2e rm f' f",
])('may run or open something else: %s', async (line) => {
  expect(await judged(line)).toBe(false);
});
