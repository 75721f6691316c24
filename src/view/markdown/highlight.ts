import type { Role, Span, StyledLine } from '../styled-line.ts';
import { expandTabs } from '../width.ts';
import type { Highlighter, MarkedNode } from './highlighter.ts';
import { GRAMMARS, languageOf } from './languages.ts';

/** Longer code is shown without colours. */
const MAX_HIGHLIGHTED = 65_536;

let highlighter: Highlighter | undefined;
const missing = new Set<string>();

/** Tells whether code in this language could be highlighted, but its grammar has still to be loaded. */
export function needsGrammar(language: string): boolean {
  const name = languageOf(language);
  return name !== undefined && !missing.has(name) && highlighter?.registered(name) !== true;
}

/** Loads the grammar of a language. Never rejects: code without one is shown without colours. */
export async function loadGrammar(language: string): Promise<void> {
  const name = languageOf(language);
  if (name === undefined || !needsGrammar(language)) return;
  try {
    const [{ createHighlighter }, grammar] = await Promise.all([import('./highlighter.ts'), GRAMMARS[name]?.()]);
    highlighter ??= createHighlighter();
    highlighter.register(name, grammar?.default);
  } catch {
    // It is not asked for again.
    missing.add(name);
  }
}

/**
 * Gives the lines of code, coloured if the grammar of the language is loaded. `before` is code of the same block that
 * was shown already: it tells the grammar where it is.
 */
export function highlightCode(source: string, language: string, before = ''): readonly StyledLine[] {
  const code = expandTabs(source);
  const name = languageOf(language);
  if (name === undefined || highlighter?.registered(name) !== true || code.length > MAX_HIGHLIGHTED) {
    return plainCode(code);
  }
  const context = expandTabs(before);
  try {
    const base = SPARSE.has(name) ? 'code' : undefined;
    const spans = spansOf(highlighter.highlight(name, context + code), base);
    return splitLines(spans)
      .slice(context.split('\n').length - 1)
      .map(calmed);
  } catch {
    // A grammar that stumbles over some code costs its colours, not the answer.
    return plainCode(code);
  }
}

/** Languages of which grammars mark little: what they leave is shown as code all the same. */
const SPARSE: ReadonlySet<string> = new Set(['bash', 'shell', 'powershell', 'dos']);

function plainCode(code: string): readonly StyledLine[] {
  return code.split('\n').map((text) => (text === '' ? [] : [{ text: text.trimEnd(), role: 'code' }]));
}

function spansOf(node: MarkedNode, role?: Role): readonly Span[] {
  if (node.type === 'text') return [role === undefined ? { text: node.value ?? '' } : { text: node.value ?? '', role }];
  const own = roleOf(node.properties?.className) ?? role;
  return (node.children ?? []).flatMap((child) => spansOf(child, own));
}

/** A sign or two, and blanks. */
const SIGNS = /^\s*[^\s\p{L}\p{N}_$"'`]{1,2}\s*$/u;

/** Lets signs between two coloured words take the colour before them: a change of colour is dearer than any of them. */
function calmed(line: readonly Span[]): StyledLine {
  let role: Role | undefined;
  return line.map((part, index) => {
    const isBetween = part.role === undefined && line[index + 1]?.role !== undefined && SIGNS.test(part.text);
    if (isBetween && role !== undefined && role !== 'string') return { ...part, role };
    role = part.role ?? (part.text.trim() === '' ? role : undefined);
    return part;
  });
}

const ROLES: Readonly<Record<string, Role>> = {
  keyword: 'keyword',
  'selector-tag': 'keyword',
  literal: 'number',
  number: 'number',
  string: 'string',
  regexp: 'string',
  'template-string': 'string',
  symbol: 'string',
  char: 'string',
  comment: 'comment',
  quote: 'comment',
  doctag: 'comment',
  title: 'name',
  section: 'name',
  name: 'name',
  function_: 'name',
  'selector-class': 'name',
  'selector-id': 'name',
  attr: 'type',
  attribute: 'type',
  property: 'type',
  built_in: 'type',
  type: 'type',
  class_: 'type',
  tag: 'keyword',
  meta: 'comment',
  addition: 'added',
  deletion: 'removed',
  variable: 'type',
};

function roleOf(classNames: unknown): Role | undefined {
  if (!Array.isArray(classNames)) return undefined;
  for (const name of classNames.toReversed()) {
    const role = ROLES[String(name).replace(/^hljs-/, '')];
    if (role !== undefined) return role;
  }
  return undefined;
}

function splitLines(spans: readonly Span[]): readonly StyledLine[] {
  const lines: Span[][] = [[]];
  for (const part of spans) {
    const [first = '', ...rest] = part.text.split('\n');
    if (first !== '') lines.at(-1)?.push({ ...part, text: first });
    for (const text of rest) lines.push(text === '' ? [] : [{ ...part, text }]);
  }
  return lines;
}
