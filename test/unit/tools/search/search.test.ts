import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readGlob } from '../../../../src/tools/files/glob.ts';
import { findProgram } from '../../../../src/tools/process/find-program.ts';
import { type ToolBench, toolBench } from '../../../helpers/call-tool.ts';

const ripgrep = findProgram('rg', process.env.PATH);
let root: string;
let cwd: string;
let bench: ToolBench;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'search-')));
  cwd = join(root, 'repo');
  mkdirSync(join(cwd, '.git'), { recursive: true });
  bench = toolBench(cwd, { ripgrep_path: null });
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function tree(files: Readonly<Record<string, string | Buffer>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), content);
  }
}

const PROJECT = {
  '.gitignore': 'dist/\n*.log\n!keep.log\n/only-here.txt\nsub/*/deep.txt\n',
  '.git/config': 'needle',
  '.github/ci.yml': 'needle: 1\n',
  '.hidden': 'needle\n',
  'README.md': '# Needle\nneedle again\n',
  'only-here.txt': 'needle',
  'sub/only-here.txt': 'needle',
  'sub/a/deep.txt': 'needle',
  'sub/a/shallow.txt': 'needle\r\nneedle two\r\n',
  'sub/.gitignore': '!again.log\nlocal*\n',
  'sub/again.log': 'needle',
  'sub/local.txt': 'needle',
  'x.log': 'needle',
  'keep.log': 'needle',
  'dist/out.js': 'needle',
  'sub/dist/out.js': 'needle',
  'node_modules/m/index.js': 'needle',
  'binary.bin': Buffer.from('needle\0needle'),
  'src/a-b.ts': 'const needle = 1;\n',
  'src/a/b.ts': 'let x = "needle (1)";\n',
  'src/a.ts': 'NEEDLE\n',
  'src/a.tsx': 'needle\n',
  'ü/ñ.ts': 'needle é\n',
  'utf16.txt': Buffer.from('\ufeffneedle\n', 'utf16le'),
  'inner/.git/HEAD': 'ref',
  'inner/x.log': 'needle in another repository\n',
  'last-line-without-end': 'a\nneedle',
};

