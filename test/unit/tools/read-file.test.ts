import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PIXEL_PNG } from '../../helpers/pictures.ts';
import { workspaceForTests } from '../../helpers/workspace.ts';

const ws = workspaceForTests();
const { put } = ws;

describe('read_file', () => {
  test('numbers the lines and says how many there were', async () => {
    put('a.txt', 'one\ntwo\n');
    expect(await ws.bench.call('read_file', { path: 'a.txt' })).toEqual({
      result: '     1\tone\n     2\ttwo',
      meta: { summary: '2 lines' },
    });
  });

  test('reads a part and says where to go on', async () => {
    put('a.txt', 'a\nb\nc\nd\n');
    const { result } = await ws.bench.call('read_file', { path: 'a.txt', offset: 2, limit: 2 });
    expect(result).toBe('     2\tb\n     3\tc\n[lines 2-3 of 4; continue with offset 4]');
  });

  test('never gives more than 32 KB, and every line can be reached by the offsets it names', async () => {
    put('long.txt', Array.from({ length: 3000 }, (_, at) => `line ${at + 1} ${'x'.repeat(40)}`).join('\n'));
    const seen: string[] = [];
    for (let offset: number | undefined = 1; offset !== undefined; ) {
      const { result } = await ws.bench.call('read_file', { path: 'long.txt', offset });
      expect(Buffer.byteLength(result)).toBeLessThan(33 * 1024);
      seen.push(...[...result.matchAll(/\tline (\d+) /g)].map((match) => match[1] ?? ''));
      const next = /continue with offset (\d+)/.exec(result)?.[1];
      offset = next === undefined ? undefined : Number(next);
    }
    expect(seen).toEqual(Array.from({ length: 3000 }, (_, at) => String(at + 1)));
  });

  test('clips a huge line and says how much is missing', async () => {
    put('wide.txt', `${'😀'.repeat(5000)}\nshort\n`);
    const { result } = await ws.bench.call('read_file', { path: 'wide.txt' });
    expect(result).toMatch(/… \[8000 more characters\]\n {5}2\tshort$/);
    expect(result).not.toMatch(/\p{Surrogate}/u);
  });

  test('shows characters that nobody would see as escapes', async () => {
    put('sly.txt', 'a\u202eb\u{e0041}c\n');
    expect((await ws.bench.call('read_file', { path: 'sly.txt' })).result).toBe('     1\ta\\u{202e}b\\u{e0041}c');
  });

  test('reads UTF-16 and says when bytes are not valid', async () => {
    put('wide.txt', Buffer.from('\ufeffhey\n', 'utf16le'));
    expect((await ws.bench.call('read_file', { path: 'wide.txt' })).result).toBe('     1\they');
    put('bad.txt', Buffer.from([0x61, 0xff, 0x62]));
    expect((await ws.bench.call('read_file', { path: 'bad.txt' })).result).toMatch(/a\ufffdb\n\[not valid utf-8/);
  });

  test.each([
    ['nothing.txt', 'nothing.txt does not exist. Use list_files to see what is there.'],
    ['folder', 'folder is a directory. Use list_files to see what is in it.'],
    ['a.txt/b', 'a.txt/b does not exist: a part of its path is a file.'],
    ['pipe', 'pipe is not a regular file (a device, pipe or socket).'],
    ['/dev/zero', '/dev/zero is not a regular file (a device, pipe or socket).'],
    ['image.png', 'image.png is a PNG image (12 bytes) that is damaged or cut short.'],
    ['binary', 'binary is not text (4 bytes). Use run_command with a program that knows it.'],
  ])('explains %s', async (path, message) => {
    put('a.txt', 'x');
    mkdirSync(join(ws.cwd, 'folder'));
    execFileSync('mkfifo', [join(ws.cwd, 'pipe')]);
    put('image.png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0, 0, 0, 0, 0]));
    put('binary', Buffer.from([1, 0, 2, 3]));
    expect((await ws.bench.failure('read_file', { path })).message).toBe(message);
  });

  test('shows an image, whatever its name says', async () => {
    put('logo.txt', PIXEL_PNG);
    expect(await ws.bench.call('read_file', { path: 'logo.txt' })).toEqual({
      result: '[logo.txt: PNG image, 1×1, 70 bytes]',
      images: [{ type: 'image', media_type: 'image/png', data: PIXEL_PNG.toString('base64'), name: 'logo.txt' }],
      meta: { summary: 'PNG image, 1×1, 70 bytes' },
    });
  });

  test('refuses a file over 10 MB without reading it', async () => {
    put('big', '');
    execFileSync('truncate', ['-s', '20G', join(ws.cwd, 'big')]);
    expect((await ws.bench.failure('read_file', { path: 'big' })).message).toMatch(/20480\.0 MB.*Use search_files/);
  });
});
