import { contentText } from './content-text.ts';
import type { UserContent } from './messages.ts';

const BEGIN = '<context>\n';
const END = '\n</context>\n\n';

/** Puts piped text before a prompt, so that a model can tell both apart. */
export function withContext(piped: string, prompt: string): string {
  return `${BEGIN}${piped}${END}${prompt}`;
}

/** Gives what a person wrote themselves, without piped text, files and images; all of it where that is nothing. */
export function ownWords(content: UserContent): string {
  const blocks = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content;
  const words = blocks.flatMap((block) => (block.type === 'text' ? [withoutContext(block.text)] : [])).join('\n');
  return words.trim() === '' ? contentText(content) : words;
}

function withoutContext(text: string): string {
  const end = text.startsWith(BEGIN) ? text.lastIndexOf(END) : -1;
  return end < 0 ? text : text.slice(end + END.length);
}
