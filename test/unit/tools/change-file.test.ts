import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ToolBench, toolBench } from '../../helpers/call-tool.ts';

let root: string;
let cwd: string;
let bench: ToolBench;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'tools-')));
  cwd = join(root, 'ws');
  mkdirSync(cwd);
  bench = toolBench(cwd);
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const put = (path: string, content: string | Buffer): string => {
  const full = join(cwd, path);
  mkdirSync(join(full, '..'), { recursive: true });
  writeFileSync(full, content);
  return full;
};
const get = (path: string): string => readFileSync(join(cwd, path), 'utf8');

describe('write_file', () => {
  test('makes folders, and says what it did', async () => {
    const { result, meta } = await bench.call('write_file', { path: 'a/b/c.txt', content: 'x\ny\n' });
    expect(result).toBe('Created a/b/c.txt (2 lines).');
    expect(meta).toEqual({
      summary: 'new, 2 lines',
      diff: {
        path: 'a/b/c.txt',
        patch: '--- a/a/b/c.txt\n+++ b/a/b/c.txt\n@@ -0,0 +1,2 @@\n+x\n+y\n',
        added: 2,
        removed: 0,
      },
    });
    expect(get('a/b/c.txt')).toBe('x\ny\n');
  });

  test('keeps the permission bits of what it replaces, and leaves no draft behind', async () => {
    chmodSync(put('run.sh', 'old'), 0o751);
    await bench.call('write_file', { path: 'run.sh', content: 'new' });
    expect(statSync(join(cwd, 'run.sh')).mode & 0o777).toBe(0o751);
    expect(readdirSync(cwd)).toEqual(['run.sh']);
  });

  test('leaves the old file whole when the new one cannot be written', async () => {
    put('a.txt', 'old');
    put('b', 'a file where a folder would be needed');
    expect((await bench.failure('write_file', { path: 'b/c', content: 'x' })).message).toMatch(/b\/c cannot be made/);
    expect(get('a.txt')).toBe('old');
  });

  test('writes through a link to its target, and keeps the link', async () => {
    put('real.txt', 'old');
    symlinkSync('real.txt', join(cwd, 'link.txt'));
    await bench.call('write_file', { path: 'link.txt', content: 'new' });
    expect(get('real.txt')).toBe('new');
    expect(readdirSync(cwd).sort()).toEqual(['link.txt', 'real.txt']);
  });

  test('names the target of a link as what would be touched', async () => {
    mkdirSync(join(root, 'elsewhere'));
    symlinkSync(join(root, 'elsewhere'), join(cwd, 'inside'));
    const access = await bench.prepare('write_file', { path: 'inside/x', content: '' }).access();
    expect(access).toEqual({ kind: 'write', paths: [join(cwd, 'inside/x'), join(root, 'elsewhere/x')] });
  });

  test('refuses a link that leads nowhere', async () => {
    symlinkSync('/nowhere/at/all', join(cwd, 'dangling'));
    expect((await bench.failure('write_file', { path: 'dangling', content: 'x' })).message).toMatch(/leads nowhere/);
    expect(existsSync('/nowhere')).toBe(false);
  });

  test('does not follow a folder that became a link after it was judged', async () => {
    mkdirSync(join(cwd, 'sub'));
    mkdirSync(join(root, 'outside'));
    const call = bench.prepare('write_file', { path: 'sub/x.txt', content: 'planted' });
    await call.access();
    rmSync(join(cwd, 'sub'), { recursive: true });
    symlinkSync(join(root, 'outside'), join(cwd, 'sub'));
    await expect(call.run()).rejects.toThrow(/x\.txt/);
    expect(readdirSync(join(root, 'outside'))).toEqual([]);
  });

  test('notices a link anywhere in the path that came after it was judged', async () => {
    put('sub/in/x.txt', 'mine');
    mkdirSync(join(root, 'outside/in'), { recursive: true });
    writeFileSync(join(root, 'outside/in/x.txt'), 'theirs');
    const write = bench.prepare('write_file', { path: 'sub/in/x.txt', content: 'planted' });
    const read = bench.prepare('read_file', { path: 'sub/in/x.txt' });
    await write.access();
    await read.access();
    rmSync(join(cwd, 'sub'), { recursive: true });
    symlinkSync(join(root, 'outside'), join(cwd, 'sub'));
    await expect(read.run()).rejects.toThrow(/moved to .*outside.* Look at it again/);
    await expect(write.run()).rejects.toThrow(/moved to .*outside.* Look at it again/);
    expect(readFileSync(join(root, 'outside/in/x.txt'), 'utf8')).toBe('theirs');
  });

  test('does not write through a leaf that became a link after it was judged', async () => {
    put('x.txt', 'mine');
    writeFileSync(join(root, 'secret'), 'theirs');
    const call = bench.prepare('write_file', { path: 'x.txt', content: 'planted' });
    await call.access();
    rmSync(join(cwd, 'x.txt'));
    symlinkSync(join(root, 'secret'), join(cwd, 'x.txt'));
    await expect(call.run()).rejects.toThrow(/symbolic link/);
    expect(readFileSync(join(root, 'secret'), 'utf8')).toBe('theirs');
  });

  test('refuses to write when the file changed after it was shown', async () => {
    put('a.txt', 'shown');
    const call = bench.prepare('write_file', { path: 'a.txt', content: 'new' });
    await call.access();
    expect(await call.preview()).toMatchObject({ kind: 'diff', facts: ['replaces the whole file'] });
    writeFileSync(join(cwd, 'a.txt'), 'changed meanwhile');
    await expect(call.run()).rejects.toThrow('a.txt was changed after the edit was shown for approval');
    expect(get('a.txt')).toBe('changed meanwhile');
  });

  test('refuses to write when the file appeared after it was shown as new', async () => {
    const call = bench.prepare('write_file', { path: 'a.txt', content: 'new' });
    await call.access();
    await call.preview();
    put('a.txt', 'appeared');
    await expect(call.run()).rejects.toThrow('was changed after the edit was shown');
  });

  test('refuses a file with more hard links outside the working directory', async () => {
    writeFileSync(join(root, 'one'), 'x');
    linkSync(join(root, 'one'), join(root, 'two'));
    expect((await bench.failure('write_file', { path: '../one', content: 'y' })).message).toMatch(/hard links/);
  });

  test('replaces lone surrogates, which are no text', async () => {
    await bench.call('write_file', { path: 'a.txt', content: 'a\ud800b' });
    expect(get('a.txt')).toBe('a\ufffdb');
  });
});

