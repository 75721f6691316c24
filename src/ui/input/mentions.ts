import { errorMessage } from '../../errors.ts';
import { formatCount, formatTextSize } from '../../format.ts';
import type { ContentBlock, UserContent, UserMessage } from '../../messages.ts';
import type { EditorState } from './editor/editor.ts';
import type { Mention } from './services.ts';
import type { InputCore } from './state.ts';

/** A bigger file is left for the model to read in parts. */
const MAX_BYTES = 256 * 1024;
const MAX_FILES = 20;
/** Every beginning of a path that is typed counts. */
const MAX_TYPED = 2000;

type TextMessage = Extract<UserMessage, { type: 'text' }>;

/** Messages that wait for their files, so that none overtakes another. */
const queues = new WeakMap<InputCore, Promise<void>>();

/** Finds the paths that a text mentions as `@path` or `@"a path"`; a quote that is not closed ends with its line. */
export function mentionedPaths(text: string): readonly string[] {
  const found = Array.from(text.matchAll(/(?:^|[\s(])@(?:"([^"\n]+)(?:"|(?=\n|$))|([^\s"]+))/g), ([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '').replace(/[.,;:!?)]+$/, '') : quoted,
  );
  return [...new Set(found)].filter((path) => path !== '');
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
    const read = await Promise.all(paths.slice(0, MAX_FILES).map((path) => tryMention(core, path)));
    const problems = read.filter((one) => typeof one === 'string');
    if (paths.length > MAX_FILES) problems.push(`Only the first ${MAX_FILES} mentions are attached.`);
    if (problems.length > 0) core.hint(problems.join(' '), 'warning');
    const blocks = read.filter((one) => typeof one === 'object');
    core.options.send({ ...message, content: withBlocks(message.content, blocks) });
    core.update({ sending: core.state.sending.slice(1) });
    if (queues.get(core) === sent) queues.delete(core);
  });
  queues.set(core, sent);
  core.attempt(() => sent);
}

/** Never rejects: no message is kept back by what it mentions, nor those behind it. */
function tryMention(core: InputCore, path: string): ReturnType<typeof readMentioned> {
  return readMentioned(core, path).catch((error: unknown) => `@${path} is not attached: ${errorMessage(error)}`);
}

/** Gives what goes along for a mention, or says why nothing does; undefined for a word that is no path. */
async function readMentioned(core: InputCore, path: string): Promise<ContentBlock | string | undefined> {
  const isTyped = core.state.typedMentions.includes(path);
  const whole = await readPlaced(core, path, isTyped);
  const lines = whole === 'missing' ? linesOf(path) : undefined;
  const read = lines === undefined ? whole : await readPlaced(core, lines.file, isTyped);
  if (read === 'missing') return isPathLike(lines?.file ?? path) ? `@${path} is not there: sent as text.` : undefined;
  if (read === 'unreadable') return `@${path} is not attached: it is neither text nor an image, or too large.`;
  if (read === 'outside') return elsewhere(path, 'lies outside this folder');
  if (read === 'secret') return elsewhere(path, 'is where keys are');
  if (read.type === 'link_away')
    return `@${path} is not attached: it is a link to ${read.leads_to}, outside this folder. Mention that path to attach it.`;
  const block = lines === undefined ? read : cutLines(read, path, lines);
  if (typeof block === 'string' || block.type !== 'file' || Buffer.byteLength(block.text) <= MAX_BYTES) return block;
  return `${block.name} is not attached (${formatTextSize(block.text)}): the model can read it.`;
}

function elsewhere(path: string, where: string): string {
  return `${path} is not attached: it ${where}. Type @ and its path by hand to attach it.`;
}

/** Reads a mention. What lies elsewhere goes along only where a person typed its path: a pasted text may mention anything. */
async function readPlaced(core: InputCore, path: string, isTyped: boolean): Promise<Mention | 'outside' | 'secret'> {
  const { readMention, attachmentPlace } = core.options.services;
  const place = isTyped ? 'here' : ((await attachmentPlace?.(path)) ?? 'here');
  if (place !== 'here') return place;
  return (await readMention?.(path).catch(() => 'unreadable' as const)) ?? 'missing';
}

/** A slash or an ending: a name such as `@anna` is none. */
function isPathLike(path: string): boolean {
  return /[\\/]|\.[a-z]\w{0,7}$/i.test(path);
}

interface Lines {
  readonly file: string;
  /** From 1; both belong to it. */
  readonly first: number;
  readonly last: number;
}

/** Reads `file:2` and `file:2-3`. */
function linesOf(path: string): Lines | undefined {
  const [, file, first, last = first] = /^(.+):(\d{1,7})(?:-(\d{1,7}))?$/.exec(path) ?? [];
  if (file === undefined) return undefined;
  const [from, to] = [Number(first), Number(last)];
  return { file, first: Math.max(1, Math.min(from, to)), last: Math.max(from, to) };
}

function cutLines(block: ContentBlock, path: string, { first, last }: Lines): ContentBlock | string {
  if (block.type !== 'file' || block.name.endsWith('/')) return `@${path} is not attached: only a text has lines.`;
  const lines = block.text.replace(/\n$/, '').split('\n');
  if (first > lines.length) return `@${path} is not attached: there are ${formatCount(lines.length, 'line')}.`;
  return { ...block, name: path, text: lines.slice(first - 1, last).join('\n') };
}

function withBlocks(content: UserContent, attached: readonly ContentBlock[]): UserContent {
  if (attached.length === 0) return content;
  return [...(typeof content === 'string' ? [{ type: 'text', text: content } as const] : content), ...attached];
}
