/**
 * Cuts a growing Markdown text into blocks that are final: whatever comes later cannot change them. Works line by line,
 * so that where the stream was cut means nothing, and a block costs its own length only.
 */

/** One final piece of Markdown, in its own terms: it is lexed and printed alone. */
export interface MarkdownBlock {
  readonly kind: 'prose' | 'item' | 'code';
  /** Markdown; for code its plain text. */
  readonly source: string;
  /** A blank line stood before it, or belongs there. */
  readonly hasGap: boolean;
  /** Columns that the list around it takes. */
  readonly indent: number;
  /** What stands before the first row of a list item: `•`, `3.`; empty for what continues one. */
  readonly marker?: string;
  readonly language?: string;
  /** Code before it in the same block, for the highlighter. */
  readonly before?: string;
}

interface OpenItem {
  readonly markerIndent: number;
  readonly contentIndent: number;
  readonly visualIndent: number;
  readonly marker: string;
  /** Absent for bullets. */
  readonly ordinal?: number;
}

/** Where in the text the splitter stands. A value. */
export interface SplitState {
  /** The incomplete last line. */
  readonly rest: string;
  readonly kind: 'none' | 'prose' | 'list' | 'code';
  /** The complete lines of the open block. */
  readonly source: string;
  readonly line_count: number;
  readonly items: readonly OpenItem[];
  /** How many open items the current block belongs to; it starts one of them, or continues it. */
  readonly marker: string;
  readonly indent: number;
  readonly fence: string;
  readonly language: string;
  readonly before: string;
  readonly hasGap: boolean;
  readonly hasBlank: boolean;
}

/** The state before the first character. */
export const SPLIT_START: SplitState = {
  rest: '',
  kind: 'none',
  source: '',
  line_count: 0,
  items: [],
  marker: '',
  indent: 0,
  fence: '',
  language: '',
  before: '',
  hasGap: false,
  hasBlank: false,
};

/** Characters after which a line or block is cut although it goes on, so that none costs more than this a frame. */
const MAX_BLOCK = 8192;
/** Lines of code after which a blank one ends the piece, or any line does. */
const CODE_PIECE = 20;
const MAX_CODE_PIECE = 40;
const MAX_BEFORE = 2048;

