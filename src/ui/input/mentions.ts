import { formatTextSize } from '../../format.ts';
import type { ContentBlock, UserContent, UserMessage } from '../../messages.ts';
import type { EditorState } from './editor/editor.ts';
import type { InputCore } from './state.ts';

/** A bigger file is left for the model to read in parts. */
const MAX_BYTES = 256 * 1024;
const MAX_FILES = 20;
/** Every beginning of a path that is typed counts. */
const MAX_TYPED = 2000;

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

/** Makes an edit of the person's own hand, and remembers which paths it mentions that nothing mentioned before. */
export function editByHand(core: InputCore, edited: EditorState, put: InputCore['edit'] = core.edit): void {
  const before = core.state.editor.text;
  put(edited);
  if (!edited.text.includes('@')) return;
  const known = new Set([...mentionedPaths(before), ...core.state.typedMentions]);
  const added = mentionedPaths(edited.text).filter((path) => !known.has(path));
  if (added.length > 0) core.update({ typedMentions: [...core.state.typedMentions, ...added].slice(-MAX_TYPED) });
}

interface Written {
  /** The whole text, pastes written out: what stands in the prompt again when the message cannot be sent. */
  readonly written: string;
  /** The paths that the visible part of the prompt mentions. */
  readonly mentioned: readonly string[];
}

/** Sends a message together with the files that it mentions; the text stays as it was written. */
export function sendWithFiles(core: InputCore, message: TextMessage, { written, mentioned }: Written): void {
  const { readAttachment } = core.options.services;
  const paths = readAttachment === undefined ? [] : mentioned;
  const before = queues.get(core);
  if (before === undefined && (readAttachment === undefined || paths.length === 0)) {
    core.options.send(message);
    return;
  }
  core.update({ sending: [...core.state.sending, written] });
  const sent = (before ?? Promise.resolve()).then(async () => {
    const read = await Promise.all(paths.map((path) => readMentioned(core, path).catch(() => undefined)));
    core.options.send({ ...message, content: withBlocks(core, message.content, read) });
    core.update({ sending: core.state.sending.slice(1) });
    if (queues.get(core) === sent) queues.delete(core);
  });
  queues.set(core, sent);
  core.attempt(() => sent);
}

/** What lies elsewhere goes along only where a person typed its path: a text that was pasted may mention anything. */
async function readMentioned(core: InputCore, path: string): Promise<ContentBlock | undefined> {
  const { readAttachment, attachmentPlace } = core.options.services;
  const isTyped = core.state.typedMentions.includes(path);
  const place = isTyped ? 'here' : await attachmentPlace?.(path);
  const block = await readAttachment?.(path);
  if (block === undefined || place === undefined || place === 'here') return block;
  const where = place === 'secret' ? 'is where keys are' : 'lies outside this folder';
  core.hint(`${path} is not attached: it ${where}. Type @ and its path by hand to attach it.`, 'warning');
  return undefined;
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
