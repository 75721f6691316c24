import { Lexer, type Token, type Tokens } from 'marked';
import type { Layout } from '../layout.ts';
import { line, type StyledLine, span, withRole } from '../styled-line.ts';
import { textWidth } from '../width.ts';
import { behindMark, indentLines, wrapLine, wrapText } from '../wrap.ts';
import { FLOW_START, type FlowPlace, type FlowRow, pieceLines, piecesOf, wrapFlow } from './flow.ts';
import { highlightCode } from './highlight.ts';
import { inlineLines } from './inline.ts';
import { isBullet, type MarkdownBlock } from './split-state.ts';
import { tableLines } from './table.ts';

const MAX_DEPTH = 32;
/** Quotes in quotes: the lexer calls itself for each of them. */
const TOO_DEEP = new RegExp(`^(?:\\s*>){${MAX_DEPTH}}`, 'm');
const MIN_TEXT = 12;
const MAX_RULE = 32;
/** Info words that say nothing about a block of code. */
const UNNAMED = /^(?:|te?xt|plain|plaintext|none|output)$/i;

/**
 * Draws one block of Markdown for a width. Lines of code keep their length, so that they are copied whole; everything
 * else is wrapped. Never throws: what cannot be read as Markdown is shown as it is.
 */
export function markdownLines(block: MarkdownBlock, layout: Layout): readonly StyledLine[] {
  if (block.cuts !== undefined) return flowRows(block, layout, FLOW_START).map((row) => row.line);
  if (block.kind === 'code') return inList(block, layout, () => codeLines(block));
  if (block.hasMore === true || (block.kind === 'prose' && block.before !== undefined))
    return tablePiece(block, layout);
  if (block.kind === 'prose') return proseLines(block.source, layout);
  const task = TASK.exec(block.source);
  const source = task === null ? block.source : block.source.slice(task[0].length);
  return inList(block, layout, (width) => proseLines(source, { ...layout, width }));
}

const TASK = /^\[([ xX])\](?: |$)/;

/** Draws the rows of a long line that comes out piece by piece, from a place in it on. */
export function flowRows(block: MarkdownBlock, layout: Layout, from: FlowPlace): readonly FlowRow[] {
  const isBegun = from.piece > 0 || from.character > 0;
  let rows: readonly FlowRow[] = [];
  const lines = inList({ ...block, isBegun }, layout, (width) => {
    rows = wrapFlow(flowText(block, { ...layout, width }, from.piece), from, width);
    return rows.map((row) => row.line);
  });
  return lines.map((styled, index) => ({ line: styled, end: rows[index]?.end ?? from }));
}

function flowText(block: MarkdownBlock, layout: Layout, from: number): readonly (readonly StyledLine[])[] {
  const task = block.kind === 'item' ? TASK.exec(block.source) : null;
  return piecesOf(block, task?.[0].length ?? 0)
    .slice(from)
    .map((piece) => pieceLines(piece, (text) => inlineLines(Lexer.lexInline(text, { gfm: true }), layout)));
}

/** Puts lines where their list wants them: the first one behind its mark, the others below it. */
function inList(
  block: MarkdownBlock & { readonly isBegun?: boolean },
  layout: Layout,
  draw: (width: number) => readonly StyledLine[],
): readonly StyledLine[] {
  const marker = shownMarker(block, layout);
  const indent = Math.min(block.indent, Math.max(0, layout.width - MIN_TEXT));
  const offset = indent + textWidth(marker) + (marker === '' ? 0 : 1);
  const lines = draw(Math.max(1, layout.width - offset));
  if (offset === 0) return lines;
  const first = [span(' '.repeat(indent)), span(marker, 'accent'), span(marker === '' ? '' : ' ')];
  const shown = lines.length === 0 ? [[]] : lines;
  return shown.map((styled, row) => {
    if (row === 0 && block.isBegun !== true) return styled.length === 0 ? first.slice(0, 2) : [...first, ...styled];
    return styled.length === 0 ? [] : [span(' '.repeat(offset)), ...styled];
  });
}

function shownMarker(block: MarkdownBlock, layout: Layout): string {
  const task = block.kind === 'item' ? TASK.exec(block.source) : null;
  if (task !== null) return checkbox(task[1] !== ' ', layout);
  const marker = block.marker ?? '';
  return isBullet(marker) && !isBullet(layout.glyphs.bullet) ? layout.glyphs.bullet : marker;
}

function checkbox(isChecked: boolean, layout: Layout): string {
  return isChecked ? layout.glyphs.checked : layout.glyphs.unchecked;
}

