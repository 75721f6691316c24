import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PIXEL_PNG } from '../helpers/pictures.ts';
import { type Home, makeHome, readMessages, runProgram } from '../helpers/run-program.ts';

const FILES = { 's.json': JSON.stringify(['Yes.']), 'notes.md': 'one\ntwo\n', 'other.md': 'three' };

/** Asks, and gives what the model was sent and what was said of it. */
async function ask(home: Home, args: readonly string[], input?: string) {
  const all = ['-p', ...args, '-m', 'script:s.json', '-o', 'stream-json'];
  const { code, stdout, stderr } = await runProgram(all, { home, ...(input === undefined ? {} : { input }) });
  const started = readMessages(stdout).find((message) => message.type === 'turn_started');
  return { code, content: started?.input.content, stderr };
}

test('a file that the prompt of the command line mentions goes along, and is named', async () => {
  const home = makeHome(FILES);
  const words = 'compare @notes.md:2 and @other.md';
  expect(await ask(home, [words])).toEqual({
    code: 0,
    content: [
      { type: 'text', text: words },
      { type: 'file', name: 'notes.md:2', text: 'two' },
      { type: 'file', name: 'other.md', text: 'three' },
    ],
    stderr: 'Attached: [file notes.md:2] [file other.md]\n',
  });
  expect((await ask(home, [words, '-q'])).stderr).toBe('');
});

test('what piped text mentions is only text, in the place of {} and before the prompt', async () => {
  const home = makeHome(FILES);
  expect(await ask(home, ['why {}?'], 'see @notes.md')).toEqual({ code: 0, content: 'why see @notes.md?', stderr: '' });
  const { content, stderr } = await ask(home, ['and @other.md?'], 'see @notes.md');
  expect(content).toEqual([
    { type: 'text', text: '<context>\nsee @notes.md\n</context>\n\nand @other.md?' },
    { type: 'file', name: 'other.md', text: 'three' },
  ]);
  expect(stderr).toBe('Attached: [file other.md]\n');
});

test('what is missing, elsewhere, secret, or cannot be shown is sent as text, and it is said why', async () => {
  const outer = makeHome();
  mkdirSync(join(outer.path, '.ssh'));
  writeFileSync(join(outer.path, '.ssh/id_rsa'), 'SECRET');
  const home: Home = { ...outer, cwd: join(outer.path, 'work') };
  mkdirSync(home.cwd);
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(home.cwd, name), text);
  writeFileSync(join(home.cwd, 'fake.png'), 'no image');
  writeFileSync(join(home.cwd, 'cut.png'), PIXEL_PNG.subarray(0, 30));
  writeFileSync(join(home.cwd, 'data.bin'), Buffer.from([1, 0, 2]));
  writeFileSync(join(home.cwd, 'huge.txt'), 'x'.repeat(5 * 1024 * 1024 + 1));
  const mentions = 'gone.md notes.md:x /etc/hostname ~/.ssh/id_rsa fake.png cut.png data.bin huge.txt anna'.split(' ');
  const words = mentions.map((path) => `@${path}`).join(' ');
  const { code, content, stderr } = await ask(home, [words]);
  expect([code, content]).toEqual([0, words]);
  expect(stderr.split('\n')).toEqual([
    'Warning: @gone.md is not there: sent as text.',
    'Warning: @notes.md:x is not there: sent as text.',
    'Warning: /etc/hostname is not attached: it lies outside this folder.',
    'Warning: ~/.ssh/id_rsa is not attached: it is where keys are.',
    'Warning: @fake.png is not attached: it holds no png, jpeg, gif or webp image.',
    'Warning: @cut.png is not attached: it is a PNG image (30 bytes) that is damaged or cut short.',
    'Warning: @data.bin is not attached: it is neither text nor an image.',
    'Warning: @huge.txt is not attached: it is larger than 5.0 MB.',
    '',
  ]);
});

test('an image goes along as one, whatever it is called, and messages of a program follow the prompt', async () => {
  const home = makeHome(FILES);
  writeFileSync(join(home.cwd, 'photo'), PIXEL_PNG);
  const image = { type: 'image', media_type: 'image/png', data: PIXEL_PNG.toString('base64'), name: 'photo' };
  const { content } = await ask(home, ['see @./photo', '--input-format', 'stream-json'], '');
  expect(content).toEqual([{ type: 'text', text: 'see @./photo' }, image]);
});
