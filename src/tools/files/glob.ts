const MAX_ALTERNATIVES = 64;

/** A glob as `.gitignore` and ripgrep read it: without a slash it matches names anywhere, else whole relative paths. */
export interface Glob {
  /** The same without braces, one for each alternative. */
  readonly alternatives: readonly string[];
  /** Takes a path relative to the searched folder, with `/`. */
  matches(path: string): boolean;
}

/** Reads a glob; a trailing slash means everything in that folder. */
export function readGlob(pattern: string): Glob {
  const whole = pattern.replace(/^\.\//, '').replace(/\/$/, '/**');
  const alternatives = expandBraces(whole).slice(0, MAX_ALTERNATIVES);
  const expressions = alternatives.map(toRegExp);
  return { alternatives, matches: (path) => expressions.some((expression) => expression.test(path)) };
}

function expandBraces(pattern: string): string[] {
  const open = pattern.indexOf('{');
  const close = open === -1 ? -1 : matchingBrace(pattern, open);
  if (close === -1) return [pattern];
  const before = pattern.slice(0, open);
  const rest = expandBraces(pattern.slice(close + 1));
  return splitAlternatives(pattern.slice(open + 1, close))
    .flatMap((choice) => expandBraces(choice))
    .flatMap((choice) => rest.map((end) => before + choice + end))
    .slice(0, MAX_ALTERNATIVES);
}

function matchingBrace(pattern: string, open: number): number {
  let depth = 0;
  for (let at = open; at < pattern.length; at += 1) {
    if (pattern[at] === '{') depth += 1;
    if (pattern[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}

function splitAlternatives(list: string): string[] {
  const choices = [''];
  let depth = 0;
  for (const character of list) {
    if (character === '{') depth += 1;
    if (character === '}') depth -= 1;
    if (character === ',' && depth === 0) choices.push('');
    else choices.push(`${choices.pop() ?? ''}${character}`);
  }
  return choices;
}

/** A bracket that is never closed, and a backslash at the end, stand for themselves. */
const TOKENS = /\*\*\/|\/\*\*$|\*\*|\*|\?|\[!?\]?[^\]]*\]|\\.|./gs;

function toRegExp(glob: string): RegExp {
  const isAnchored = glob.includes('/');
  const body = (glob.replace(/^\//, '').match(TOKENS) ?? []).map(tokenToRegExp).join('');
  return new RegExp(`^${isAnchored ? '' : '(?:.*/)?'}${body}$`, 's');
}

function tokenToRegExp(token: string): string {
  if (token === '**/') return '(?:.*/)?';
  if (token === '/**') return '/.+';
  if (token === '**') return '.*';
  if (token === '*') return '[^/]*';
  if (token === '?') return '[^/]';
  if (token.startsWith('[') && token.length > 1) {
    return `[${token
      .slice(1, -1)
      .replace(/^!/, '^')
      .replace(/[\\[\]]/g, '\\$&')}]`;
  }
  return (/^\\./s.test(token) ? token.slice(1) : token).replace(/[.+^${}()|[\]\\/*?-]/g, '\\$&');
}