const FENCE = /^( {0,3})(`{3,}|~{3,})\s*([^\s`{]*)[^`]*$/;
const HEADING = /^ {0,3}#{1,6}(?:\s|$)/;
const RULE = /^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$/;
const SETEXT = /^ {0,3}(?:=+|-+)[ \t]*$/;
const ITEM = /^( *)([-*+]|\d{1,9}[.)])(?:( {1,4})(?! )|( )|$)(.*)$/;
const QUOTE = /^ {0,3}>/;

/** Takes more text. Gives the blocks that became final. */
export function pushMarkdown(state: SplitState, text: string): { state: SplitState; blocks: readonly MarkdownBlock[] } {
  const blocks: MarkdownBlock[] = [];
  let current = state;
  let buffer = state.rest + text;
  for (;;) {
    // Only as far as a line may reach: one search of everything for each piece would take for ever on an endless line.
    const end = buffer.slice(0, MAX_BLOCK + 1).indexOf('\n');
    const isTooLong = end === -1 && buffer.length > MAX_BLOCK;
    if (end === -1 && !isTooLong) break;
    const cut = isTooLong ? cutPoint(buffer) : end;
    current = takeLine(current, buffer.slice(0, cut), blocks);
    if (isTooLong) current = { ...close(current, blocks), kind: current.kind === 'code' ? 'code' : 'prose' };
    buffer = buffer.slice(isTooLong ? cut : cut + 1);
  }
  return { state: { ...current, rest: buffer }, blocks };
}

/** Gives what the text so far would end with, if it ended here. Pure: a preview may ask at any time. */
export function endMarkdown(state: SplitState): readonly MarkdownBlock[] {
  const blocks: MarkdownBlock[] = [];
  close(state.rest === '' ? state : takeLine(state, state.rest, blocks), blocks);
  return blocks;
}

/** Cuts before a blank if there is one, never inside a surrogate pair. */
function cutPoint(buffer: string): number {
  const blank = buffer.lastIndexOf(' ', MAX_BLOCK - 1);
  if (blank > MAX_BLOCK / 2) return blank + 1;
  return /[\ud800-\udbff]/.test(buffer[MAX_BLOCK - 1] ?? '') ? MAX_BLOCK - 1 : MAX_BLOCK;
}

function takeLine(state: SplitState, text: string, blocks: MarkdownBlock[]): SplitState {
  switch (state.kind) {
    case 'code':
      return takeCode(state, text, blocks);
    case 'list':
      return takeInList(state, text, blocks);
    case 'prose':
      return takeInProse(state, text, blocks);
    default:
      return takeFirst(state, text, blocks);
  }
}

/** A line where nothing is open. */
function takeFirst(state: SplitState, text: string, blocks: MarkdownBlock[]): SplitState {
  if (text.trim() === '') return { ...state, hasBlank: true };
  const fence = FENCE.exec(text);
  if (fence !== null) {
    return { ...state, kind: 'code', fence: fence[2] ?? '', language: fence[3] ?? '', hasGap: true, hasBlank: false };
  }
  const opened = { ...state, kind: 'prose' as const, hasGap: state.hasBlank, hasBlank: false };
  if (HEADING.test(text) || RULE.test(text)) return close(append(opened, text), blocks);
  const item = ITEM.exec(text);
  if (item !== null && (item[1] ?? '').length < 4) return openItem({ ...opened, items: [] }, item);
  return append(opened, text);
}

function takeInProse(state: SplitState, text: string, blocks: MarkdownBlock[]): SplitState {
  if (text.trim() === '') return { ...close(state, blocks), hasBlank: true };
  if (SETEXT.test(text) && state.line_count > 0) return close(append(state, text), blocks);
  if (interruptsProse(state, text)) return takeFirst(close(state, blocks), text, blocks);
  const next = append(state, text);
  return next.source.length > MAX_BLOCK && !isTable(next) ? { ...close(next, blocks), kind: 'prose' } : next;
}

function interruptsProse(state: SplitState, text: string): boolean {
  if (FENCE.test(text) || HEADING.test(text) || RULE.test(text)) return true;
  if (QUOTE.test(text)) return !QUOTE.test(state.source);
  const item = ITEM.exec(text);
  return item !== null && (item[1] ?? '').length < 4 && item[5] !== '' && /^(?:[-*+]|1[.)])$/.test(item[2] ?? '');
}

function isTable(state: SplitState): boolean {
  return /^.*\n {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\||$)/m.test(state.source) && state.source.length < 8 * MAX_BLOCK;
}

function takeCode(state: SplitState, text: string, blocks: MarkdownBlock[]): SplitState {
  const trimmed = text.trim();
  const isClosing = trimmed.startsWith(state.fence) && trimmed === (state.fence[0] ?? '').repeat(trimmed.length);
  if (isClosing) {
    const isEmpty = state.line_count === 0 && state.before === '';
    const closed = close(isEmpty ? { ...state, line_count: 1 } : state, blocks);
    return { ...closed, hasBlank: true };
  }
  const next = append(state, text);
  const count = next.line_count;
  const isPieceFull =
    (count >= CODE_PIECE && trimmed === '') || count >= MAX_CODE_PIECE || next.source.length > MAX_BLOCK;
  return isPieceFull ? closeCodePiece(next, blocks) : next;
}

function closeCodePiece(state: SplitState, blocks: MarkdownBlock[]): SplitState {
  const { fence, language } = state;
  const before = `${state.before}${state.source}\n`.slice(-MAX_BEFORE);
  return { ...close(state, blocks), kind: 'code', fence, language, before, hasGap: false };
}

function takeInList(state: SplitState, text: string, blocks: MarkdownBlock[]): SplitState {
  const indent = /^[ \t]*/.exec(text)?.[0].replaceAll('\t', '    ').length ?? 0;
  if (state.fence !== '') return takeFenceInList(state, text);
  if (text.trim() === '') return { ...state, hasBlank: true };
  const item = RULE.test(text) ? null : ITEM.exec(text);
  const top = state.items.at(-1);
  if (item !== null && indent < (top?.contentIndent ?? 0) + 4) {
    const closed = close(state, blocks);
    return openItem({ ...closed, kind: 'list', items: state.items, hasGap: state.hasBlank, hasBlank: false }, item);
  }
  const isLazy = !state.hasBlank && indent < 2 && !(FENCE.test(text) || HEADING.test(text) || RULE.test(text));
  if (isLazy) return append(state, text.trimStart());
  const owner = state.items.findLastIndex((open) => indent >= Math.min(open.contentIndent, open.markerIndent + 2));
  if (owner === -1) return takeFirst(leaveList(state, blocks), text, blocks);
  return continueItem(state, { text, owner }, blocks);
}

function leaveList(state: SplitState, blocks: MarkdownBlock[]): SplitState {
  return { ...close(state, blocks), items: [], hasBlank: state.hasBlank };
}

/** A line of an item that is open: of the innermost one, or of one around it, which then goes on in its own block. */
function continueItem(state: SplitState, at: { text: string; owner: number }, blocks: MarkdownBlock[]): SplitState {
  const item = state.items[at.owner];
  if (item === undefined) return state;
  const text = dedent(at.text, item.contentIndent);
  const fence = FENCE.exec(text)?.[2] ?? '';
  if (at.owner === state.items.length - 1) {
    const gap = state.hasBlank ? append(state, '') : state;
    return { ...append(gap, text), fence, hasBlank: false };
  }
  const closed = close(state, blocks);
  const continued: SplitState = {
    ...closed,
    kind: 'list',
    items: state.items.slice(0, at.owner + 1),
    marker: '',
    indent: item.visualIndent + item.marker.length + 1,
    fence,
    hasGap: state.hasBlank,
    hasBlank: false,
  };
  return append(continued, text);
}

function takeFenceInList(state: SplitState, text: string): SplitState {
  const trimmed = text.trim();
  const isClosing = trimmed.startsWith(state.fence) && trimmed === (state.fence[0] ?? '').repeat(trimmed.length);
  const next = append(state, dedent(text, state.items.at(-1)?.contentIndent ?? 0));
  return isClosing ? { ...next, fence: '' } : next;
}

function openItem(state: SplitState, match: RegExpExecArray): SplitState {
  const [, blanks = '', sign = '', gap = ' ', single, content = ''] = match;
  const markerIndent = blanks.length;
  const outer = state.items.filter((open) => markerIndent >= open.markerIndent);
  const top = outer.at(-1);
  const isNested = top !== undefined && markerIndent >= top.markerIndent + 2;
  const parents = isNested ? outer : outer.slice(0, -1);
  const parent = parents.at(-1);
  const sibling = isNested ? undefined : top;
  const number = Number.parseInt(sign, 10);
  const ordinal = Number.isNaN(number) ? undefined : sibling?.ordinal === undefined ? number : sibling.ordinal + 1;
  const item: OpenItem = {
    markerIndent,
    contentIndent: markerIndent + sign.length + (single ?? gap).length,
    visualIndent: parent === undefined ? 0 : parent.visualIndent + parent.marker.length + 1,
    marker: ordinal === undefined ? (BULLETS[parents.length % BULLETS.length] ?? '•') : `${ordinal}${sign.at(-1)}`,
    ...(ordinal === undefined ? {} : { ordinal }),
  };
  const opened = { ...state, kind: 'list' as const, items: [...parents, item], marker: item.marker };
  return append({ ...opened, indent: item.visualIndent, fence: FENCE.exec(content)?.[2] ?? '' }, content);
}

const BULLETS = ['•', '◦', '▪'];

function dedent(text: string, columns: number): string {
  const expanded = text.replace(/^\t+/, (tabs) => '    '.repeat(tabs.length));
  const blanks = /^ */.exec(expanded)?.[0].length ?? 0;
  return expanded.slice(Math.min(blanks, columns));
}

function append(state: SplitState, text: string): SplitState {
  const source = state.line_count === 0 ? text : `${state.source}\n${text}`;
  return { ...state, source, line_count: state.line_count + 1 };
}

/** Gives the open block out, if there is one, and stands where nothing is open. */
function close(state: SplitState, blocks: MarkdownBlock[]): SplitState {
  if (state.line_count > 0) blocks.push(openBlock(state));
  return { ...SPLIT_START, rest: state.rest, items: state.items };
}

function openBlock(state: SplitState): MarkdownBlock {
  const { hasGap, source } = state;
  if (state.kind === 'code') {
    return { kind: 'code', source, hasGap, indent: 0, language: state.language, before: state.before };
  }
  if (state.kind === 'list') return { kind: 'item', source, hasGap, indent: state.indent, marker: state.marker };
  return { kind: 'prose', source, hasGap, indent: 0 };
}
