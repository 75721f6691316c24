import type { UserContent } from '../../../messages.ts';

/** Writes what a person said as one text; images and files as their names. */
export function contentText(content: UserContent): string {
  if (typeof content === 'string') return content;
  return content
    .map((block) => (block.type === 'text' ? block.text : `[${block.type} ${block.name ?? ''}]`))
    .join('\n');
}
