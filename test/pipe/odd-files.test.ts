import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPlainFile } from '../../src/plain-file.ts';
import { makeHome, readMessages, startProgram } from '../helpers/run-program.ts';

// A read that waited would never end, and take no signal but SIGKILL.
test.skipIf(process.platform === 'win32')(
  'named pipes and terminals in the place of files that are read unasked stop nothing',
  async () => {
    const calls = [
      { tool_call: { name: 'list_files', arguments: {} } },
      { tool_call: { name: 'search_files', arguments: { pattern: 'x', path: 'pipe' } } },
    ];
    const home = makeHome({ 's.json': JSON.stringify([calls, 'Done.']) });
    const pipe = join(home.cwd, 'pipe');
    execFileSync('mkfifo', [pipe]);
    mkdirSync(join(home.cwd, '.git'));
    for (const name of ['.git/HEAD', '.gitignore', 'AGENTS.md']) symlinkSync(pipe, join(home.cwd, name));
    mkdirSync(join(home.cwd, 'sub'));
    symlinkSync('/dev/tty', join(home.cwd, 'sub/.gitignore'));
    const { child, ended } = startProgram(['-p', 'x', '-m', 'script:s.json', '-o', 'stream-json'], { home });
    const giveUp = setTimeout(() => child.kill('SIGKILL'), 40_000);
    const { code, stdout } = await ended;
    clearTimeout(giveUp);
    expect(code).toBe(0);
    const ends = readMessages(stdout).flatMap((message) => {
      if (message.type === 'tool_result') return [String(message.result.result)];
      return message.type === 'tool_error' ? [message.error.error] : [];
    });
    expect(ends.sort()).toEqual([
      expect.stringContaining('pipe is not a regular file (a device, pipe or socket).'),
      expect.stringContaining('sub/'),
    ]);
  },
);

test.skipIf(process.platform === 'win32')('only regular files up to a limit are read, links followed', () => {
  const { cwd } = makeHome({ text: 'hello', large: 'x'.repeat(10_001) });
  const at = (name: string): string => join(cwd, name);
  execFileSync('mkfifo', [at('pipe')]);
  symlinkSync('text', at('link'));
  symlinkSync('pipe', at('pipe-link'));
  symlinkSync('nowhere', at('dangling'));
  writeFileSync(at('empty'), '');
  const read = (name: string): string | undefined => readPlainFile(at(name), 10_000)?.toString('utf8');
  expect([read('text'), read('link'), read('empty')]).toEqual(['hello', 'hello', '']);
  for (const name of ['large', 'pipe', 'pipe-link', 'dangling', '.', 'text/below']) expect(read(name)).toBeUndefined();
  expect(readPlainFile('/dev/zero', 10_000)).toBeUndefined();
  rmSync(at('pipe'));
});
