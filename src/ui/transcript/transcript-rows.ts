import { safeText } from '../../safe-text.ts';
import { blockLines, hasGap } from '../../view/block-lines.ts';
import type { Block, ChatView } from '../../view/chat-view.ts';
import type { Layout } from '../../view/layout.ts';
import { liveLines } from '../../view/live-lines.ts';
import type { Span, StyledLine } from '../../view/styled-line.ts';
import { cutLine, wrapText } from '../../view/wrap.ts';
import { missingLanguage } from '../needed-grammar.ts';
import { sourceOf } from './source-text.ts';
import { type Match, matchesIn, NO_BLOCK, type Row } from './transcript-search.ts';

/** How the rows of the transcript are to be drawn. */
export interface RowLook {
  /** The keys of the blocks that are unfolded. */
  readonly opened: ReadonlySet<string>;
  /** The text as it was written. */
  readonly isRaw: boolean;
}

/** Draws the rows of a session for the viewer; what was drawn before is not drawn again. */
export interface TranscriptRows {
  /** Gives the rows of all final blocks; `layout.width` is that of the rows. */
  settled(blocks: readonly Block[], look: RowLook, layout: Layout): readonly Row[];
  /** Gives these rows and, below them, what still changes. */
  all(view: ChatView, look: RowLook, layout: Layout): readonly Row[];
}

/** Makes the rows of one viewer. */
export function createTranscriptRows(): TranscriptRows {
  const drawn = new WeakMap<Block, { readonly look: string; readonly lines: readonly StyledLine[] }>();
  const linesOfBlock = (block: Block, look: RowLook, layout: Layout): readonly StyledLine[] => {
    const isOpen = look.opened.has(block.key);
    const written = `${look.isRaw} ${isOpen} ${layout.width} ${layout.hasStyles} ${layout.isColorless}`;
    const known = drawn.get(block);
    if (known?.look === written) return known.lines;
    const lines = look.isRaw ? rawLines(block, layout) : shownLines(block, isOpen, layout);
    const cut = lines.flatMap((styled) => cutLine(styled, layout.width));
    if (missingLanguage(block) === undefined) drawn.set(block, { look: written, lines: cut });
    return cut;
  };
  const settled: TranscriptRows['settled'] = (blocks, look, layout) =>
    blocks.flatMap((block, index) => {
      const lines = linesOfBlock(block, look, layout);
      const gap = lines.length > 0 && hasGap(blocks[index - 1], block) ? [unownedRow([])] : [];
      return [...gap, ...lines.map((styled, row) => ({ block: index, row, styled }))];
    });
  return {
    settled,
    all: (view, look, layout) => {
      const rows = settled(view.settled, look, layout);
      const folded = { ...layout, hasThoughts: false, hasDetails: false };
      const live = look.isRaw ? [] : liveLines(view, folded, { rows: Number.MAX_SAFE_INTEGER });
      return live.length === 0 ? rows : [...rows, ...live.map(unownedRow)];
    },
  };
}

/** Makes a row that belongs to no block. */
export function unownedRow(styled: StyledLine): Row {
  return { block: NO_BLOCK, row: 0, styled };
}

function rawLines(block: Block, layout: Layout): readonly StyledLine[] {
  return wrapText(safeText(sourceOf(block)), layout.width);
}

function shownLines(block: Block, isOpen: boolean, layout: Layout): readonly StyledLine[] {
  return blockLines(block, { ...layout, hasThoughts: isOpen, hasDetails: isOpen, isWhole: true });
}

/** Makes every place where a row holds the text stand out; the one that was gone to is bold. */
export function withMatches(row: Row, search: string, isFound: boolean): StyledLine {
  const matches = matchesIn(row, search);
  if (matches.length === 0) return row.styled;
  const marked: Span[] = [];
  let at = 0;
  for (const part of row.styled) {
    marked.push(...splitSpan(part, at, { matches, isFound }));
    at += part.text.length;
  }
  return marked;
}

/** Cuts a span, whose text begins at `start` of its row, where matches begin and end. */
function splitSpan(part: Span, start: number, of: { matches: readonly Match[]; isFound: boolean }): readonly Span[] {
  const end = start + part.text.length;
  const spans: Span[] = [];
  let at = start;
  const add = (to: number, isMatch: boolean): void => {
    if (to <= at) return;
    const text = part.text.slice(at - start, to - start);
    const found: Partial<Span> = of.isFound ? { bold: true } : {};
    spans.push(isMatch ? { ...part, ...found, text, role: 'warning', underline: true } : { ...part, text });
    at = to;
  };
  for (const match of of.matches) {
    if (match.end <= start || match.start >= end) continue;
    add(match.start, false);
    add(Math.min(match.end, end), true);
  }
  add(end, false);
  return spans;
}
