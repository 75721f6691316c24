import { formatCount, formatDuration } from '../format.ts';
import type { OpenThought, ThoughtBlock } from './chat-view.ts';
import type { Layout } from './layout.ts';
import { line, type StyledLine, span } from './styled-line.ts';
import { textWidth } from './width.ts';
import { indentLines, wrapLine } from './wrap.ts';

/** Shorter thoughts are not worth a line. */
const BRIEF_MS = 1000;
const TAIL_LINES = 3;
const TAIL_CHARACTERS = 1200;

/** Draws a closed thought: one line, or all of it where thoughts are unfolded. */
export function thoughtLines(thought: ThoughtBlock, layout: Layout): readonly StyledLine[] {
  if (isBrief(thought) && !layout.hasThoughts && layout.isWhole !== true) return [];
  const time = thought.duration_ms === undefined ? '' : ` for ${formatDuration(thought.duration_ms)}`;
  const size = thought.is_redacted ? 'hidden by the provider' : formatCount(thought.text.length, 'character');
  const { glyphs } = layout;
  const head = wrapLine(line(`${glyphs.thought} Thought${time} ${glyphs.dot} ${size}`, 'dim'), layout.width);
  if (!layout.hasThoughts || thought.text.trim() === '') return head;
  const rows = thoughtRows(thought.text.trim().split('\n'), layout);
  return [...head, ...indentLines(rows, [span(' '.repeat(textWidth(markOf(layout))))])];
}

/** Tells whether a thought was so short that it gets a line only where thoughts are unfolded. */
export function isBrief(thought: ThoughtBlock): boolean {
  return thought.duration_ms !== undefined && thought.duration_ms < BRIEF_MS;
}

/** Draws a thought that goes on: its last three lines. That it thinks, and how long, is said of the agent. */
export function openThoughtLines(thought: OpenThought, layout: Layout): readonly StyledLine[] {
  const tail = thought.text.slice(-TAIL_CHARACTERS).trimEnd().split('\n');
  const rows = thoughtRows(
    tail.filter((text) => text.trim() !== ''),
    layout,
  );
  const shown = layout.hasThoughts ? rows : rows.slice(-TAIL_LINES);
  return indentLines(shown, [span(markOf(layout), 'dim')], [span(' '.repeat(textWidth(markOf(layout))))]);
}

function markOf({ glyphs }: Layout): string {
  return `${glyphs.thought} `;
}

/** Wraps lines of a thought for the columns behind its mark. */
function thoughtRows(texts: readonly string[], layout: Layout): readonly StyledLine[] {
  const width = Math.max(1, layout.width - textWidth(markOf(layout)));
  return texts.flatMap((text) => wrapLine(text === '' ? [] : [span(text, 'dim', { italic: true })], width));
}
