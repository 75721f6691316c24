import { formatBytes } from '../../format.ts';
import type { ImageBlock } from '../../messages.ts';
import { imageType } from './file-text.ts';

/** What services take of one image, in bytes and in pixels a side. */
export const MAX_IMAGE_BYTES = 5 * 1024 * 1024;
const MAX_SIDE = 8000;

const MEDIA_TYPES = { PNG: 'image/png', JPEG: 'image/jpeg', GIF: 'image/gif', WebP: 'image/webp' } as const;

/** An image as a model is shown it. */
export interface ImageFile {
  readonly block: ImageBlock;
  /** "PNG image, 640×480, 12.0 KB". */
  readonly about: string;
}

/**
 * Reads the bytes of a file as an image; undefined: they are none. `problem` says why one cannot be shown: a service
 * refuses a request with a damaged or too large image in it, and would refuse every later one.
 */
export function readImage(bytes: Buffer, name: string): ImageFile | { readonly problem: string } | undefined {
  const format = imageType(bytes);
  if (format === undefined) return undefined;
  const size = formatBytes(bytes.length);
  const { width = 0, height = 0 } = isWhole(bytes, format) ? (sizeOf(bytes, format) ?? {}) : {};
  if (width < 1 || height < 1) return { problem: `a ${format} image (${size}) that is damaged or cut short` };
  const about = `${format} image, ${width}×${height}, ${size}`;
  if (bytes.length > MAX_IMAGE_BYTES)
    return { problem: `a ${about}; at most ${formatBytes(MAX_IMAGE_BYTES)} are shown` };
  if (Math.max(width, height) > MAX_SIDE) return { problem: `a ${about}; at most ${MAX_SIDE} pixels a side are shown` };
  return {
    block: { type: 'image', media_type: MEDIA_TYPES[format], data: bytes.toString('base64'), name },
    about,
  };
}

type Format = keyof typeof MEDIA_TYPES;

/** Tells whether the end of the image is there; what stands behind it does not matter. */
function isWhole(bytes: Buffer, format: Format): boolean {
  switch (format) {
    case 'PNG':
      return bytes.includes('IEND');
    case 'JPEG':
      return bytes.lastIndexOf(Buffer.from([0xff, 0xd9])) > 0;
    case 'GIF':
      return bytes.includes(0x3b, 13);
    case 'WebP':
      return bytes.length >= 30 && bytes.readUInt32LE(4) + 8 <= bytes.length + 1;
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function sizeOf(bytes: Buffer, format: Format): Size | undefined {
  switch (format) {
    case 'PNG':
      return bytes.toString('latin1', 12, 16) === 'IHDR'
        ? { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
        : undefined;
    case 'JPEG':
      return sizeOfJpeg(bytes);
    case 'GIF':
      return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
    case 'WebP':
      return sizeOfWebP(bytes);
  }
}

/** Goes from segment to segment to the frame header (SOF0 to SOF15 but for DHT, JPG and DAC). */
function sizeOfJpeg(bytes: Buffer): Size | undefined {
  for (let at = 2; at + 9 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

/** Simple lossy, simple lossless, and extended files keep it in three ways. */
function sizeOfWebP(bytes: Buffer): Size | undefined {
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
    case 'VP8L': {
      const packed = bytes.readUInt32LE(21);
      return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
    default:
      return undefined;
  }
}
