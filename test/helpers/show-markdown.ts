import type { Layout } from '../../src/view/layout.ts';
import { markdownLines } from '../../src/view/markdown/render-block.ts';
import { endMarkdown, pushMarkdown } from '../../src/view/markdown/split-blocks.ts';
import { type MarkdownBlock, SPLIT_START } from '../../src/view/markdown/split-state.ts';
import { plainText } from '../../src/view/styled-line.ts';
import { layoutOf } from './layout.ts';

/** A layout of forty columns. */
export const LAYOUT = layoutOf(40);

/** Gives the blocks of a text that comes in parts. */
export function split(parts: readonly string[]): MarkdownBlock[] {
  const blocks: MarkdownBlock[] = [];
  let state = SPLIT_START;
  for (const part of parts) {
    const next = pushMarkdown(state, part);
    state = next.state;
    blocks.push(...next.blocks);
  }
  return [...blocks, ...endMarkdown(state)];
}

/** What a person sees of a whole text. */
export function shown(source: string, layout: Partial<Layout> = {}): string[] {
  return split([source]).flatMap((block, index) => [
    ...(block.hasGap && index > 0 ? [''] : []),
    ...markdownLines(block, { ...LAYOUT, ...layout }).map(plainText),
  ]);
}
