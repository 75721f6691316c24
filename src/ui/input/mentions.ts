import { formatTextSize } from '../../format.ts';
import type { ContentBlock, UserContent, UserMessage } from '../../messages.ts';
import type { InputCore } from './state.ts';

/** A bigger file is left for the model to read in parts. */
const MAX_BYTES = 256 * 1024;
const MAX_FILES = 20;

type TextMessage = Extract<UserMessage, { type: 'text' }>;

/** Messages that wait for their files, so that none overtakes another. */
const queues = new WeakMap<InputCore, Promise<void>>();

/** Finds the paths that a text mentions as `@path` or `@"a path"`. */
export function mentionedPaths(text: string): readonly string[] {
  const found = Array.from(text.matchAll(/(?:^|[\s(])@(?:"([^"\n]+)"|([^\s"]+))/g), ([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '').replace(/[.,;:!?)]+$/, '') : quoted,
  );
  return [...new Set(found)].filter((path) => path !== '').slice(0, MAX_FILES);
}

/** Sends a message together with the files that it mentions; the text stays as it was written. */
export function sendWithFiles(core: InputCore, message: TextMessage, written: string): void {
  const { readAttachment } = core.options.services;
  const paths = readAttachment === undefined ? [] : mentionedPaths(textOf(message.content));
  const before = queues.get(core);
  if (before === undefined && (readAttachment === undefined || paths.length === 0)) {
    core.options.send(message);
    return;
  }
  core.update({ sending: [...core.state.sending, written] });
  const sent = (before ?? Promise.resolve()).then(async () => {
    const read = await Promise.all(paths.map((path) => readAttachment?.(path).catch(() => undefined)));
    core.options.send({ ...message, content: withBlocks(core, message.content, read) });
    core.update({ sending: core.state.sending.slice(1) });
    if (queues.get(core) === sent) queues.delete(core);
  });
  queues.set(core, sent);
  core.attempt(() => sent);
}

function withBlocks(core: InputCore, content: UserContent, read: readonly (ContentBlock | undefined)[]): UserContent {
  const blocks = read.filter((block) => block !== undefined);
  const tooBig = blocks.filter((block) => block.type === 'file' && Buffer.byteLength(block.text) > MAX_BYTES);
  for (const block of tooBig) {
    const size = block.type === 'file' ? formatTextSize(block.text) : '';
    core.hint(
      `${block.type === 'file' ? block.name : ''} is not attached (${size}): the model can read it.`,
      'warning',
    );
  }
  const attached = blocks.filter((block) => !tooBig.includes(block));
  if (attached.length === 0) return content;
  return [...(typeof content === 'string' ? [{ type: 'text', text: content } as const] : content), ...attached];
}

function textOf(content: UserContent): string {
  if (typeof content === 'string') return content;
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('\n');
}
