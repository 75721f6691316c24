import { realpath, stat } from 'node:fs/promises';
import { walkFiles } from '../../tools/files/walk-files.ts';
import { treeText } from '../../tools/list-files.ts';
import { isInside, resolvePath } from '../../tools/resolve-path.ts';
import type { Mention } from '../../ui/input/services.ts';
import { readAttachment } from './read-attachment.ts';

/** A folder that takes longer is too large to be named in a message. */
const LIST_MS = 10_000;

/** Reads what a person mentions: an image, a text file, or the list of a folder's files that git does not ignore. */
export async function readMention(cwd: string, path: string): Promise<Mention> {
  const { requested, resolved } = await resolvePath(path, cwd);
  if (isInside(requested, cwd) && !isInside(resolved, await realpath(cwd)))
    return { type: 'link_away', leads_to: resolved };
  const stats = await stat(resolved).catch(() => undefined);
  if (stats === undefined) return 'missing';
  if (!stats.isDirectory()) return readAttachment(cwd, path);
  const walk = await walkFiles(resolved, { signal: AbortSignal.timeout(LIST_MS), with_folders: true });
  return { type: 'file', name: path.endsWith('/') ? path : `${path}/`, text: treeText(walk) || 'It is empty.' };
}
