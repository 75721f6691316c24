import { assertNever } from '../../messages.ts';
import type { Block } from '../../view/chat-view.ts';
import { isBullet, type MarkdownBlock } from '../../view/markdown/split-state.ts';

/** Gives the text of a block as it was written, without wraps and marks of the screen: what copying is for. */
export function sourceOf(block: Block): string {
  switch (block.kind) {
    case 'welcome':
      return `${block.model}\n${block.cwd}`;
    case 'user':
    case 'thought':
      return block.text;
    case 'text':
      return markdownSource(block.block);
    case 'tool':
      return [`${block.tool.name} ${block.tool.arguments}`, block.tool.result ?? block.tool.output.text].join('\n');
    case 'notice':
      return [block.text, block.action ?? ''].join('\n').trim();
    case 'turn':
      return block.halt?.message ?? '';
    default:
      return assertNever(block);
  }
}

function markdownSource(block: MarkdownBlock): string {
  if (block.kind !== 'item') return block.source;
  const marker = isBullet(block.marker ?? '') ? '-' : (block.marker ?? '');
  const lines = block.source.split('\n');
  const indent = ' '.repeat(block.indent);
  const hang = indent + ' '.repeat(marker === '' ? 0 : marker.length + 1);
  return lines
    .map((text, row) => (row === 0 ? `${indent}${marker === '' ? '' : `${marker} `}${text}` : hang + text))
    .join('\n');
}
