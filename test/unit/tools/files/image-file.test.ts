import { expect, test } from 'vitest';
import { readImage } from '../../../../src/tools/files/image-file.ts';
import { makeJpeg, makePng, PIXEL_GIF, PIXEL_PNG, PIXEL_WEBPS } from '../../../helpers/pictures.ts';

const about = (bytes: Buffer): unknown => {
  const image = readImage(bytes, 'a/b.png');
  return image === undefined || 'problem' in image ? image : [image.about, image.block.media_type];
};

test.each([
  ['PNG', makePng(640, 480), ['PNG image, 640×480, 70 bytes', 'image/png']],
  ['JPEG', makeJpeg(1200, 800), ['JPEG image, 1200×800, 45 bytes', 'image/jpeg']],
  ['GIF', PIXEL_GIF, ['GIF image, 1×1, 34 bytes', 'image/gif']],
  ...PIXEL_WEBPS.map(
    (bytes) => ['WebP', bytes, [`WebP image, 1×1, ${bytes.length} bytes`, 'image/webp']] as [string, Buffer, unknown],
  ),
])('a %s file is told by its bytes, with its size', (_format, bytes, expected) => {
  expect(about(bytes)).toEqual(expected);
});

test('the bytes go along as they are, under the name that was asked for', () => {
  expect(readImage(PIXEL_PNG, 'a/b.png')).toMatchObject({
    block: { type: 'image', media_type: 'image/png', data: PIXEL_PNG.toString('base64'), name: 'a/b.png' },
  });
});

test('what is cut anywhere is shown to nobody', () => {
  for (const whole of [PIXEL_PNG, makeJpeg(3, 2), PIXEL_GIF, ...PIXEL_WEBPS]) {
    for (let length = 12; length < whole.length - 12; length += 1) {
      expect(readImage(whole.subarray(0, length), 'x')).toEqual({
        problem: expect.stringMatching(/^a \w+ image \(\d+ bytes\) that is damaged or cut short$/),
      });
    }
  }
});

test('what services refuse is not shown, and why', () => {
  const problem = (bytes: Buffer): unknown => readImage(bytes, 'x');
  expect(problem(makePng(10, 10, 5 * 1024 * 1024))).toEqual({
    problem: 'a PNG image, 10×10, 5.0 MB; at most 5.0 MB are shown',
  });
  expect(problem(makePng(8001, 10))).toEqual({
    problem: 'a PNG image, 8001×10, 70 bytes; at most 8000 pixels a side are shown',
  });
  expect(problem(makePng(0, 10))).toEqual({ problem: 'a PNG image (70 bytes) that is damaged or cut short' });
  expect(readImage(Buffer.from('GIF? no'), 'x')).toBeUndefined();
});
