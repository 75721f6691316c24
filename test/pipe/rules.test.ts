import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeHome, readMessages, runProgram } from '../helpers/run-program.ts';

test('a wrong rule that forbids stops the start in one line, with nothing run', async () => {
  const home = makeHome({ 's.json': JSON.stringify([[{ tool_call: { name: 'list_files' } }], 'Done.']) });
  mkdirSync(join(home.path, 'config/agent-chat'), { recursive: true });
  writeFileSync(join(home.path, 'config/agent-chat/config.json'), '{ "deny": ["touch", 5] }');
  const { code, stdout, stderr } = await runProgram(['-p', 'go', '-m', 'script:s.json'], { home });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^.*config\.json has 5 as "deny\.1" at line 1, column \d+\. Give a list of rules.*\n$/);
});

test('searches and lists leave out what may not be read, and say so', async () => {
  const call = (name: string, input: object) => ({ tool_call: { name, arguments: input } });
  const calls = [
    call('search_files', { pattern: 'TOPSECRET' }),
    call('list_files', {}),
    call('list_files', { pattern: '*.env' }),
    call('edit_file', { path: 'secrets/a.env', old_string: '=', new_string: ':' }),
    call('run_command', { command: 'cat secrets/a.env' }),
  ];
  const home = makeHome({ 's.json': JSON.stringify([calls, 'Done.']), 'open.txt': 'TOPSECRET here\n' });
  mkdirSync(join(home.path, 'secrets'));
  writeFileSync(join(home.path, 'secrets/a.env'), 'TOPSECRET=hidden\n');
  const args = ['-p', 'go', '-m', 'script:s.json', '-o', 'stream-json', '--permission-mode', 'full', '--i-know'];
  const { stdout } = await runProgram([...args, '--deny', 'read:secrets'], { home });
  const ends = readMessages(stdout).flatMap((message) => {
    if (message.type === 'tool_result') return [{ name: message.result.name, text: message.result.result }];
    return message.type === 'tool_error' ? [{ name: message.error.name, text: message.error.error }] : [];
  });
  const [search, edit, command, ...lists] = ['search_files', 'edit_file', 'run_command', 'list_files'].flatMap((name) =>
    ends.filter((end) => end.name === name).map(({ text }) => text),
  );
  expect(search).toContain('TOPSECRET here');
  for (const seen of [search, ...lists])
    expect(seen).toContain('[secrets was left out: a rule covers it, or keys are kept there]');
  expect(lists.join('\n')).toContain('open.txt');
  for (const refused of [edit, command]) expect(refused).toContain('read:secrets');
  expect(ends.map(({ text }) => text).join('\n')).not.toContain('hidden');
  expect(lists.join('\n')).not.toContain('a.env');
});

test.each([
  ['what a rule forbids', ['--deny', 'touch'], 0],
  ['what the mode plan forbids', ['--permission-mode', 'plan'], 0],
  ['what nobody can approve', [], 5],
  ['what nobody can approve beside what a rule forbids', ['--deny', 'touch b'], 5],
])('%s has its own exit code', async (_what, flags, code) => {
  const calls = ['a', 'b'].map((name) => ({
    tool_call: { name: 'run_command', arguments: { command: `touch ${name}` } },
  }));
  const home = makeHome({ 's.json': JSON.stringify([calls, 'Without.']) });
  const run = await runProgram(['-p', 'go', '-m', 'script:s.json', ...flags], { home });
  expect([run.code, run.stdout]).toEqual([code, 'Without.\n']);
});
