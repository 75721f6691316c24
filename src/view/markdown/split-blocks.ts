import { expandTabs } from '../width.ts';
import { isGivenOut, pieceEnd } from './give-out.ts';
import { DELIMITER, FENCE, HEADING, ITEM, interruptsProse, RULE, SETEXT, TABLE } from './line-patterns.ts';
import {
  append,
  bulletAt,
  close,
  isInCode,
  type MarkdownBlock,
  type OpenItem,
  SPLIT_START,
  type SplitState,
} from './split-state.ts';

/**
 * Cuts a growing Markdown text into blocks that are final: whatever comes later cannot change them. Works line by line,
 * so that where the stream was cut means nothing, and a block costs its own length only.
 */

/** Characters after which a line or block is cut although it goes on, so that none costs more than this a frame. */
const MAX_BLOCK = 8192;
/** Lines of code after which a blank one ends the piece, or any line does. */
const CODE_PIECE = 4;
const MAX_CODE_PIECE = 8;
const MAX_BEFORE = 1024;
/** Rows of a table that decide how wide its columns are, when there are more; and how many follow at a time. */
const TABLE_HEAD = 16;
const TABLE_PIECE = 4;

/** Takes more text. Gives the blocks that became final. */
export function pushMarkdown(state: SplitState, text: string): { state: SplitState; blocks: readonly MarkdownBlock[] } {
  const blocks: MarkdownBlock[] = [];
  let current = state;
  let buffer = state.rest + text;
  for (let part = nextPart(current, buffer); part !== undefined; part = nextPart(current, buffer)) {
    current = takePart(current, { ...part, text: buffer.slice(0, part.length) }, blocks);
    buffer = buffer.slice(part.kind === 'line' ? part.length + 1 : part.length);
  }
  return { state: { ...current, rest: buffer }, blocks };
}

/** Gives what the text so far would end with, if it ended here. Pure: a preview may ask at any time. */
export function endMarkdown(state: SplitState): readonly MarkdownBlock[] {
  const blocks: MarkdownBlock[] = [];
  close(state.rest === '' ? state : takeLine(state, state.rest, blocks), blocks);
  return blocks;
}

/** What can be taken of a text: a line, a piece of one that goes on, or as much of one as a block may hold. */
interface Part {
  readonly kind: 'line' | 'piece' | 'surplus';
  readonly length: number;
}

function nextPart(state: SplitState, buffer: string): Part | undefined {
  // Only as far as a line may reach: one search of everything for each piece would take for ever on an endless line.
  const window = buffer.slice(0, MAX_BLOCK + 1);
  const end = window.indexOf('\n');
  const piece = pieceEnd(state, end === -1 ? window : window.slice(0, end));
  if (piece !== -1) return { kind: 'piece', length: piece };
  if (end !== -1) return { kind: 'line', length: end };
  return buffer.length > MAX_BLOCK ? { kind: 'surplus', length: cutPoint(buffer) } : undefined;
}

function takePart(
  state: SplitState,
  { kind, text }: Part & { readonly text: string },
  blocks: MarkdownBlock[],
): SplitState {
  if (kind === 'piece') return takePiece(state, text, blocks);
  const taken = takeLine(state, text, blocks);
  if (kind === 'line') return taken;
  return isInCode(taken) ? closeCodePiece(taken, blocks) : { ...close(taken, blocks), kind: 'prose' };
}

/** Cuts before a blank if there is one, never inside a surrogate pair. */
function cutPoint(buffer: string): number {
  const blank = buffer.lastIndexOf(' ', MAX_BLOCK - 1);
  if (blank > MAX_BLOCK / 2) return blank + 1;
  return /[\ud800-\udbff]/.test(buffer[MAX_BLOCK - 1] ?? '') ? MAX_BLOCK - 1 : MAX_BLOCK;
}

/** Takes the beginning of a line that goes on. It is a block of its own, so that nothing before it waits for it. */
function takePiece(state: SplitState, text: string, blocks: MarkdownBlock[]): SplitState {
  const isFull = state.isInLine && state.source.length > MAX_BLOCK;
  const line = state.isInLine && !isFull ? inLine(state, text) : beginLine(state, text, blocks);
  return { ...line, isInLine: true, cuts: [...line.cuts, line.source.length] };
}

