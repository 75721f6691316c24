import { assertNever, type ContentBlock, type UserContent } from './messages.ts';

/** Gives a person's content as text: images are named, files come with their text. */
export function contentText(content: UserContent): string {
  return typeof content === 'string' ? content : content.map(blockText).join('\n');
}

function blockText(block: ContentBlock): string {
  switch (block.type) {
    case 'text':
      return block.text;
    case 'image':
      return `[image${block.name === undefined ? '' : ` ${block.name}`}]`;
    case 'file':
      return `<file name="${block.name}">\n${block.text}\n</file>`;
    default:
      return assertNever(block);
  }
}
