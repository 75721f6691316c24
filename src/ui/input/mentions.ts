import type { UserMessage } from '../../messages.ts';
import type { EditorState } from './editor/editor.ts';
import { mentionedPaths, readMentions, withBlocks } from './read-mentions.ts';
import type { InputCore } from './state.ts';

/** Every beginning of a path that is typed counts. */
const MAX_TYPED = 2000;

type TextMessage = Extract<UserMessage, { type: 'text' }>;

/** Messages that wait for their files, so that none overtakes another. */
const queues = new WeakMap<InputCore, Promise<void>>();

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

/** Sends a message together with what it mentions; the text stays as it was written. */
export function sendWithFiles(core: InputCore, message: TextMessage, { written, mentioned }: Written): void {
  const { readMention } = core.options.services;
  const paths = readMention === undefined ? [] : mentioned;
  const before = queues.get(core);
  if (before === undefined && paths.length === 0) {
    core.options.send(message);
    return;
  }
  core.update({ sending: [...core.state.sending, written] });
  const sent = (before ?? Promise.resolve()).then(async () => {
    const isTyped = (path: string): boolean => core.state.typedMentions.includes(path);
    const { blocks, problems } = await readMentions(core.options.services, paths, isTyped);
    if (problems.length > 0) core.hint(problems.join(' '), 'warning');
    core.options.send({ ...message, content: withBlocks(message.content, blocks) });
    core.update({ sending: core.state.sending.slice(1) });
    if (queues.get(core) === sent) queues.delete(core);
  });
  queues.set(core, sent);
  core.attempt(() => sent);
}