function beginLine(state: SplitState, text: string, blocks: MarkdownBlock[]): SplitState {
  if (state.isInLine) return append(goOn(state, blocks), text);
  const isOpen = state.line_count > 0 && !(state.kind === 'prose' && interruptsProse(state, text));
  const isItem = state.kind === 'list' && ITEM.test(text);
  return takeLine(isOpen && !isItem ? goOn(state, blocks) : state, text, blocks);
}

function inLine(state: SplitState, text: string): SplitState {
  return { ...state, source: state.source + text };
}

/** Gives the lines of a paragraph out that goes on. */
function goOn(state: SplitState, blocks: MarkdownBlock[]): SplitState {
  const { hasBlank } = state;
  const closed = { ...close(state, blocks), isContinued: true, hasBlank };
  return state.kind === 'list' ? inItem(closed) : { ...closed, kind: 'prose' };
}

function takeLine(state: SplitState, text: string, blocks: MarkdownBlock[]): SplitState {
  if (state.isInLine) return goOn({ ...inLine(state, text), isInLine: false }, blocks);
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
    return { ...state, kind: 'code', ...opening(fence), hasGap: true, hasBlank: false };
  }
  const opened = { ...state, kind: 'prose' as const, hasGap: state.hasBlank, hasBlank: false };
  if (HEADING.test(text) || RULE.test(text)) return close(append(opened, text), blocks);
  const item = ITEM.exec(text);
  if (item !== null && (item[1] ?? '').length < 4) return openItem({ ...opened, items: [] }, item);
  return append(opened, text);
}

function takeInProse(state: SplitState, text: string, blocks: MarkdownBlock[]): SplitState {
  if (text.trim() === '') return { ...close(state, blocks), hasBlank: true };
  if (SETEXT.test(text) && state.line_count > 0 && !state.isContinued) return close(append(state, text), blocks);
  if (interruptsProse(state, text)) return takeFirst(close(state, blocks), text, blocks);
  if (state.before !== '') return takeTableRow(state, text, blocks);
  if (isGivenOut(state, text)) return append(goOn(state, blocks), text.trimStart());
  if (state.line_count === TABLE_HEAD + 2 && TABLE.test(state.source)) {
    return append(closeTablePiece(state, state.source, blocks), text);
  }
  // A first line comes here when others of its paragraph were given out: blanks before it do not make code of it.
  const line = state.line_count === 0 ? text.trimStart() : text;
  const next = append(DELIMITER.test(text) ? tableAlone(state, blocks) : state, line);
  return next.source.length > MAX_BLOCK && !isTable(next) ? { ...close(next, blocks), kind: 'prose' } : next;
}

/** A row of a table whose columns have their widths. */
function takeTableRow(state: SplitState, text: string, blocks: MarkdownBlock[]): SplitState {
  const next = append(state, text);
  return next.line_count >= TABLE_PIECE ? closeTablePiece(next, state.before, blocks) : next;
}

function closeTablePiece(state: SplitState, before: string, blocks: MarkdownBlock[]): SplitState {
  const { rest } = close(state.before === '' ? { ...state, before } : state, blocks);
  return { ...SPLIT_START, rest, kind: 'prose', before, isContinued: true };
}

/** Text right above a table is a block of its own: the rows of the table are counted from its head. */
function tableAlone(state: SplitState, blocks: MarkdownBlock[]): SplitState {
  const end = state.source.lastIndexOf('\n');
  const head = state.source.slice(end + 1);
  if (end === -1 || !head.includes('|') || TABLE.test(state.source)) return state;
  const above = { ...state, source: state.source.slice(0, end), line_count: state.line_count - 1 };
  return append({ ...close(above, blocks), kind: 'prose' }, head);
}

function isTable(state: SplitState): boolean {
  return TABLE.test(state.source) && state.source.length < 8 * MAX_BLOCK;
}

/** A line inside of a fence, which may stand in an item of a list. */
function takeCode(state: SplitState, text: string, blocks: MarkdownBlock[]): SplitState {
  const trimmed = text.trim();
  const isClosing = trimmed.startsWith(state.fence) && trimmed === (state.fence[0] ?? '').repeat(trimmed.length);
  if (isClosing) {
    const isEmpty = state.line_count === 0 && state.before === '';
    const closed = close(isEmpty ? { ...state, line_count: 1 } : state, blocks);
    return { ...(state.kind === 'list' ? inItem(closed) : closed), hasBlank: true };
  }
  const next = append(state, state.kind === 'list' ? dedent(text, state.items.at(-1)?.contentIndent ?? 0) : text);
  const count = next.line_count;
  const isPieceFull =
    (count >= CODE_PIECE && trimmed === '') || count >= MAX_CODE_PIECE || next.source.length > MAX_BLOCK;
  return isPieceFull ? closeCodePiece(next, blocks) : next;
}

