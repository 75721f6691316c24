import { assertNever, type ContentBlock, type UserContent } from './messages.ts';

/** Gives a person's content as text: images are named, files come with their text. */
export function contentText(content: UserContent): string {
  return typeof content === 'string' ? content : content.map(blockText).join('\n');
}

/** Gives a person's content as they see it: their words, and images and files by their labels. */
export function labelledContent(content: UserContent): string {
  if (typeof content === 'string') return content;
  return content.map((block) => (block.type === 'text' ? block.text : blockLabel(block))).join('\n');
}

/** Gives what stands for an image or a file where only text can be: `[image photo.png]`. */
export function blockLabel({ type, name }: Exclude<ContentBlock, { readonly type: 'text' }>): string {
  return name === undefined ? `[${type}]` : `[${type} ${name}]`;
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
      return blockLabel(block);
    case 'file':
      return `<file name="${block.name}">\n${block.text}\n</file>`;
    default:
      return assertNever(block);
  }
}