describe('search_files', () => {
  test('groups the matching lines by file', async () => {
    tree({ 'b.txt': 'x\nneedle 1\n', 'a/c.txt': 'needle 2\nneedle 3' });
    expect(await bench.call('search_files', { pattern: 'needle' })).toEqual({
      result: 'a/c.txt\n     1: needle 2\n     2: needle 3\nb.txt\n     2: needle 1',
      meta: { summary: '3 matches in 2 files' },
    });
  });

  const searches = [
    { pattern: 'needle' },
    { pattern: 'needle', case_insensitive: true },
    { pattern: '^needle$' },
    { pattern: 'needle \\(\\d\\)' },
    { pattern: '\\bneedle\\b.*=' },
    { pattern: 'needle', glob: '*.ts' },
    { pattern: 'needle', glob: '*.{ts,tsx}' },
    { pattern: 'needle', glob: 'src/**/*.ts' },
    { pattern: 'needle', glob: 'src/*.ts' },
    { pattern: 'needle', glob: '**/a/*' },
    { pattern: 'needle', glob: 'src/' },
    { pattern: 'needle', glob: '[ab]*' },
    { pattern: 'needle', path: 'sub' },
    { pattern: 'needle', path: 'dist' },
    { pattern: 'needle', path: 'node_modules/m' },
    { pattern: 'needle', path: 'README.md' },
    { pattern: 'needle', path: 'x.log' },
    { pattern: 'é$' },
    { pattern: '(?i)NEEDLE' },
    { pattern: 'no such thing' },
    { pattern: '-needle' },
    { pattern: 'a(?=gain)' },
  ];
  test.skipIf(ripgrep === undefined).each(searches)('finds the same with ripgrep and without: %j', async (search) => {
    tree(PROJECT);
    symlinkSync(join(cwd, 'src'), join(cwd, 'link'));
    symlinkSync(join(cwd, 'README.md'), join(cwd, 'link.md'));
    const withRipgrep = toolBench(cwd, { ripgrep_path: ripgrep ?? null });
    expect(await bench.call('search_files', search)).toEqual(await withRipgrep.call('search_files', search));
  });

  test.skipIf(ripgrep === undefined)('does not heed a configuration of ripgrep', async () => {
    tree({ 'a.txt': 'needle\n', config: '--invert-match\n' });
    const environment = { PATH: process.env.PATH ?? '', RIPGREP_CONFIG_PATH: join(cwd, 'config') };
    const { result } = await toolBench(cwd, { environment }).call('search_files', { pattern: 'needle' });
    expect(result).toBe('a.txt\n     1: needle');
  });

  test('stops a pattern that would take for ever', async () => {
    tree({ 'a.txt': `${'a'.repeat(60)}b\n` });
    const failure = await bench.failure('search_files', { pattern: '(a+)+$' });
    expect(failure.message).toBe('The pattern (a+)+$ takes too long. Use a simpler one, without nested repetition.');
  });

  test('says what is wrong with a pattern', async () => {
    const { message } = await bench.failure('search_files', { pattern: '(unclosed' });
    expect(message).toMatch(/^The pattern is no regular expression: .*Unterminated group/);
  });

  test('bounds what it gives, and says so', async () => {
    tree({ 'a.txt': `${'needle '.repeat(100)}\n`.repeat(2000) });
    for (const ripgrep_path of ripgrep === undefined ? [null] : [null, ripgrep]) {
      const { result, meta } = await toolBench(cwd, { ripgrep_path }).call('search_files', { pattern: 'needle' });
      expect(Buffer.byteLength(result)).toBeLessThan(34 * 1024);
      expect(result).toMatch(/\[\d+ of more than 1000 matches shown; narrow the pattern, path or glob\]$/);
      expect(meta?.summary).toBe('over 1,000 matches in 1 file');
    }
  });

  test('searches large files, and names those it cannot search', async () => {
    const large = Buffer.concat([Buffer.alloc(10 * 1024 * 1024, 'line\n'), Buffer.from('needle\n')]);
    tree({ 'app.log': large, 'sub/b.log': large, 'sub/c.ts': large, 'small.log': 'needle' });
    const wish = { pattern: 'needle', glob: '*.log' };
    expect((await bench.call('search_files', wish)).result).toBe(
      'small.log\n     1: needle\n[2 files larger than 10.0 MB were not searched: app.log, sub/b.log]',
    );
    const inSub = '[1 file larger than 10.0 MB was not searched: sub/b.log]';
    const alone = await bench.call('search_files', { pattern: 'needle', path: 'sub/b.log' });
    expect(alone.result).toBe(`No line in sub/b.log matches needle.\n${inSub}`);
    expect((await bench.call('search_files', { ...wish, path: 'sub' })).result).toMatch(/sub\/b\.log]$/);
    if (ripgrep === undefined) return;
    const found = await toolBench(cwd, { ripgrep_path: ripgrep }).call('search_files', wish);
    expect(found.meta?.summary).toBe('3 matches in 3 files');
  });

  test.skipIf(ripgrep === undefined)('says that a file is too large for ripgrep too', async () => {
    tree({ 'huge.log': '' });
    truncateSync(join(cwd, 'huge.log'), 257 * 1024 * 1024);
    const found = await toolBench(cwd, { ripgrep_path: ripgrep ?? null }).call('search_files', {
      pattern: 'needle',
      path: 'huge.log',
    });
    expect(found.result).toMatch(/\n\[1 file larger than 256\.0 MB was not searched: huge\.log\]$/);
  });

  test.skipIf(ripgrep === undefined)('says where it stopped for the length of what it found', async () => {
    tree({ 'a.json': `needle${'x'.repeat(9 * 1024 * 1024)}`, 'b.txt': 'needle' });
    const { result } = await toolBench(cwd, { ripgrep_path: ripgrep ?? null }).call('search_files', {
      pattern: 'needle',
    });
    expect(result).toMatch(
      /^a\.json\n {5}1: needlex+… .*\n\[the search was stopped after 8\.0 MB of matching lines; narrow .*\]$/,
    );
  });

  test('stops when it is cancelled', async () => {
    tree(PROJECT);
    const call = bench.call('search_files', { pattern: 'needle' }, { signal: AbortSignal.abort(new Error('stop')) });
    await expect(call).rejects.toThrow();
  });
});