function closeCodePiece(state: SplitState, blocks: MarkdownBlock[]): SplitState {
  if (state.line_count === 0) return state;
  const { kind, fence, language } = state;
  const before = `${state.before}${state.source}\n`.slice(-MAX_BEFORE);
  const closed = close(state, blocks);
  return {
    ...(kind === 'list' ? inItem(closed) : closed),
    kind,
    fence,
    language,
    before,
    hasGap: false,
    isContinued: true,
  };
}

function takeInList(state: SplitState, text: string, blocks: MarkdownBlock[]): SplitState {
  const indent = expandTabs(/^[ \t]*/.exec(text)?.[0] ?? '').length;
  if (isInCode(state)) return takeCode(state, text, blocks);
  if (text.trim() === '') return { ...state, hasBlank: true };
  const item = RULE.test(text) ? null : ITEM.exec(text);
  const top = state.items.at(-1);
  if (item !== null && indent < (top?.contentIndent ?? 0) + 4) {
    const closed = close(state, blocks);
    return openItem({ ...closed, kind: 'list', items: state.items, hasGap: state.hasBlank, hasBlank: false }, item);
  }
  const isLazy =
    (state.line_count > 0 || state.isContinued) &&
    !state.hasBlank &&
    indent < 2 &&
    !(FENCE.test(text) || HEADING.test(text) || RULE.test(text));
  if (isLazy) return append(isGivenOut(state, text) ? goOn(state, blocks) : state, text.trimStart());
  const owner = state.items.findLastIndex((open) => indent >= Math.min(open.contentIndent, open.markerIndent + 2));
  if (owner === -1) return takeFirst(leaveList(state, blocks), text, blocks);
  return continueItem(state, { text, owner }, blocks);
}

function leaveList(state: SplitState, blocks: MarkdownBlock[]): SplitState {
  return { ...close(state, blocks), items: [], hasBlank: state.hasBlank };
}

/** A line of an item that is open: of the innermost one, or of one around it, which then goes on in its own block. */
function continueItem(state: SplitState, at: { text: string; owner: number }, blocks: MarkdownBlock[]): SplitState {
  const text = dedent(at.text, state.items[at.owner]?.contentIndent ?? 0);
  const fence = FENCE.exec(text);
  const isInnermost = at.owner === state.items.length - 1;
  if (fence === null && isInnermost && state.line_count > 0 && !isGivenOut(state, text)) {
    const gap = state.hasBlank ? append(state, '') : state;
    return { ...append(gap, text), hasBlank: false };
  }
  const closed = close(state, blocks);
  const items = state.items.slice(0, at.owner + 1);
  const continued = inItem({ ...closed, items });
  if (fence !== null) return { ...continued, ...opening(fence), hasGap: true };
  const isContinued = isInnermost && !state.hasBlank;
  return append({ ...continued, hasGap: state.hasBlank, isContinued }, text);
}

/** Where the innermost item goes on in a block of its own. */
function inItem(state: SplitState): SplitState {
  const item = state.items.at(-1);
  return item === undefined ? state : { ...state, kind: 'list', marker: '', indent: contentColumn(item) };
}

function contentColumn(item: OpenItem): number {
  return item.visualIndent + item.marker.length + 1;
}

function opening(fence: RegExpExecArray): { fence: string; language: string } {
  return { fence: fence[2] ?? '', language: fence[3] ?? '' };
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
    visualIndent: parent === undefined ? 0 : contentColumn(parent),
    marker: ordinal === undefined ? bulletAt(parents.length) : `${ordinal}${sign.at(-1)}`,
    ...(ordinal === undefined ? {} : { ordinal }),
  };
  const opened = { ...state, kind: 'list' as const, items: [...parents, item], marker: item.marker };
  const placed = { ...opened, indent: item.visualIndent };
  const fence = FENCE.exec(content);
  return fence === null ? append(placed, content) : { ...placed, ...opening(fence) };
}

function dedent(text: string, columns: number): string {
  const expanded = text.replace(/^\t+/, expandTabs);
  const blanks = /^ */.exec(expanded)?.[0].length ?? 0;
  return expanded.slice(Math.min(blanks, columns));
}
