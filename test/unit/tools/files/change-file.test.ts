import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { workspaceForTests } from '../../../helpers/workspace.ts';

const ws = workspaceForTests();
const { put, get } = ws;

describe('write_file', () => {
  test('makes folders, and says what it did', async () => {
    const { result, meta } = await ws.bench.call('write_file', { path: 'a/b/c.txt', content: 'x\ny\n' });
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

  test('writes nothing where the file holds exactly that already, and says so', async () => {
    const file = put('a.txt', 'old\n');
    const before = statSync(file, { bigint: true });
    const call = ws.bench.prepare('write_file', { path: 'a.txt', content: 'old\n' });
    expect(await call.preview()).toMatchObject({ facts: ['no change: the file holds exactly this'] });
    expect(await call.run()).toMatchObject({
      result: 'a.txt holds exactly this already; nothing was written.',
      meta: { summary: 'no change' },
    });
    expect(statSync(file, { bigint: true })).toMatchObject({ ino: before.ino, mtimeNs: before.mtimeNs });
    // A line end alone is a change.
    const other = ws.bench.prepare('write_file', { path: 'a.txt', content: 'old' });
    expect(await other.preview()).toMatchObject({ facts: ['replaces the whole file'] });
  });

  test('keeps the permission bits of what it replaces, and leaves no draft behind', async () => {
    chmodSync(put('run.sh', 'old'), 0o751);
    await ws.bench.call('write_file', { path: 'run.sh', content: 'new' });
    expect(statSync(join(ws.cwd, 'run.sh')).mode & 0o777).toBe(0o751);
    expect(readdirSync(ws.cwd)).toEqual(['run.sh']);
  });

  test('leaves the old file whole when the new one cannot be written', async () => {
    put('a.txt', 'old');
    put('b', 'a file where a folder would be needed');
    expect((await ws.bench.failure('write_file', { path: 'b/c', content: 'x' })).message).toMatch(
      /b\/c cannot be made/,
    );
    expect(get('a.txt')).toBe('old');
  });

  test('writes through a link to its target, and keeps the link', async () => {
    put('real.txt', 'old');
    symlinkSync('real.txt', join(ws.cwd, 'link.txt'));
    await ws.bench.call('write_file', { path: 'link.txt', content: 'new' });
    expect(get('real.txt')).toBe('new');
    expect(readdirSync(ws.cwd).sort()).toEqual(['link.txt', 'real.txt']);
  });

  test('names the target of a link as what would be touched', async () => {
    mkdirSync(join(ws.root, 'elsewhere'));
    symlinkSync(join(ws.root, 'elsewhere'), join(ws.cwd, 'inside'));
    const access = await ws.bench.prepare('write_file', { path: 'inside/x', content: '' }).access();
    expect(access).toEqual({ kind: 'write', paths: [join(ws.cwd, 'inside/x'), join(ws.root, 'elsewhere/x')] });
  });

  test('refuses a link that leads nowhere', async () => {
    symlinkSync('/nowhere/at/all', join(ws.cwd, 'dangling'));
    expect((await ws.bench.failure('write_file', { path: 'dangling', content: 'x' })).message).toMatch(/leads nowhere/);
    expect(existsSync('/nowhere')).toBe(false);
  });

  test('does not follow a folder that became a link after it was judged', async () => {
    mkdirSync(join(ws.cwd, 'sub'));
    mkdirSync(join(ws.root, 'outside'));
    const call = ws.bench.prepare('write_file', { path: 'sub/x.txt', content: 'planted' });
    await call.access();
    rmSync(join(ws.cwd, 'sub'), { recursive: true });
    symlinkSync(join(ws.root, 'outside'), join(ws.cwd, 'sub'));
    await expect(call.run()).rejects.toThrow(/x\.txt/);
    expect(readdirSync(join(ws.root, 'outside'))).toEqual([]);
  });

  test('notices a link anywhere in the path that came after it was judged', async () => {
    put('sub/in/x.txt', 'mine');
    mkdirSync(join(ws.root, 'outside/in'), { recursive: true });
    writeFileSync(join(ws.root, 'outside/in/x.txt'), 'theirs');
    const write = ws.bench.prepare('write_file', { path: 'sub/in/x.txt', content: 'planted' });
    const read = ws.bench.prepare('read_file', { path: 'sub/in/x.txt' });
    await write.access();
    await read.access();
    rmSync(join(ws.cwd, 'sub'), { recursive: true });
    symlinkSync(join(ws.root, 'outside'), join(ws.cwd, 'sub'));
    await expect(read.run()).rejects.toThrow(/moved to .*outside.* Look at it again/);
    await expect(write.run()).rejects.toThrow(/moved to .*outside.* Look at it again/);
    expect(readFileSync(join(ws.root, 'outside/in/x.txt'), 'utf8')).toBe('theirs');
  });

  test('does not write through a leaf that became a link after it was judged', async () => {
    put('x.txt', 'mine');
    writeFileSync(join(ws.root, 'secret'), 'theirs');
    const call = ws.bench.prepare('write_file', { path: 'x.txt', content: 'planted' });
    await call.access();
    rmSync(join(ws.cwd, 'x.txt'));
    symlinkSync(join(ws.root, 'secret'), join(ws.cwd, 'x.txt'));
    await expect(call.run()).rejects.toThrow(/symbolic link/);
    expect(readFileSync(join(ws.root, 'secret'), 'utf8')).toBe('theirs');
  });

  test('refuses to write when the file changed after it was shown', async () => {
    put('a.txt', 'shown');
    const call = ws.bench.prepare('write_file', { path: 'a.txt', content: 'new' });
    await call.access();
    expect(await call.preview()).toMatchObject({ kind: 'diff', facts: ['replaces the whole file'] });
    writeFileSync(join(ws.cwd, 'a.txt'), 'changed meanwhile');
    await expect(call.run()).rejects.toThrow('a.txt was changed after the edit was shown for approval');
    expect(get('a.txt')).toBe('changed meanwhile');
  });

  test('refuses to write when the file appeared after it was shown as new', async () => {
    const call = ws.bench.prepare('write_file', { path: 'a.txt', content: 'new' });
    await call.access();
    await call.preview();
    put('a.txt', 'appeared');
    await expect(call.run()).rejects.toThrow('was changed after the edit was shown');
  });

  test('refuses a file with more hard links outside the working directory', async () => {
    writeFileSync(join(ws.root, 'one'), 'x');
    linkSync(join(ws.root, 'one'), join(ws.root, 'two'));
    expect((await ws.bench.failure('write_file', { path: '../one', content: 'y' })).message).toMatch(/hard links/);
  });

  test('replaces lone surrogates, which are no text', async () => {
    await ws.bench.call('write_file', { path: 'a.txt', content: 'a\ud800b' });
    expect(get('a.txt')).toBe('a\ufffdb');
  });
});

describe('edit_file', () => {
  test('replaces the one occurrence and shows the change', async () => {
    put('a.txt', 'one\ntwo\nthree\n');
    const { result, meta } = await ws.bench.call('edit_file', { path: 'a.txt', old_string: 'two', new_string: '2' });
    expect(result).toBe('Edited a.txt: 1 replacement, +1 −1.\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three');
    expect(meta?.diff).toMatchObject({ path: 'a.txt', added: 1, removed: 1 });
    expect(get('a.txt')).toBe('one\n2\nthree\n');
  });

  test('keeps Windows line endings and the byte order mark', async () => {
    put('a.txt', '\ufeffone\r\ntwo\r\nthree\r\n');
    await ws.bench.call('edit_file', { path: 'a.txt', old_string: 'one\ntwo', new_string: '1\n2\n2b' });
    expect(get('a.txt')).toBe('\ufeff1\r\n2\r\n2b\r\nthree\r\n');
  });

  test('takes the new text literally', async () => {
    put('a.txt', 'x');
    await ws.bench.call('edit_file', { path: 'a.txt', old_string: 'x', new_string: "$& $1 $' \\n" });
    expect(get('a.txt')).toBe("$& $1 $' \\n");
  });

  test('replaces every occurrence when it is told to', async () => {
    put('a.txt', 'a b a b a');
    await ws.bench.call('edit_file', { path: 'a.txt', old_string: 'a', new_string: 'c', replace_all: true });
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
    expect((await ws.bench.failure('edit_file', { path: 'a.txt', ...edit })).message).toBe(message);
    expect(get('a.txt')).toBe('x\nb c\nx\n');
  });

  test('refuses what it would damage: other encodings and binary files', async () => {
    put('latin', Buffer.from([0x61, 0xe9, 0x62]));
    expect((await ws.bench.failure('edit_file', { path: 'latin', old_string: 'a', new_string: 'b' })).message).toMatch(
      /not valid UTF-8/,
    );
    put('binary', Buffer.from([0x61, 0, 0x62]));
    expect((await ws.bench.failure('edit_file', { path: 'binary', old_string: 'a', new_string: 'b' })).message).toMatch(
      /not a text file/,
    );
  });

  test('refuses to edit a file that was replaced after it was shown', async () => {
    put('a.txt', 'one two');
    const call = ws.bench.prepare('edit_file', { path: 'a.txt', old_string: 'one', new_string: '1' });
    await call.access();
    await call.preview();
    writeFileSync(join(ws.cwd, 'b.txt'), 'one and more');
    renameSync(join(ws.cwd, 'b.txt'), join(ws.cwd, 'a.txt'));
    await expect(call.run()).rejects.toThrow('was changed after');
  });
});
