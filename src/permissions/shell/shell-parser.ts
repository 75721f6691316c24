import type { Command, ParsedScript, Redirection, SyntaxNode, Word, WordPart } from 'unbash';
import { holdsIndexCode } from './builtin-code.ts';
import type {
  ShellCommand,
  ShellDoubt,
  ShellParser,
  ShellRedirect,
  ShellScript,
  ShellVariable,
  ShellWord,
} from './shell-script.ts';

const LONGEST_COMMAND = 20_000;
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\p{Cf}\p{Surrogate}]|(?![ ])\p{Zs}/u;
const UNKNOWN: ShellScript = { commands: [], redirects: [], doubts: ['syntax'] };

let loading: Promise<ShellParser> | undefined;

/** Loads the parser, once; a parser that fails its own test finds a doubt in everything. */
export function loadShellParser(): Promise<ShellParser> {
  loading ??= load();
  return loading;
}

async function load(): Promise<ShellParser> {
  const [{ parse, forEachChild }, { passesCanaries }] = await Promise.all([
    import('unbash'),
    import('./shell-canaries.ts'),
  ]);
  const parser: ShellParser = (command) => {
    if (command.length > LONGEST_COMMAND) return UNKNOWN;
    try {
      return describe(parse(command), command, forEachChild);
    } catch {
      return UNKNOWN;
    }
  };
  return passesCanaries(parser) ? parser : () => UNKNOWN;
}

type ForEachChild = (node: SyntaxNode, visit: (child: SyntaxNode) => void) => void;

const PLAIN_NODES = new Set(['AndOr', 'Word', 'Literal', 'SingleQuoted', 'DoubleQuoted', 'FileDescriptor']);
const EXPANSIONS = new Set([
  ...['SimpleExpansion', 'ParameterExpansion', 'CommandExpansion', 'ArithmeticExpansion', 'ProcessSubstitution'],
  ...['BraceExpansion', 'ExtendedGlob', 'AnsiCQuoted', 'LocaleString'],
]);

/** What stands in brackets is evaluated there, quoted or not. */
const EVALUATED = new Set(['TestCommand', 'ArithmeticCommand', 'ArithmeticFor', 'ArithmeticExpansion', 'Assignment']);

function describe(script: ParsedScript, source: string, forEachChild: ForEachChild): ShellScript {
  const commands: ShellCommand[] = [];
  const redirects: ShellRedirect[] = [];
  const variables: ShellVariable[] = [];
  const doubts = new Set<ShellDoubt>();
  const covered: (readonly [number, number])[] = [];
  if (HIDDEN.test(source)) doubts.add('hidden');
  const visit = (node: SyntaxNode): void => {
    for (const doubt of doubtsIn(node)) doubts.add(doubt);
    if (EVALUATED.has(node.type) && holdsIndexCode(source.slice(node.pos, node.end))) doubts.add('syntax');
    if (node.type === 'Word' || isRedirection(node)) covered.push([node.pos, node.end]);
    if (node.type === 'Command') commands.push({ words: wordsOf(node) });
    variables.push(...variablesIn(node));
    if (isRedirection(node) && !isHarmless(node)) {
      doubts.add('redirect');
      redirects.push(describeRedirect(node));
    }
    forEachChild(node, visit);
  };
  visit(script);
  if (doubts.size === 0 && !accountsForAll(source, covered)) doubts.add('syntax');
  return { commands, redirects, doubts: [...doubts], ...(variables.length === 0 ? {} : { variables }) };
}

