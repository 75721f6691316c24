import stringWidth from 'string-width';
import { graphemeSegmenter, PRINTABLE_ASCII, simpleWidth } from './simple-text.ts';
import type { Span, StyledLine } from './styled-line.ts';

const MAX_CACHED = 4096;
const cache = new Map<string, number>();

/** Gives the columns that text takes on a terminal. The only measure of width in this program; text has no escapes. */
export function textWidth(text: string): number {
  const known = simpleWidth(text) ?? cache.get(text);
  if (known !== undefined) return known;
  const width = stringWidth(text);
  if (cache.size >= MAX_CACHED) cache.clear();
  if (text.length <= 256) cache.set(text, width);
  return width;
}

/** Gives the columns that a line takes. */
export function lineWidth(styled: StyledLine): number {
  let width = 0;
  for (const part of styled) width += textWidth(part.text);
  return width;
}

/** Cuts text into what a person sees as characters. */
export function graphemes(text: string): readonly string[] {
  if (PRINTABLE_ASCII.test(text)) return [...text];
  return Array.from(graphemeSegmenter.segment(text), (part) => part.segment);
}

/** Cuts text at a grapheme so that it takes at most `width` columns, with an ellipsis where something is missing. */
export function truncateText(text: string, width: number, ellipsis = '…'): string {
  if (width <= 0) return '';
  if (textWidth(text) <= width) return text;
  const mark = width > textWidth(ellipsis) ? ellipsis : '';
  return takeColumns(text, width - textWidth(mark)) + mark;
}

/** Keeps the end of text, such as the last folders of a path, within `width` columns. */
export function truncateStart(text: string, width: number, ellipsis = '…'): string {
  if (width <= 0) return '';
  if (textWidth(text) <= width) return text;
  const parts = graphemes(text);
  const mark = width > textWidth(ellipsis) ? ellipsis : '';
  let room = width - textWidth(mark);
  let first = parts.length;
  while (first > 0 && textWidth(parts[first - 1] ?? '') <= room) {
    first -= 1;
    room -= textWidth(parts[first] ?? '');
  }
  return mark + parts.slice(first).join('');
}

/** Cuts a line at a grapheme so that it takes at most `width` columns. */
export function truncateLine(styled: StyledLine, width: number, ellipsis = '…'): StyledLine {
  if (lineWidth(styled) <= width) return styled;
  const mark = width > textWidth(ellipsis) ? ellipsis : '';
  const result: Span[] = [];
  let room = width - textWidth(mark);
  for (const part of styled) {
    const partWidth = textWidth(part.text);
    if (partWidth > room) {
      result.push({ ...part, text: takeColumns(part.text, room) + mark });
      break;
    }
    result.push(part);
    room -= partWidth;
  }
  return result;
}

/** Puts blanks in place of tabs, which have no width of their own: where one leads depends on the terminal. */
export function expandTabs(text: string): string {
  return text.replaceAll('\t', '    ');
}

/** Fills text up with blanks to `width` columns. */
export function padText(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}

/** Gives the beginning of text that fits into so many columns. */
export function takeColumns(text: string, width: number): string {
  if (width <= 0) return '';
  if (PRINTABLE_ASCII.test(text)) return text.slice(0, width);
  let taken = '';
  let room = width;
  for (const { segment } of graphemeSegmenter.segment(text)) {
    room -= textWidth(segment);
    if (room < 0) break;
    taken += segment;
  }
  return taken;
}
