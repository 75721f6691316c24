import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { openCommandFiles } from '../../../src/config/command-files.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

async function setUp(files: Readonly<Record<string, string>>) {
  const root = await temporaryFolder();
  for (const folder of ['config/commands', 'project/.git', 'project/sub', 'project/.agent-chat/commands'])
    mkdirSync(join(root, folder), { recursive: true });
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  const read = openCommandFiles(join(root, 'config'), join(root, 'project/sub'));
  const problems = (): string[] => read().problems.map(({ message }) => message.replaceAll(root, ''));
  return { root, read, write, problems };
}

test('front matter says what a command does and takes; without it its first line does', async () => {
  const { read, root } = await setUp({
    'config/commands/Review.md':
      '\ufeff---\r\ndescription: "Review: a change"\r\nargument-hint: [path]\r\nallowed-tools: Bash(*)\r\n---\r\n\r\nLook at $1.\r\nAll of it.\r\n',
    'project/.agent-chat/commands/explain.md': '# Explain the project\n\nIn short.\n',
    'project/.agent-chat/commands/notes.txt': 'no command',
  });
  expect(read()).toEqual({
    commands: [
      {
        name: 'review',
        description: 'Review: a change',
        argument: '[path]',
        template: 'Look at $1.\nAll of it.',
        file: join(root, 'config/commands/Review.md'),
        origin: 'user',
      },
      {
        name: 'explain',
        description: 'Explain the project',
        template: '# Explain the project\n\nIn short.',
        file: join(root, 'project/.agent-chat/commands/explain.md'),
        origin: 'project',
      },
    ],
    problems: [],
  });
});

test('a line of dashes in the text is no front matter, and one that never ends is text', async () => {
  const { read } = await setUp({
    'config/commands/a.md': 'First.\n---\nSecond.\n---\n',
    'config/commands/b.md': '---\ndescription: never ends\n',
  });
  expect(read().commands.map(({ template }) => template)).toEqual([
    'First.\n---\nSecond.\n---',
    '---\ndescription: never ends',
  ]);
});

test("the person's own come before the project's, and the nearest folder before the ones above it", async () => {
  const { read, problems } = await setUp({
    'config/commands/a.md': 'mine',
    'project/.agent-chat/commands/a.md': 'theirs',
    'project/.agent-chat/commands/b.md': 'above',
    'project/sub/.agent-chat/commands/b.md': 'near',
  });
  expect(read().commands.map(({ name, template }) => [name, template])).toEqual([
    ['a', 'mine'],
    ['b', 'near'],
  ]);
  expect(problems()).toEqual([
    '/project/.agent-chat/commands/a.md is not used: /config/commands/a.md has the same name and comes first.',
    '/project/.agent-chat/commands/b.md is not used: /project/sub/.agent-chat/commands/b.md has the same name and comes first.',
  ]);
});

test('a file that is changed, added or removed is seen at the next look', async () => {
  const { read, write } = await setUp({ 'config/commands/a.md': 'one' });
  const before = read().commands;
  expect(read().commands[0]).toBe(before[0]);
  write('config/commands/a.md', 'another');
  write('config/commands/b.md', 'new');
  expect(read().commands.map(({ template }) => template)).toEqual(['another', 'new']);
});

test('a text of the same length is seen too', async () => {
  const { read, write, root } = await setUp({ 'config/commands/a.md': 'one' });
  utimesSync(join(root, 'config/commands/a.md'), 1, 1);
  expect(read().commands[0]?.template).toBe('one');
  write('config/commands/a.md', 'two');
  expect(read().commands[0]?.template).toBe('two');
});

test.skipIf(process.platform === 'win32')(
  'what cannot be used has one line that says why, and nothing waits',
  async () => {
    const { root, read, problems } = await setUp({
      'project/.agent-chat/commands/big.md': 'x'.repeat(64 * 1024 + 1),
      'project/.agent-chat/commands/empty.md': '---\ndescription: x\n---\n\n',
      'project/.agent-chat/commands/two words.md': 'x',
      'project/.agent-chat/commands/zeros.md': 'a\0b',
      'project/secret': 'key',
      'elsewhere.md': 'outside',
    });
    const folder = join(root, 'project/.agent-chat/commands');
    execFileSync('mkfifo', [join(folder, 'pipe.md')]);
    mkdirSync(join(folder, 'folder.md'));
    for (const [name, to] of Object.entries({
      'gone.md': './not-there.md',
      'loop.md': './loop.md',
      'out.md': join(root, 'elsewhere.md'),
      'device.md': '/dev/zero',
      'other.md': '../../secret',
      'fine.md': './zeros.md',
    }))
      symlinkSync(to, join(folder, name));
    expect(read().commands).toEqual([]);
    expect(problems().map((line) => line.replace('/project/.agent-chat/commands/', ''))).toEqual([
      'big.md is not used: it is larger than 64 KB.',
      'device.md is not used: it is a link that leads out of the project.',
      'empty.md is not used: it is empty.',
      'fine.md is not used: it is no text.',
      'folder.md is not used: it is no regular file.',
      'gone.md is not used: it is a link to nothing.',
      'loop.md is not used: it cannot be read (ELOOP).',
      'other.md is not used: it is a link to something that does not end in .md.',
      'out.md is not used: it is a link that leads out of the project.',
      'pipe.md is not used: it is no regular file.',
      'two words.md is not used: its name is no word of letters, digits and _ . : -.',
      'zeros.md is not used: it is no text.',
    ]);
  },
);

test.skipIf(process.platform === 'win32')("the person's own may be links to anywhere", async () => {
  const { root, read } = await setUp({ 'dotfiles/a.md': 'from elsewhere' });
  symlinkSync(join(root, 'dotfiles/a.md'), join(root, 'config/commands/a.md'));
  expect(read().commands[0]?.template).toBe('from elsewhere');
});

test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('one that may not be read is named', async () => {
  const { root, problems } = await setUp({ 'config/commands/a.md': 'x' });
  chmodSync(join(root, 'config/commands/a.md'), 0);
  expect(problems()).toEqual(['/config/commands/a.md is not used: it cannot be read.']);
});
