import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileFinder } from '../../../src/cli/services/find-files.ts';
import { readMention } from '../../../src/cli/services/read-mention.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

async function project(): Promise<string> {
  const folder = await temporaryFolder();
  const write = (path: string, text: string | Buffer): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write('.gitignore', 'dist/\n*.log\n');
  write('src/main.ts', 'main();\n');
  write('src/ui/draw.ts', 'draw();\n');
  write('src/debug.log', 'noise');
  write('dist/main.js', 'built');
  write('src.ts', '');
  write('logo.bin', Buffer.from([0, 1, 2]));
  mkdirSync(join(folder, 'empty'));
  return folder;
}

test('a mentioned folder is the list of its files, without what git ignores', async () => {
  const folder = await project();
  const text = 'ui/\n  draw.ts\nmain.ts';
  expect(await readMention(folder, 'src/')).toEqual({ type: 'file', name: 'src/', text });
  expect(await readMention(folder, 'src')).toEqual({ type: 'file', name: 'src/', text });
  expect(await readMention(folder, 'empty')).toEqual({ type: 'file', name: 'empty/', text: 'It is empty.' });
});

test('a large folder is told in a bounded number of lines', async () => {
  const folder = await temporaryFolder();
  for (let at = 0; at < 1000; at += 1) writeFileSync(join(folder, `f${at}`), '');
  const read = await readMention(folder, './');
  expect(typeof read === 'object' && read.type === 'file' ? read.text.split('\n').length : 0).toBe(401);
});

test('a mentioned file is read, and what is none says which', async () => {
  const folder = await project();
  symlinkSync('nowhere', join(folder, 'broken'));
  expect(await readMention(folder, 'src/main.ts')).toEqual({ type: 'file', name: 'src/main.ts', text: 'main();\n' });
  expect(await readMention(folder, 'nope.txt')).toBe('missing');
  expect(await readMention(folder, 'src/main.ts/x')).toBe('missing');
  expect(await readMention(folder, 'logo.bin')).toEqual({
    type: 'unreadable',
    why: 'it is neither text nor an image',
  });
  await expect(readMention(folder, 'broken')).rejects.toThrow('leads nowhere');
});

test('a folder that is typed offers what lies in it, and never itself', async () => {
  const find = fileFinder(await project());
  expect(await find('src/')).toEqual(['src/main.ts', 'src/ui/']);
  expect(await find('src/ui/')).toEqual(['src/ui/draw.ts']);
  expect(await find('empty/')).toEqual([]);
  expect((await find('src'))[0]).toBe('src/');
  expect(await find('draw')).toEqual(['src/ui/draw.ts']);
});
