import { blockLabel, contentText } from './content-text.ts';
import type { ContentBlock, UserContent } from './messages.ts';

const BEGIN = '<context>\n';
const END = '\n</context>\n\n';

/** Puts piped text before a prompt, so that a model can tell both apart. */
export function withContext(piped: string, prompt: string): string {
  return `${BEGIN}${piped}${END}${prompt}`;
}

/** Names a message for one line of a list: the person's own words, and behind them what went along with them. */
export function nameMessage(content: UserContent): string {
  const blocks = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content;
  const words = blocks.flatMap((block) => (block.type === 'text' ? [withoutContext(block.text).trim()] : []));
  const others = blocks.flatMap((block) => (block.type === 'text' ? [] : [nameBlock(block)]));
  const parts = [...words, ...others].filter((part) => part !== '');
  return parts.length === 0 ? contentText(content) : parts.join(' · ');
}

/** What a command of the person's own said is a file that has the command for its name. */
function nameBlock(block: Exclude<ContentBlock, { readonly type: 'text' }>): string {
  return block.type === 'file' && block.name.startsWith('! ') ? block.name : blockLabel(block);
}

function withoutContext(text: string): string {
  const end = text.startsWith(BEGIN) ? text.lastIndexOf(END) : -1;
  return end < 0 ? text : text.slice(end + END.length);
}
