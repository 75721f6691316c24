import { formatClock, formatCount, formatDuration } from '../format.ts';
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
  return [...head, ...indented(thought.text.trim().split('\n'), layout)];
}

/** Tells whether a thought was so short that it gets a line only where thoughts are unfolded. */
export function isBrief(thought: ThoughtBlock): boolean {
  return thought.duration_ms !== undefined && thought.duration_ms < BRIEF_MS;
}

/** Draws a thought that goes on: its clock and its last three lines. */
export function openThoughtLines(thought: OpenThought, layout: Layout): readonly StyledLine[] {
  const { glyphs } = layout;
  const time = formatClock(layout.now - thought.since);
  const head = line(`${glyphs.thought} Thinking ${glyphs.dot} ${time}`, 'dim');
  const tail = thought.text.slice(-TAIL_CHARACTERS).trimEnd().split('\n');
  const rows = indented(
    tail.filter((text) => text.trim() !== ''),
    layout,
  );
  return [head, ...(layout.hasThoughts ? rows : rows.slice(-TAIL_LINES))];
}

function indented(texts: readonly string[], layout: Layout): readonly StyledLine[] {
  const offset = textWidth(layout.glyphs.thought) + 1;
  const width = Math.max(1, layout.width - offset);
  const rows = texts.flatMap((text) => wrapLine(text === '' ? [] : [span(text, 'dim', { italic: true })], width));
  return indentLines(rows, [span(' '.repeat(offset))]);
}