describe('edit_file', () => {
  test('replaces the one occurrence and shows the change', async () => {
    put('a.txt', 'one\ntwo\nthree\n');
    const { result, meta } = await bench.call('edit_file', { path: 'a.txt', old_string: 'two', new_string: '2' });
    expect(result).toBe('Edited a.txt: 1 replacement, +1 −1.\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three');
    expect(meta?.diff).toMatchObject({ path: 'a.txt', added: 1, removed: 1 });
    expect(get('a.txt')).toBe('one\n2\nthree\n');
  });

  test('keeps Windows line endings and the byte order mark', async () => {
    put('a.txt', '\ufeffone\r\ntwo\r\nthree\r\n');
    await bench.call('edit_file', { path: 'a.txt', old_string: 'one\ntwo', new_string: '1\n2\n2b' });
    expect(get('a.txt')).toBe('\ufeff1\r\n2\r\n2b\r\nthree\r\n');
  });

  test('takes the new text literally', async () => {
    put('a.txt', 'x');
    await bench.call('edit_file', { path: 'a.txt', old_string: 'x', new_string: "$& $1 $' \\n" });
    expect(get('a.txt')).toBe("$& $1 $' \\n");
  });

  test('replaces every occurrence when it is told to', async () => {
    put('a.txt', 'a b a b a');
    await bench.call('edit_file', { path: 'a.txt', old_string: 'a', new_string: 'c', replace_all: true });
    expect(get('a.txt')).toBe('c b c b c');
  });

  test.each([
    [
      { old_string: 'x', new_string: 'y' },
      'old_string occurs 2 times (lines 1, 3). Add lines around it to make it unique, or set replace_all.',
    ],
    [
      { old_string: 'absent', new_string: 'y' },
      'old_string is not in a.txt. Read the file again; 1 line must match exactly.',
    ],
    [
      { old_string: 'b  c', new_string: 'y' },
      'old_string is not in a.txt. Line 2 is like it, but differs in white space or in the lines after it. Read it again.',
    ],
    [
      { old_string: '     1\tx', new_string: 'y' },
      'old_string is not in a.txt. It begins with a line number of read_file: leave those out.',
    ],
    [{ old_string: '', new_string: 'y' }, 'old_string is empty. Use write_file to write a whole file.'],
    [{ old_string: 'x', new_string: 'x' }, 'old_string and new_string are the same; there is nothing to do.'],
  ])('says what is wrong with %j', async (edit, message) => {
    put('a.txt', 'x\nb c\nx\n');
    expect((await bench.failure('edit_file', { path: 'a.txt', ...edit })).message).toBe(message);
    expect(get('a.txt')).toBe('x\nb c\nx\n');
  });

  test('refuses what it would damage: other encodings and binary files', async () => {
    put('latin', Buffer.from([0x61, 0xe9, 0x62]));
    expect((await bench.failure('edit_file', { path: 'latin', old_string: 'a', new_string: 'b' })).message).toMatch(
      /not valid UTF-8/,
    );
    put('binary', Buffer.from([0x61, 0, 0x62]));
    expect((await bench.failure('edit_file', { path: 'binary', old_string: 'a', new_string: 'b' })).message).toMatch(
      /not a text file/,
    );
  });

  test('refuses to edit a file that was replaced after it was shown', async () => {
    put('a.txt', 'one two');
    const call = bench.prepare('edit_file', { path: 'a.txt', old_string: 'one', new_string: '1' });
    await call.access();
    await call.preview();
    writeFileSync(join(cwd, 'b.txt'), 'one and more');
    renameSync(join(cwd, 'b.txt'), join(cwd, 'a.txt'));
    await expect(call.run()).rejects.toThrow('was changed after');
  });
});
