import { basename, extname } from 'node:path';
import type { ContentBlock } from '../../messages.ts';
import { placeOfRead, realSurroundings } from '../../permissions/places.ts';
import { readPlainFile } from '../../plain-file.ts';
import { resolvePath } from '../../tools/resolve-path.ts';
import type { AttachmentPlace } from '../../ui/input/services.ts';
import { type Setup, surroundings } from '../setup.ts';

const IMAGES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
};
const LARGEST_BYTES = 5 * 1024 * 1024;

/** Tells where a file lies that would be attached, links followed. What cannot be resolved lies outside. */
export async function attachmentPlace(setup: Setup, path: string): Promise<AttachmentPlace> {
  const around = realSurroundings({ ...surroundings(setup), readable: [] });
  const found = await resolvePath(path, setup.cwd).catch(() => undefined);
  if (found === undefined) return 'outside';
  const place = placeOfRead(found.resolved, around);
  if (place === 'secret' || place === 'own') return 'secret';
  return place === 'workspace' ? 'here' : 'outside';
}

/** Reads an image or a text file that a person attaches; undefined for anything else, or a file over 5 MB. */
export async function readAttachment(cwd: string, path: string): Promise<ContentBlock | undefined> {
  const { resolved } = await resolvePath(path, cwd);
  const data = readPlainFile(resolved, LARGEST_BYTES);
  if (data === undefined) return undefined;
  const media_type = IMAGES[extname(resolved).toLowerCase()];
  if (media_type !== undefined)
    return { type: 'image', media_type, data: data.toString('base64'), name: basename(path) };
  return data.includes(0) ? undefined : { type: 'file', name: path, text: data.toString('utf8') };
}
