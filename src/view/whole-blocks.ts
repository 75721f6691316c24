import type { Block } from './chat-view.ts';
import type { MarkdownBlock } from './markdown/split-state.ts';

/**
 * Puts together what came out in pieces while it was streamed: code, tables and long paragraphs are one block each. The
 * blocks are only ever added to, and a call costs what came since the one before.
 */
export function createBlockJoiner(read: () => readonly Block[]): () => readonly Block[] {
  let whole: readonly Block[] = [];
  let count = 0;
  return () => {
    const blocks = read();
    if (blocks.length === count) return whole;
    const next = [...whole];
    for (const block of blocks.slice(count)) {
      const last = next.at(-1);
      const isPiece = block.kind === 'text' && block.block.isContinued === true;
      if (isPiece && last?.kind === 'text' && last.message_id === block.message_id) {
        next[next.length - 1] = { ...last, block: joined(last.block, block.block) };
      } else next.push(block);
    }
    whole = next;
    count = blocks.length;
    return whole;
  };
}

function joined(first: MarkdownBlock, next: MarkdownBlock): MarkdownBlock {
  const { hasMore: _hasMore, cuts: _cuts, ...block } = first;
  return { ...block, source: `${first.source}\n${next.source}` };
}
