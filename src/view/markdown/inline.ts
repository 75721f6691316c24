import type { Token, Tokens } from 'marked';
import { safeText } from '../../safe-text.ts';
import type { Layout } from '../layout.ts';
import type { Span, StyledLine } from '../styled-line.ts';

type Style = Omit<Span, 'text'>;

/** The named character references that models write; the lexer resolves numbers only. */
const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  copy: '©',
  times: '×',
  rarr: '→',
  larr: '←',
};

/**
 * Turns inline tokens into lines: one, or more where the text has line ends. Character references were resolved on the
 * way here, and what they stand for is as unsafe as any text.
 */
export function inlineLines(tokens: readonly Token[], layout: Layout, style: Style = {}): readonly StyledLine[] {
  const lines: Span[][] = [[]];
  for (const part of inlineSpans(tokens, layout, style)) {
    const [first = '', ...rest] = safeText(part.text).split('\n');
    const isFirst = lines.length === 1 && lines[0]?.length === 0 && part.role !== 'code';
    const text = isFirst ? first.replace(/^ +/, '') : first;
    if (text !== '') lines.at(-1)?.push({ ...part, text });
    for (const text of rest) lines.push(text === '' ? [] : [{ ...part, text: text.trimStart() }]);
  }
  return lines;
}

function inlineSpans(tokens: readonly Token[], layout: Layout, style: Style): readonly Span[] {
  return tokens.flatMap((token) => tokenSpans(token, layout, style));
}

function tokenSpans(token: Tokens.Generic, layout: Layout, style: Style): readonly Span[] {
  const children = (added: Style): readonly Span[] =>
    inlineSpans(token.tokens ?? [{ type: 'text', raw: token.raw, text: textOf(token) }], layout, {
      ...style,
      ...added,
    });
  switch (token.type) {
    case 'strong':
      return children({ bold: true });
    case 'em':
      return children({ italic: true });
    case 'del':
      return children({ strike: true });
    case 'codespan':
      return [{ ...style, role: 'code', text: hasColors(layout) ? textOf(token) : `\`${textOf(token)}\`` }];
    case 'br':
      return [{ ...style, text: '\n' }];
    case 'link':
      return targetSpans(inlineSpans(token.tokens ?? [], layout, { ...style, role: 'link' }), token, layout);
    case 'image':
      return targetSpans(
        [{ ...style, role: 'dim', text: `[image: ${textOf(token) || String(token.href)}]` }],
        token,
        layout,
      );
    case 'checkbox':
      return [{ ...style, text: token.checked === true ? layout.glyphs.checked : layout.glyphs.unchecked }];
    case 'escape':
      return [{ ...style, text: textOf(token) }];
    case 'html':
      return [{ ...style, text: /^<br\s*\/?>$/i.test(token.raw) ? '\n' : token.raw }];
    default:
      return token.tokens === undefined ? [{ ...style, text: resolved(textOf(token)) }] : children({});
  }
}

/** The text leads there where the terminal can; the host is always readable, so that text cannot lie about it. */
function targetSpans(label: readonly Span[], token: Tokens.Generic, layout: Layout): readonly Span[] {
  const href = String(token.href ?? '');
  const target = webAddress(href);
  const text = label.map((part) => part.text).join('');
  const isSaid = isTarget(text, href) || text === `[image: ${href}]`;
  if (target === undefined) return href === '' || isSaid ? label : [...label, note(` (${href})`)];
  const linked = layout.hasLinks
    ? label.map((part) => ({ ...part, underline: true as const, href: target.href }))
    : label;
  if (isSaid || text === target.href) return linked;
  if (!layout.hasLinks) return [...linked, note(` (${href})`)];
  return text.includes(target.host) ? linked : [...linked, note(` (${target.host})`)];
}

/** Tells whether the text is where its link leads; it may leave out what the lexer adds to a bare address. */
function isTarget(text: string, href: string): boolean {
  return text === href || [`http://${text}`, `mailto:${text}`].includes(href);
}

function note(text: string): Span {
  return { text, role: 'dim' };
}

function webAddress(href: string): URL | undefined {
  if (!/^https?:\/\//i.test(href) || !URL.canParse(href)) return undefined;
  return new URL(href);
}

function textOf(token: Tokens.Generic): string {
  return typeof token.text === 'string' ? token.text : token.raw;
}

function resolved(text: string): string {
  return text.includes('&') ? text.replace(/&([a-z]{2,6});/g, (whole, name: string) => NAMED[name] ?? whole) : text;
}

function hasColors({ hasStyles, isColorless }: Layout): boolean {
  return hasStyles && isColorless !== true;
}
