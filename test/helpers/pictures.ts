/** A PNG image of one pixel, whole. */
export const PIXEL_PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
/** A GIF image of one pixel. */
export const PIXEL_GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==', 'base64');
/** WebP images of one pixel: lossy, lossless, and extended with an alpha channel. */
export const PIXEL_WEBPS = [
  'UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA',
  'UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==',
  'UklGRkoAAABXRUJQVlA4WAoAAAAQAAAAAAAAAAAAQUxQSAwAAAARBxAR/Q9ERP8DAABWUDggGAAAABQBAJ0BKgEAAQAAAP4AAA3AAP7mtQAAAA==',
].map((data) => Buffer.from(data, 'base64'));

/** Makes the bytes of a JPEG file of this size, with a thumbnail of another size before its frame. */
export function makeJpeg(width: number, height: number): Buffer {
  const short = (value: number): number[] => [value >> 8, value & 0xff];
  const exif = [0xff, 0xe1, ...short(12), 0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 0, 9, 0];
  const table = [0xff, 0xc4, ...short(4), 0, 0];
  const frame = [0xff, 0xc2, ...short(11), 8, ...short(height), ...short(width), 1, 1, 0x11, 0];
  return Buffer.from([0xff, 0xd8, ...exif, ...table, 0xff, ...frame, 0xff, 0xda, 0, 2, 1, 2, 3, 0xff, 0xd9]);
}

/** Makes a PNG file that says this size and has as many bytes as wanted behind its end. */
export function makePng(width: number, height: number, more_bytes = 0): Buffer {
  const bytes = Buffer.concat([PIXEL_PNG, Buffer.alloc(more_bytes)]);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}
