import { blockLabel } from '../../content-text.ts';
import type { UserContent } from '../../messages.ts';
import type { Setup } from '../setup.ts';
import { tell } from '../streams/standard-error.ts';

/** What the command line asks, with what goes along. */
export interface Mentioned {
  readonly content: UserContent;
  /** One line that names what is attached; absent where that is nothing. */
  readonly attached?: string;
  /** A sentence for each mention that is not attached. */
  readonly problems: readonly string[];
}

/** Attaches what the words of the command line mention, and says on standard error what that is and is not. */
export async function attachMentioned(
  setup: Setup,
  { words, asked, isQuiet }: { readonly words: string | undefined; readonly asked: string; readonly isQuiet: boolean },
): Promise<UserContent> {
  const { content, attached, problems } = await withMentioned(setup, words, asked);
  if (isQuiet) return content;
  if (attached !== undefined) tell(`${attached}\n`);
  for (const problem of problems) tell(`Warning: ${problem}\n`);
  return content;
}

/**
 * Attaches what the words of the command line mention as `@path`, never what piped text or a command in a file
 * mentions. Only what lies in this folder goes along: another program may have put the words together.
 */
export async function withMentioned(setup: Setup, words: string | undefined, asked: string): Promise<Mentioned> {
  if (words?.includes('@') !== true) return { content: asked, problems: [] };
  const [{ mentionedPaths, readMentions, withBlocks }, { readMention }, { attachmentPlace }] = await Promise.all([
    import('../../ui/input/read-mentions.ts'),
    import('./read-mention.ts'),
    import('./read-attachment.ts'),
  ]);
  const services = {
    readMention: (path: string) => readMention(setup.cwd, path),
    attachmentPlace: (path: string) => attachmentPlace(setup, path),
  };
  const { blocks, problems } = await readMentions(services, mentionedPaths(words));
  const labels = blocks.flatMap((block) => (block.type === 'text' ? [] : [blockLabel(block)]));
  return {
    content: withBlocks(asked, blocks),
    problems,
    ...(labels.length === 0 ? {} : { attached: `Attached: ${labels.join(' ')}` }),
  };
}
