/** A file's bytes as text, with what is needed to write them back as they were. */
export interface FileText {
  readonly text: string;
  readonly has_bom: boolean;
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be';
  /** Some bytes were not valid and became U+FFFD. */
  readonly is_lossy: boolean;
}

const SAMPLE_BYTES = 8192;
const BINARY_SHARE = 0.3;

/** Decodes a text file; undefined when the bytes are not text. */
export function decodeFile(bytes: Uint8Array): FileText | undefined {
  if (startsWith(bytes, [0xff, 0xfe])) return decodeAs(bytes.subarray(2), 'utf-16le', true);
  if (startsWith(bytes, [0xfe, 0xff])) return decodeAs(bytes.subarray(2), 'utf-16be', true);
  if (bytes.includes(0) || looksBinary(bytes)) return undefined;
  const has_bom = startsWith(bytes, [0xef, 0xbb, 0xbf]);
  return decodeAs(has_bom ? bytes.subarray(3) : bytes, 'utf-8', has_bom);
}

function decodeAs(bytes: Uint8Array, encoding: FileText['encoding'], has_bom: boolean): FileText {
  try {
    return {
      text: new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes),
      has_bom,
      encoding,
      is_lossy: false,
    };
  } catch {
    return { text: new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes), has_bom, encoding, is_lossy: true };
  }
}

/** Encodes UTF-8 text with the byte order mark it had. */
export function encodeFile(text: string, has_bom: boolean): Buffer {
  return Buffer.from(has_bom ? `\ufeff${text}` : text, 'utf8');
}

/** Tells from a sample whether bytes are no text: more than 30 % of them are control characters. */
export function looksBinary(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  let controls = 0;
  for (const byte of sample) if (byte < 7 || (byte > 13 && byte < 27) || (byte > 27 && byte < 32)) controls += 1;
  return controls > sample.length * BINARY_SHARE;
}

/** Tells whether bytes, or the beginning of many, are no text: control characters, zeros, or no UTF-8 for the most part. */
export function isBinary(bytes: Buffer): boolean {
  if (bytes.length === 0) return false;
  let nulls = 0;
  for (const byte of bytes) if (byte === 0) nulls += 1;
  if (nulls > bytes.length * BINARY_SHARE || looksBinary(bytes)) return true;
  // Compressed data has few control characters.
  const text = bytes.toString('utf8');
  return text.split('\ufffd').length - 1 > text.length * BINARY_SHARE;
}

/** Names the image format that bytes begin with. */
export function imageType(bytes: Uint8Array): 'PNG' | 'JPEG' | 'GIF' | 'WebP' | undefined {
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47])) return 'PNG';
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return 'JPEG';
  if (startsWith(bytes, [0x47, 0x49, 0x46, 0x38])) return 'GIF';
  const isRiff = startsWith(bytes, [0x52, 0x49, 0x46, 0x46]) && startsWith(bytes.subarray(8), [0x57, 0x45, 0x42, 0x50]);
  return isRiff ? 'WebP' : undefined;
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}