describe('list_files', () => {
  test('draws a tree without what git ignores', async () => {
    tree(PROJECT);
    mkdirSync(join(cwd, 'empty'));
    const { result, meta } = await bench.call('list_files', {});
    expect(result.split('\n')).toEqual([
      ...[
        '.github/',
        '  ci.yml',
        'empty/',
        'inner/',
        '  x.log',
        'src/',
        '  a/',
        '    b.ts',
        '  a-b.ts',
        '  a.ts',
        '  a.tsx',
      ],
      ...['sub/', '  a/', '    shallow.txt', '  .gitignore', '  again.log', '  only-here.txt', 'ü/', '  ñ.ts'],
      ...['.gitignore', '.hidden', 'README.md', 'binary.bin', 'keep.log', 'last-line-without-end', 'utf16.txt'],
    ]);
    expect(meta?.summary).toBe('18 files');
  });

  test('takes a bracket that is never closed, and a backslash at the end, for themselves', async () => {
    tree({ 'a[b.txt': '', 'ab.txt': '', 'c\\': '' });
    expect((await bench.call('list_files', { pattern: 'a[b*' })).result).toBe('a[b.txt');
    expect((await bench.call('list_files', { pattern: 'c\\' })).result).toBe('c\\');
  });

  test('stops at a depth and says how much lies deeper', async () => {
    tree({ 'a/b/c.txt': '', 'a/b/d.txt': '', 'a/e.txt': '', 'f.txt': '' });
    expect((await bench.call('list_files', { depth: 1 })).result).toBe('a/ (3 files)\nf.txt');
    expect((await bench.call('list_files', { depth: 2 })).result).toBe('a/\n  b/ (2 files)\n  e.txt\nf.txt');
  });

  test('chooses a depth that fits when there are many files', async () => {
    tree(Object.fromEntries(Array.from({ length: 900 }, (_, at) => [`d${at % 30}/f${at}.txt`, ''])));
    const { result } = await bench.call('list_files', {});
    expect(result.split('\n')).toHaveLength(30);
    expect(result).toContain('d7/ (30 files)');
  });

  test('lists what matches a glob as paths', async () => {
    tree(PROJECT);
    const { result, meta } = await bench.call('list_files', { pattern: 'src/**/*.ts' });
    expect(result).toBe('src/a/b.ts\nsrc/a-b.ts\nsrc/a.ts');
    expect(meta?.summary).toBe('3 files');
    expect((await bench.call('list_files', { pattern: '*.none' })).result).toBe('No file in . matches *.none.');
  });

  test('never shows a name as anything but a name', async () => {
    tree({ 'a\nb\u001b[31m.txt': '', 'c\u202e.txt': '' });
    expect((await bench.call('list_files', {})).result).toBe('a\\nb\\u001b[31m.txt\nc\\u{202e}.txt');
  });

  test('explains a file, and what is not there', async () => {
    tree({ 'a.txt': '' });
    expect((await bench.failure('list_files', { path: 'a.txt' })).message).toBe(
      'a.txt is a file. Use read_file to read it.',
    );
    expect((await bench.failure('list_files', { path: 'no' })).message).toMatch(/^no does not exist/);
  });
});

test.each([
  ['*.ts', 'a/b.ts', true],
  ['*.ts', 'a/b.tsx', false],
  ['a/*.ts', 'a/b/c.ts', false],
  ['a/**/*.ts', 'a/c.ts', true],
  ['/a.ts', 'b/a.ts', false],
  ['**/*.{js,ts}', 'x.ts', true],
  ['{a,b/{c,d}}.ts', 'b/d.ts', true],
  ['a?c', 'abc', true],
  ['a?c', 'a/c', false],
  ['[!a]b', 'cb', true],
  ['[!a]b', 'ab', false],
  ['docs/', 'docs/a/b.md', true],
  ['a.b', 'axb', false],
  ['\\*', '*', true],
  ['\\*', 'a', false],
])('the glob %s takes %s: %s', (glob, path, expected) => {
  expect(readGlob(glob).matches(path)).toBe(expected);
});
