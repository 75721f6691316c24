import { describe, expect, test } from 'vitest';
import { readRequest } from '../../../../src/providers/demo/read-request.ts';

/** Writes tasks as the tests below read them: `tool a=1 b=2`, or the kind. */
function inShort(text: string): string[] {
  return readRequest(text).map((task) => {
    if (task.type !== 'call') return task.type;
    const input = Object.entries(task.input).map(([key, value]) => `${key}=${value}`);
    return [task.name, ...input].join(' ');
  });
}

describe('the demo reads', () => {
  test.each<[string, string[]]>([
    ['list the files here and read the README', ['list_files', 'read_file path=README.md']],
    ['ls src', ['list_files path=src']],
    ['What files are in src?', ['list_files path=src']],
    ['how many files are here?', ['list_files']],
    ['find all markdown files in docs', ['list_files pattern=**/*.md path=docs']],
    ['list only *.ts files', ['list_files pattern=**/*.ts']],
    [
      'read src/a.ts, src/b.ts and src/c.ts',
      ['read_file path=src/a.ts', 'read_file path=src/b.ts', 'read_file path=src/c.ts'],
    ],
    ['show the first 5 lines of README.md', ['read_file path=README.md limit=5']],
    ['what does the README say?', ['read_file path=README.md']],
    ['search for "foo and bar" in src', ['search_files pattern=foo and bar path=src']],
    ['where is createAgent defined?', ['search_files pattern=createAgent']],
    ['run `ls -la | head -3; echo done`', ['run_command command=ls -la | head -3; echo done']],
    ['run the tests', ['run_command command=npm test']],
    ['run npm test and then read the README', ['run_command command=npm test', 'read_file path=README.md']],
    [
      'replace all "a, b" with "c and d" in x.txt',
      ['edit_file path=x.txt old_string=a, b new_string=c and d replace_all=true'],
    ],
    ['in a.txt replace "x" with "y"', ['edit_file path=a.txt old_string=x new_string=y']],
    ['create notes.txt with "hello and good bye"', ['write_file path=notes.txt content=hello and good bye\n']],
    ['write "hello" to out.txt', ['write_file path=out.txt content=hello\n']],
    ['fetch https://example.com/a.html.', ['fetch_url url=https://example.com/a.html']],
    ['use several tools at once', ['list_files depth=1', 'search_files pattern=TODO', 'read_file path=package.json']],
    ['Please list the files, then search for MIT. Thanks!', ['list_files', 'search_files pattern=MIT', 'thanks']],
    ['count to 100', ['count']],
    ['show me markdown', ['showcase']],
    ['think hard about it', ['think']],
    ['hello', ['greeting']],
  ])('%s', (text, tasks) => {
    expect(inShort(text)).toEqual(tasks);
  });

  test.each(['what is the meaning of life?', 'delete everything', 'fix the bug in main.ts', '', '???', 'read it'])(
    'no more into "%s" than is there',
    (text) => {
      expect(inShort(text)).toEqual(['unknown']);
    },
  );
});
