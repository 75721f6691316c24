import { formatClock, formatCount } from '../format.ts';
import { blockLines, hasGap } from './block-lines.ts';
import { type Block, type ChatView, hasEnded, type LiveView } from './chat-view.ts';
import type { Layout } from './layout.ts';
import type { FlowPlace } from './markdown/flow.ts';
import { TABLE } from './markdown/line-patterns.ts';
import { previewBlocks } from './markdown/preview.ts';
import { flowRows } from './markdown/render-block.ts';
import type { MarkdownBlock } from './markdown/split-state.ts';
import { line, type StyledLine, span } from './styled-line.ts';
import { openThoughtLines } from './thought-lines.ts';
import { headLine, toolLines } from './tool-lines.ts';
import { textWidth, truncateLine } from './width.ts';
import { cutLine } from './wrap.ts';

/** What limits the live part. */
export interface LiveBounds {
  /** The most rows it may take. */
  readonly rows: number;
  /** Of an open block that has to wait for its end the last rows are shown, of a table below its head. */
  readonly openRows?: number;
  /** How far the rows of the open line were printed already. */
  readonly printed?: FlowPlace;
}

/** Draws what is still changing, in so many rows: the end of it counts. */
export function liveLines(view: ChatView, layout: Layout, bounds: LiveBounds): readonly StyledLine[] {
  const { rows } = bounds;
  const previous = view.settled.at(-1);
  const parts = [
    textLines(view, layout, bounds),
    view.live.thought === undefined ? [] : openThoughtLines(view.live.thought, layout),
    fittedTools(view.live, layout, rows),
    noticeLines(view.live, layout),
  ].filter((lines) => lines.length > 0);
  const isFirstText = view.live.text !== undefined;
  const lines = parts.flatMap((part, index) => {
    const isGlued = index === 0 && (isFirstText || previous?.kind === 'tool' || isSaidNext(view, previous));
    return isGlued ? part : [[] as StyledLine, ...part];
  });
  const shown = lines.flatMap((styled) => cutLine(styled, layout.width));
  return rows <= 0 ? [] : shown.slice(-rows);
}

/** That something is tried again belongs to the line that says what failed. */
function isSaidNext({ live }: ChatView, previous: Block | undefined): boolean {
  const isNoticeFirst = live.thought === undefined && live.tools.length === 0;
  return isNoticeFirst && live.retry !== undefined && previous?.kind === 'notice' && previous.tone === 'retry';
}

function textLines(view: ChatView, layout: Layout, bounds: LiveBounds): readonly StyledLine[] {
  const { printed, openRows = Number.MAX_SAFE_INTEGER } = bounds;
  const open = view.live.text;
  if (open === undefined) return [];
  const lines: StyledLine[] = [];
  let previous = view.settled.at(-1);
  let isFirst = open.is_first;
  for (const block of previewBlocks(open.split)) {
    const shown: Block = { kind: 'text', key: 'live', message_id: open.message_id, block, is_first: isFirst };
    if (printed !== undefined && block.cuts !== undefined) {
      lines.push(...flowRows(block, layout, printed).map((row) => row.line));
    } else {
      if (hasGap(previous, shown)) lines.push([]);
      lines.push(...shownPart(block, blockLines(shown, layout), openRows));
    }
    previous = shown;
    isFirst = false;
  }
  return lines;
}

function shownPart(block: MarkdownBlock, lines: readonly StyledLine[], most: number): readonly StyledLine[] {
  if (block.kind === 'code' || lines.length <= most) return lines;
  const head = TABLE.test(block.source) ? 2 : 0;
  return [...lines.slice(0, head), ...lines.slice(head - most)];
}

/** Cards with their output; where they take too many rows, one line each; where that is too much, what goes on. */
function fittedTools(live: LiveView, layout: Layout, rows: number): readonly StyledLine[] {
  const { tools } = live;
  if (tools.length === 0) return [];
  const cards = tools.flatMap((tool) => toolLines(tool, layout));
  if (cards.length <= rows - 1) return cards;
  const heads = tools.map((tool) => headLine(tool, layout));
  if (heads.length <= rows - 1) return heads;
  const room = Math.max(1, rows - 2);
  const open = tools.filter((tool) => !hasEnded(tool));
  const shown = (open.length > 0 ? open : tools).slice(0, room).map((tool) => headLine(tool, layout));
  if (shown.length === tools.length) return shown;
  return [...shown, line(`${layout.glyphs.ellipsis} ${formatCount(tools.length - shown.length, 'more call')}`, 'dim')];
}

function noticeLines(live: LiveView, layout: Layout): readonly StyledLine[] {
  const { glyphs, now, width } = layout;
  const { retry, compaction } = live;
  if (retry !== undefined) {
    const seconds = Math.max(0, Math.ceil((retry.until - now) / 1000));
    const when = seconds > 0 ? `again in ${seconds}s` : 'trying again';
    const tail = ` ${glyphs.dot} ${when} (${retry.attempt} of ${retry.max_attempts})`;
    // However much the service says, the time until the next try stays in sight.
    const room = Math.max(10, width - textWidth(tail));
    const head = truncateLine(line(`${glyphs.retry} ${retry.error}`, 'warning'), room, glyphs.ellipsis);
    return [truncateLine([...head, span(tail, 'warning')], width, glyphs.ellipsis)];
  }
  if (compaction === undefined) return [];
  const time = formatClock(now - compaction.since);
  return [
    [
      span(
        `${glyphs.thought} Compacting ${formatCount(compaction.message_count, 'message')} ${glyphs.dot} ${time}`,
        'dim',
      ),
    ],
  ];
}