/** Tells whether nothing but blanks, separators and comments lies between the words that the parser found. */
function accountsForAll(source: string, covered: readonly (readonly [number, number])[]): boolean {
  let at = 0;
  let rest = '';
  for (const [start, end] of [...covered].sort(([a], [b]) => a - b)) {
    rest += `${source.slice(at, Math.max(at, start))} `;
    at = Math.max(at, end);
  }
  return /^(?:[ \t\n;|&]|\\\n|#.*)*$/.test(rest + source.slice(at));
}

function* doubtsIn(node: SyntaxNode): Generator<ShellDoubt> {
  if ('errors' in node && node.errors !== undefined && node.errors.length > 0) yield 'syntax';
  const doubt = kindOfDoubt(node);
  if (doubt !== undefined) yield doubt;
  if (node.type === 'Word' && hasTilde(node)) yield 'expansion';
}

function kindOfDoubt(node: SyntaxNode): ShellDoubt | undefined {
  switch (node.type) {
    case 'Script':
      return node.shebang === undefined ? undefined : 'syntax';
    case 'Statement':
      return node.background === true ? 'background' : undefined;
    case 'Pipeline':
      return node.operators.every((operator) => operator === '|') ? undefined : 'control';
    case 'Command':
      return node.name === undefined || hasGlob(node.name) ? 'syntax' : undefined;
    case 'Glob':
      return 'glob';
    case 'Assignment':
      return 'assignment';
    default:
      if (EXPANSIONS.has(node.type)) return 'expansion';
      return PLAIN_NODES.has(node.type) || isRedirection(node) ? undefined : 'control';
  }
}

function variablesIn(node: SyntaxNode): readonly ShellVariable[] {
  if (node.type === 'Assignment') {
    const words = node.value.type === 'Word' ? [node.value] : node.value.elements;
    return [{ name: node.name, values: staticValues(words) }];
  }
  if (node.type !== 'For' && node.type !== 'Select') return [];
  return [{ name: node.name.value, values: staticValues(node.wordlist ?? []) }];
}

/** As a program would get them; where other variables stand in them, or the home, as they are written. */
function staticValues(words: readonly Word[]): readonly string[] {
  return words.flatMap((word) => {
    if (isStatic(word)) return [word.value];
    return /^[\w./~"$@%+,:={}-]+$/.test(word.text) ? [word.text.replaceAll('"', '')] : [];
  });
}

function wordsOf(command: Command): ShellWord[] {
  const name = command.name === undefined ? [] : [describeWord(command.name)];
  return [...name, ...command.args.map((argument) => describeWord(argument))];
}

function describeWord(word: Command['args'][number]): ShellWord {
  if (word.type === 'Assignment') return { value: word.text, text: word.text, is_static: false };
  return { value: word.value, text: word.text, is_static: isStatic(word) };
}

function isStatic(word: Word): boolean {
  return !hasTilde(word) && (word.parts ?? []).every(isStaticPart);
}

function isStaticPart(part: WordPart): boolean {
  if (part.type === 'DoubleQuoted') return part.parts.every((inner) => inner.type === 'Literal');
  return part.type === 'Literal' || part.type === 'SingleQuoted';
}

function hasGlob(word: Word): boolean {
  return (word.parts ?? []).some((part) => part.type === 'Glob');
}

/** An unquoted tilde becomes a home directory at the start of a word, and after `:` and `=` in some. */
function hasTilde(word: Word): boolean {
  if (word.parts === undefined) return /(^|[=:])~/.test(word.text);
  return word.parts.some((part) => part.type === 'Literal' && part.text.includes('~'));
}

function isRedirection(node: SyntaxNode): node is Redirection {
  return node.type === 'Redirect' || node.type === 'HereDoc' || node.type === 'HereString';
}

function isHarmless(node: Redirection): boolean {
  if (node.type !== 'Redirect' || node.target === undefined || !isStatic(node.target)) return false;
  const from =
    node.descriptor === undefined ? 1 : node.descriptor.type === 'FileDescriptor' ? node.descriptor.value : -1;
  if (node.operator === '>&') return from === 2 && node.target.value === '1';
  return node.operator === '>' && (from === 1 || from === 2) && node.target.value === '/dev/null';
}

function describeRedirect(node: Redirection): ShellRedirect {
  if (node.type === 'HereDoc' || node.target === undefined) return { operator: node.operator };
  return { operator: node.operator, target: describeWord(node.target) };
}