function codeLines(block: MarkdownBlock): readonly StyledLine[] {
  const lines = highlightCode(block.source, block.language ?? '', block.before);
  const isLabelled = (block.before ?? '') === '' && !UNNAMED.test(block.language ?? '');
  return isLabelled ? [[span(block.language ?? '', 'code', { italic: true })], ...lines] : lines;
}

function proseLines(source: string, layout: Layout): readonly StyledLine[] {
  if (TOO_DEEP.test(source)) return wrapText(source, layout.width);
  try {
    return tokensLines(new Lexer({ gfm: true }).lex(source), layout, 0);
  } catch {
    return wrapText(source, layout.width);
  }
}

/** Draws rows of a table that is printed in pieces: those of the first piece decide the widths of all. */
function tablePiece({ source, before }: MarkdownBlock, layout: Layout): readonly StyledLine[] {
  const head = before ?? source;
  const headRows = head.split('\n').length - 2;
  try {
    const [table, ...rest] = new Lexer({ gfm: true }).lex(before === undefined ? source : `${before}\n${source}`);
    if (!isTable(table) || table.rows.length < headRows) return proseLines(source, layout);
    const piece = { headRows, from: before === undefined ? 0 : headRows };
    return [...tableLines(table, layout, piece), ...tokensLines(rest, layout, 0)];
  } catch {
    return wrapText(source, layout.width);
  }
}

function isTable(token: Token | undefined): token is Tokens.Table {
  return token?.type === 'table';
}

/** Draws tokens under each other with the blank lines that stood between them. */
function tokensLines(tokens: readonly Token[], layout: Layout, depth: number): readonly StyledLine[] {
  const lines: StyledLine[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.type === 'space') {
      if (lines.length > 0 && index < tokens.length - 1) lines.push([]);
      continue;
    }
    lines.push(...tokenLines(token, layout, depth));
    const isLast = index === tokens.length - 1;
    if (!isLast && /\n\s*\n$/.test(token.raw) && tokens[index + 1]?.type !== 'space') lines.push([]);
  }
  return lines;
}

function tokenLines(token: Tokens.Generic, layout: Layout, depth: number): readonly StyledLine[] {
  if (depth > MAX_DEPTH) return wrapText(token.raw, layout.width);
  switch (token.type) {
    case 'heading':
      return headingLines(token as Tokens.Heading, layout);
    case 'blockquote':
      return quoteLines(token as Tokens.Blockquote, layout, depth);
    case 'list':
      return listLines(token as Tokens.List, layout, depth);
    case 'code':
      return codeLines({ kind: 'code', source: token.text, language: token.lang ?? '', hasGap: false, indent: 0 });
    case 'table':
      return tableLines(token as Tokens.Table, layout);
    case 'hr':
      return [line(layout.glyphs.rule.repeat(Math.min(layout.width, MAX_RULE)), 'dim')];
    case 'html':
    case 'def':
      return wrapText(token.raw.replace(/\n+$/, ''), layout.width);
    default:
      return inlineLines(token.tokens ?? [token as Token], layout).flatMap((styled) => wrapLine(styled, layout.width));
  }
}

function headingLines(token: Tokens.Heading, layout: Layout): readonly StyledLine[] {
  const style = token.depth === 1 ? { bold: true as const, underline: true as const } : { bold: true as const };
  const lines = inlineLines(token.tokens, layout, style).map((styled) => withRole(styled, 'heading'));
  const marked = layout.hasStyles ? lines : lines.map((styled) => [span(`${'#'.repeat(token.depth)} `), ...styled]);
  return marked.flatMap((styled) => wrapLine(styled, layout.width));
}

function quoteLines(token: Tokens.Blockquote, layout: Layout, depth: number): readonly StyledLine[] {
  const lines = tokensLines(token.tokens, { ...layout, width: Math.max(1, layout.width - 2) }, depth + 1);
  const bar = [span(`${layout.glyphs.quote} `, 'dim')];
  return indentLines(
    lines.map((styled) => withRole(styled, 'quote')),
    bar,
  );
}

/** Lists inside of quotes and items; those of the top level come as blocks of their own. */
function listLines(list: Tokens.List, layout: Layout, depth: number): readonly StyledLine[] {
  return list.items.flatMap((item, index) => {
    const number = `${Number(list.start === '' ? 1 : list.start) + index}.`;
    const marker = item.task ? checkbox(item.checked === true, layout) : list.ordered ? number : layout.glyphs.bullet;
    const tokens = item.tokens.filter((token) => token.type !== 'checkbox');
    const lines = behindMark(span(`${marker} `, 'accent'), layout.width, (width) =>
      tokensLines(tokens, { ...layout, width }, depth + 1),
    );
    return list.loose && index > 0 ? [[], ...lines] : lines;
  });
}
