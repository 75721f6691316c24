import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Home, makeHome, readMessages, runProgram } from '../helpers/run-program.ts';

const KEY = 'sk-ant-"quoted"-0123456789abcdef';

const call = (name: string, input: object) => ({ tool_call: { name, arguments: input } });

function projectWith(calls: readonly object[]): Home {
  const made = makeHome({ 's.json': JSON.stringify([calls, 'Done.']) });
  const home = { ...made, cwd: join(made.path, 'project') };
  mkdirSync(home.cwd);
  writeFileSync(join(home.cwd, 'leak.txt'), `first\nkey=${KEY}\n`);
  return home;
}

async function endsOf(home: Home, mode: string): Promise<{ ends: Map<string, string>; stdout: string }> {
  const args = ['-p', 'go', '-m', 'script:../s.json', '-o', 'stream-json', '--permission-mode', mode, '--i-know'];
  const { stdout } = await runProgram(args, { home, env: { ANTHROPIC_API_KEY: KEY } });
  const ends = new Map<string, string>();
  for (const message of readMessages(stdout)) {
    if (message.type === 'tool_result') ends.set(message.result.name, message.result.result);
    if (message.type === 'tool_error') ends.set(message.error.name, message.error.error);
  }
  return { ends, stdout };
}

function everyFile(folder: string): string {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

test.each(['ask', 'auto', 'full'])(
  'a key in a file or an output reaches neither the model nor a log in the mode %s',
  async (mode) => {
    const home = projectWith([
      call('run_command', { command: 'cat leak.txt' }),
      call('read_file', { path: 'leak.txt' }),
      call('search_files', { pattern: 'key' }),
    ]);
    const { ends, stdout } = await endsOf(home, mode);
    for (const name of ['run_command', 'read_file', 'search_files']) expect(ends.get(name)).toContain('key=[secret]');
    expect(stdout).not.toContain('0123456789abcdef');
    expect(everyFile(join(home.path, 'state'))).not.toContain('0123456789abcdef');
  },
);

test('a key that comes in pieces, in an output too long for the model, is masked in the file that keeps it', async () => {
  const pieces = `printf %s "\${k:0:9}"; sleep 0.2; printf %s "\${k:9}"`;
  const command = `k=$(sed -n s/key=//p leak.txt); seq 20000; ${pieces}; seq 20000; { ${pieces}; } >&2`;
  const home = projectWith([call('run_command', { command })]);
  const { ends, stdout } = await endsOf(home, 'full');
  expect(ends.get('run_command')).toContain('[secret]');
  const kept = everyFile(join(home.path, 'state/agent-chat/outputs'));
  expect(kept).toContain('20000\n[secret]1\n');
  expect(`${stdout}${kept}`).not.toContain('0123456789abcdef');
});

test.runIf(process.platform === 'linux')(
  'a command without a sandbox does not find the key in the environment of the program',
  async () => {
    const command = "tr '\\0' '\\n' < /proc/$PPID/environ | sed 's/^ANTHROPIC_API_KEY=$/was emptied/'";
    const { ends } = await endsOf(projectWith([call('run_command', { command })]), 'full');
    expect(ends.get('run_command')).toContain('\nwas emptied');
    expect(ends.get('run_command')).toContain('\nHOME=/');
  },
);

test('a file with a key is not written with what stands for it, and can be edited beside it', async () => {
  const home = projectWith([
    call('write_file', { path: 'leak.txt', content: 'second\nkey=[secret]\n' }),
    call('edit_file', { path: 'leak.txt', old_string: 'first', new_string: 'second' }),
  ]);
  const { ends } = await endsOf(home, 'full');
  expect(ends.get('write_file')).toMatch(/holds a key that is shown as \[secret\]/);
  expect(readFileSync(join(home.cwd, 'leak.txt'), 'utf8')).toBe(`second\nkey=${KEY}\n`);
});
