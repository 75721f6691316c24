import { readFile, stat } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import type { ContentBlock } from '../../messages.ts';

const IMAGES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
};
const LARGEST_BYTES = 5 * 1024 * 1024;

/** Reads an image or a text file that a person attaches; undefined for anything else, or a file over 5 MB. */
export async function readAttachment(cwd: string, path: string): Promise<ContentBlock | undefined> {
  const file = resolve(cwd, path);
  const stats = await stat(file).catch(() => undefined);
  if (stats?.isFile() !== true || stats.size > LARGEST_BYTES) return undefined;
  const data = await readFile(file);
  const media_type = IMAGES[extname(file).toLowerCase()];
  if (media_type !== undefined)
    return { type: 'image', media_type, data: data.toString('base64'), name: basename(file) };
  return data.includes(0) ? undefined : { type: 'file', name: path, text: data.toString('utf8') };
}
