import type { ShellParser } from './shell-script.ts';

/** Lines whose commands are known: a parser that misses one of them is not believed at all. */
const PLAIN: readonly (readonly [string, string])[] = [
  ['ls -la', 'ls,-la'],
  ['cat "a b" c', 'cat,a b,c'],
  ["grep 'x|y' f", 'grep,x|y,f'],
  ['ls && pwd', 'ls;pwd'],
  ['ls; pwd', 'ls;pwd'],
  ['ls | wc -l', 'ls;wc,-l'],
  ['ls\npwd', 'ls;pwd'],
  ['ls 2>&1', 'ls'],
  ['ls 2>/dev/null', 'ls'],
  ['echo a\\ b', 'echo,a b'],
  ['ls \\\n -l', 'ls,-l'],
];
// biome-ignore-start lint/suspicious/noTemplateCurlyInString: it is shell
const DOUBTFUL: readonly string[] = [
  'echo $(id)',
  'echo `id`',
  'echo "$(id)"',
  'echo $[ 1 ]',
  'echo $((a[0]))',
  'cat <(id)',
  'ls > x',
  'ls &',
  'a=1 ls',
  'echo ${x}',
  "echo $'a'",
  'ls {a,b}',
  'cat ~root/x',
  'f() { ls; }',
  'if ls; then ls; fi',
  '(ls)',
  '{ ls; }',
  '! ls',
  'cat << E\nx\nE',
  'echo "unclosed',
  '[[ a == b ]]',
  'coproc ls',
];
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: it is shell

/** Tells whether a parser reads every known line right. */
export function passesCanaries(parser: ShellParser): boolean {
  return (
    PLAIN.every(([line, words]) => isPlain(parser, line, words)) &&
    DOUBTFUL.every((line) => parser(line).doubts.length > 0)
  );
}

function isPlain(parser: ShellParser, line: string, expected: string): boolean {
  const { commands, doubts } = parser(line);
  const found = commands.map(({ words }) => words.map(({ value }) => value).join(',')).join(';');
  return doubts.length === 0 && found === expected;
}
