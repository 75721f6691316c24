import { errorMessage } from '../../errors.ts';
import { formatCount, formatTextSize } from '../../format.ts';
import type { ContentBlock, UserContent } from '../../messages.ts';
import type { ChatServices, Mention } from './services.ts';

/** A bigger file is left for the model to read in parts. */
const MAX_BYTES = 256 * 1024;
const MAX_FILES = 20;

/** What it takes to read what is mentioned. */
export type MentionServices = Pick<ChatServices, 'readMention' | 'attachmentPlace'>;

/** What goes along with a message, and a sentence for each mention that does not. */
export interface ReadMentions {
  readonly blocks: readonly ContentBlock[];
  readonly problems: readonly string[];
}

/** Finds the paths that a text mentions as `@path` or `@"a path"`; a quote that is not closed ends with its line. */
export function mentionedPaths(text: string): readonly string[] {
  const found = Array.from(text.matchAll(/(?:^|[\s(])@(?:"([^"\n]+)(?:"|(?=\n|$))|([^\s"]+))/g), ([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '').replace(/[.,;:!?)]+$/, '') : quoted,
  );
  return [...new Set(found)].filter((path) => path !== '');
}

/**
 * Reads what is mentioned; never rejects. `isTyped` says which paths a person certainly typed: only of those goes along
 * what lies outside the folder or where keys are. It is absent where nobody can tell.
 */
export async function readMentions(
  services: MentionServices,
  paths: readonly string[],
  isTyped?: (path: string) => boolean,
): Promise<ReadMentions> {
  const reading: Reading = { services, ...(isTyped === undefined ? {} : { isTyped }) };
  const read = await Promise.all(paths.slice(0, MAX_FILES).map((path) => tryMention(reading, path)));
  const problems = read.filter((one) => typeof one === 'string');
  if (paths.length > MAX_FILES) problems.push(`Only the first ${MAX_FILES} mentions are attached.`);
  return { blocks: read.filter((one) => typeof one === 'object'), problems };
}

interface Reading {
  readonly services: MentionServices;
  readonly isTyped?: (path: string) => boolean;
}

/** Never rejects: no message is kept back by what it mentions, nor those behind it. */
function tryMention(reading: Reading, path: string): ReturnType<typeof readMentioned> {
  return readMentioned(reading, path).catch((error: unknown) => `@${path} is not attached: ${errorMessage(error)}`);
}

/** Gives what goes along for a mention, or says why nothing does; undefined for a word that is no path. */
async function readMentioned(reading: Reading, path: string): Promise<ContentBlock | string | undefined> {
  const isTyped = reading.isTyped?.(path) === true;
  const whole = await readPlaced(reading.services, path, isTyped);
  const lines = whole === 'missing' ? linesOf(path) : undefined;
  const read = lines === undefined ? whole : await readPlaced(reading.services, lines.file, isTyped);
  if (read === 'missing') return isPathLike(lines?.file ?? path) ? `@${path} is not there: sent as text.` : undefined;
  if (read === 'outside') return elsewhere(reading, path, 'lies outside this folder');
  if (read === 'secret') return elsewhere(reading, path, 'is where keys are');
  if (read.type === 'unreadable') return `@${path} is not attached: ${read.why}.`;
  if (read.type === 'link_away')
    return `@${path} is not attached: it is a link to ${read.leads_to}, outside this folder. Mention that path to attach it.`;
  const block = lines === undefined ? read : cutLines(read, path, lines);
  if (typeof block === 'string' || block.type !== 'file' || Buffer.byteLength(block.text) <= MAX_BYTES) return block;
  return `${block.name} is not attached (${formatTextSize(block.text)}): the model can read it.`;
}

function elsewhere({ isTyped }: Reading, path: string, where: string): string {
  const remedy = isTyped === undefined ? '' : ' Type @ and its path by hand to attach it.';
  return `${path} is not attached: it ${where}.${remedy}`;
}

/** Reads a mention. What lies elsewhere goes along only where a person typed its path: a pasted text may mention anything. */
async function readPlaced(
  { readMention, attachmentPlace }: MentionServices,
  path: string,
  isTyped: boolean,
): Promise<Mention | 'outside' | 'secret'> {
  const place = isTyped ? 'here' : ((await attachmentPlace?.(path)) ?? 'here');
  if (place !== 'here') return place;
  return (await readMention?.(path)) ?? 'missing';
}

/** A slash or an ending, perhaps with lines behind it: a name such as `@anna` is none. */
function isPathLike(path: string): boolean {
  return /[\\/]|\.[a-z]\w{0,7}(?::\S*)?$/i.test(path);
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

/** Puts blocks behind what a person says. */
export function withBlocks(content: UserContent, attached: readonly ContentBlock[]): UserContent {
  if (attached.length === 0) return content;
  return [...(typeof content === 'string' ? [{ type: 'text', text: content } as const] : content), ...attached];
}
