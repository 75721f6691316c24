import { endMarkdown } from './split-blocks.ts';
import { isInCode, type MarkdownBlock, type SplitState } from './split-state.ts';

/** A line that may still become the sign of a block: a fence, a rule, a bullet, a heading, a table. */
const UNDECIDED = /^\s*(?:[-*+]|\d{1,9}[.)]?|#{1,6}|`{1,2}|~{1,2}|>|[-=]+|[*_]{1,3}|\|.*|\[[ xX]?)?$/;
const HAS_DELIMITER = /\n {0,3}\|?\s*:?-/;
const FENCE_LINE = /^\s*(?:`{3,}|~{3,})/;

/** Gives the blocks of an unfinished text as they will probably be; signs that are still open are closed or left out. */
export function previewBlocks(state: SplitState): readonly MarkdownBlock[] {
  const isHidden = !isInCode(state) && !state.isInLine && UNDECIDED.test(state.rest) && !isTableRow(state);
  const isFence = isInCode(state) && /^\s*(?:`+|~+)\s*$/.test(state.rest);
  const blocks = endMarkdown(isHidden || isFence ? { ...state, rest: '' } : state);
  const last = blocks.at(-1);
  if (last === undefined || last.kind === 'code') return blocks;
  const isHeadAlone = /^ {0,3}\|/.test(last.source) && !HAS_DELIMITER.test(last.source);
  if (last.kind === 'prose' && last.before === undefined && isHeadAlone) return blocks.slice(0, -1);
  const final = last.cuts?.at(-1) ?? 0;
  const source = last.source.slice(0, final) + closeInline(last.source.slice(final));
  return [...blocks.slice(0, -1), { ...last, source }];
}

function isTableRow(state: SplitState): boolean {
  const isInTable = state.before !== '' || HAS_DELIMITER.test(state.source);
  return isInTable && state.rest.includes('|') && state.rest.trim().length > 1;
}

/** Closes emphasis, code and links that are open at the end, so that they do not flash as raw signs. */
export function closeInline(source: string): string {
  if (source.split('\n').filter((text) => FENCE_LINE.test(text)).length % 2 === 1) return source;
  const start = source.lastIndexOf('\n\n') + 1;
  const text = source.slice(start);
  const ticks = /(?<!`)`(?!`)/g;
  if ((text.match(ticks)?.length ?? 0) % 2 === 1) {
    return text.trimEnd().endsWith('`') ? source.replace(/`\s*$/, '') : `${source.trimEnd()}\``;
  }
  const withoutLink = source.replace(/!?\[([^\][\n]{0,200})(?:\]\([^)\s]{0,500})?$/, '$1');
  return closeEmphasis(withoutLink, start);
}

/** A sign that may begin or end emphasis, or may do so when more comes. */
const EMPHASIS = /(?<=\S)\*{1,3}|\*{1,3}(?=\S|$)|~~|(?<![\p{L}\p{N}_])_{1,2}|_{1,2}(?![\p{L}\p{N}_])/gu;

function closeEmphasis(source: string, start: number): string {
  const text = source
    .slice(start)
    .trimEnd()
    .replace(/`[^`]*`/g, '');
  const open: string[] = [];
  for (const [sign] of text.matchAll(EMPHASIS)) {
    if (open.at(-1) === sign) open.pop();
    else open.push(sign);
  }
  const last = open.at(-1);
  if (last === undefined) return source;
  const trimmed = source.trimEnd();
  const isDangling = trimmed.endsWith(last);
  const shown = isDangling ? trimmed.slice(0, -last.length) : trimmed;
  const unclosed = isDangling ? open.slice(0, -1) : open;
  return unclosed.length === 1 ? shown + unclosed[0] : shown;
}
