import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { formatBytes } from '../../format.ts';
import type { ContentBlock } from '../../messages.ts';
import { placeOfRead, realSurroundings } from '../../permissions/places.ts';
import { readPlainFile } from '../../plain-file.ts';
import { MAX_IMAGE_BYTES, readImage } from '../../tools/files/image-file.ts';
import { resolvePath } from '../../tools/resolve-path.ts';
import type { AttachmentPlace, Unreadable } from '../../ui/input/services.ts';
import { type Setup, surroundings } from '../setup.ts';

/** How files are called that should hold an image. */
const IMAGE_NAME = /\.(?:png|jpe?g|gif|webp)$/i;

/** Tells where a file lies that would be attached, links followed. What cannot be resolved lies outside. */
export async function attachmentPlace(setup: Setup, path: string): Promise<AttachmentPlace> {
  const around = realSurroundings({ ...surroundings(setup), readable: [] });
  const found = await resolvePath(path, setup.cwd).catch(() => undefined);
  if (found === undefined) return 'outside';
  const place = placeOfRead(found.resolved, around);
  if (place === 'secret' || place === 'own') return 'secret';
  return place === 'workspace' ? 'here' : 'outside';
}

/** Reads an image or a text file that a person attaches, up to 5 MB. What a file is its bytes say, not its name. */
export async function readAttachment(cwd: string, path: string): Promise<ContentBlock | Unreadable> {
  const { resolved } = await resolvePath(path, cwd);
  const data = readPlainFile(resolved, MAX_IMAGE_BYTES);
  if (data === undefined) return unreadable(await whyUnread(resolved));
  const image = readImage(data, basename(path));
  if (image !== undefined) return 'problem' in image ? unreadable(`it is ${image.problem}`) : image.block;
  if (IMAGE_NAME.test(resolved)) return unreadable('it holds no png, jpeg, gif or webp image');
  return data.includes(0)
    ? unreadable('it is neither text nor an image')
    : { type: 'file', name: path, text: data.toString('utf8') };
}

function unreadable(why: string): Unreadable {
  return { type: 'unreadable', why };
}

async function whyUnread(path: string): Promise<string> {
  const stats = await stat(path).catch(() => undefined);
  if (stats === undefined || !stats.isFile()) return 'it is no file that could be read';
  return stats.size > MAX_IMAGE_BYTES ? `it is larger than ${formatBytes(MAX_IMAGE_BYTES)}` : 'it cannot be read';
}
