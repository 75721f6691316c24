import { assertNever, type ContentBlock, type UserContent } from './messages.ts';

/** Gives a person's content as text: images are named, files come with their text. */
export function contentText(content: UserContent): string {
  return typeof content === 'string' ? content : content.map(blockText).join('\n');
}

/** Parts a person's content into their words and the images and files that go along. */
export function splitContent(content: UserContent): {
  readonly words: string;
  readonly attached: readonly ContentBlock[];
} {
  if (typeof content === 'string') return { words: content, attached: [] };
  const words = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
  return { words: words.trim(), attached: content.filter((block) => block.type !== 'text') };
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
