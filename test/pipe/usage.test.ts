import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeHome, PROGRAM, readMessages, runProgram } from '../helpers/run-program.ts';

test.each([
  ['modles', 'models'],
  ['model', 'models'],
  ['server', 'serve'],
  ['sesions', 'sessions'],
  ['docter', 'doctor'],
])('the slip %s is told, and nothing is asked of a model', async (word, meant) => {
  const { code, stdout, stderr } = await runProgram([word]);
  expect({ code, stdout, stderr }).toEqual({
    code: 2,
    stdout: '',
    stderr: `agent-chat: unknown command ${word}: did you mean ${meant}? For a prompt of one word: agent-chat -- ${word}\n`,
  });
});

test.each([
  [['--deny', 'ls', 'sessions'], 'sessions', '--deny'],
  [['-m', 'demo', 'models'], 'models', '--model'],
  [['--no-tools', 'doctor'], 'doctor', '--no-tools'],
  [['--permission-mode', 'plan', 'connect', 'http://127.0.0.1:1/'], 'connect', '--permission-mode'],
  [['--plain', '-m', 'demo', 'serve'], 'serve', '--plain'],
])('%j is refused: the command has no such flag', async (args, name, flag) => {
  expect(await runProgram(args)).toEqual({
    code: 2,
    stdout: '',
    stderr: `agent-chat: ${name} does not take ${flag}. See agent-chat ${name} --help.\n`,
  });
});

test.each([
  [['--no-tools', '--tools', 'read_file', '-p', 'x'], '--no-tools and --tools'],
  [['-p', 'x', '--tools', 'read_file', '--no-tools'], '--tools and --no-tools'],
  [['serve', '--tools', 'read_file', '--no-tools'], '--tools and --no-tools'],
])('%j is refused: one of them would have no effect', async (args, flags) => {
  const env = { AGENT_CHAT_MODEL: 'demo' };
  const stderr = `agent-chat: ${flags} do not go together.\n`;
  expect(await runProgram(args, { env })).toEqual({ code: 2, stdout: '', stderr });
});

test('a flag of a command may stand before its name', async () => {
  const home = makeHome({ 's.json': JSON.stringify(['Yes.']) });
  await runProgram(['-p', 'x', '-m', 'script:s.json', '--record', 'r.jsonl'], { home });
  const [before, behind] = await Promise.all(
    [
      ['-o', 'json', 'replay', 'r.jsonl'],
      ['replay', 'r.jsonl', '-o', 'json'],
    ].map((args) => runProgram(args, { home })),
  );
  expect(before).toEqual(behind);
  expect(before?.stdout).toContain('"final_text":"Yes."');
});

test.each([[['hello']], [['--', 'modles']], [['modles', 'please']], [['-p', 'modles']]])(
  '%j is a prompt',
  async (args) => {
    const { code, stdout } = await runProgram(args, { env: { AGENT_CHAT_MODEL: 'demo' } });
    expect(code).toBe(0);
    expect(stdout).not.toBe('');
  },
);

test('help is --help, with a command behind it that of the command, and with anything else a prompt', async () => {
  const [flag, word, models] = await Promise.all(
    [['--help'], ['help'], ['help', 'models']].map((args) => runProgram(args)),
  );
  expect(word).toEqual(flag);
  expect(models?.stdout).toContain('agent-chat models');
  expect((await runProgram(['help', 'me'])).stdout).toContain('demo');
});

test('a folder that is gone at the start, and one that a recording lacks, are told in one line', async () => {
  const { cwd, env } = makeHome();
  const inDeleted = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"';
  const gone = spawnSync('/bin/sh', ['-c', inDeleted, 'sh', process.execPath, PROGRAM, '-p', 'x'], {
    cwd,
    env,
    input: '',
  });
  expect([gone.status, String(gone.stderr)]).toEqual([
    2,
    'agent-chat: The folder this was started in is gone: it was deleted or moved. Go to another one.\n',
  ]);
  const { code, stderr } = await runProgram(['-p', 'x', '-m', 'demo', '--record', 'none/r.jsonl']);
  expect([code, stderr]).toEqual([2, 'agent-chat: --record: there is no folder none.\n']);
});

test('an input without a message is told, whatever the format', async () => {
  const { code, stderr } = await runProgram(['--input-format', 'stream-json', '-m', 'demo'], { input: '\n' });
  expect([code, stderr]).toEqual([1, 'Nothing was asked: no message came.\n']);
});

test('an answer that stays cut at the length limit is halted, even where only errors are told', async () => {
  const cut = Array.from({ length: 4 }, () => ({ steps: ['more '], finish: 'length' }));
  const home = makeHome({ 's.json': JSON.stringify(cut) });
  const [normal, quiet] = await Promise.all(
    [[], ['-q']].map((more) => runProgram(['-p', 'x', '-m', 'script:s.json', ...more], { home })),
  );
  expect([normal?.code, quiet?.code]).toEqual([3, 3]);
  expect(normal?.stdout).toBe('more more more more \n');
  expect(normal?.stderr).toBe(
    'Warning: The answer was cut at the length limit 4 times in a row. Send "Go on." to have it continued.\n',
  );
  expect(quiet?.stderr).toBe('Halted: the service ended the answer before it was whole.\n');
});

test('where no model was named and there is no key, the demo says that it answers, and edits nothing', async () => {
  const home = makeHome();
  const ask = ['-p', 'create notes.txt with "hello"', '--permission-mode', 'edits'];
  const [unasked, quiet, silent] = await Promise.all([
    runProgram(ask, { home }),
    runProgram([...ask, '-q', '-o', 'json'], { home }),
    runProgram(ask, { home, env: { OLLAMA_HOST: '127.0.0.1:9' } }),
  ]);
  const remedy =
    'the built-in demo model answers, and edits nothing. Set ANTHROPIC_API_KEY, OPENAI_API_KEY or another key, or name a model with -m; -m demo is the demo in full.\n';
  expect(unasked.stderr).toContain(`Warning: There is no key and no local server: ${remedy}`);
  expect(silent.stderr).toContain(
    `Warning: There is no key and Ollama does not answer at 127.0.0.1:9 (from OLLAMA_HOST): ${remedy}`,
  );
  expect(unasked.stdout).not.toContain('permission');
  expect(quiet.stderr).not.toContain('demo');
  expect(JSON.parse(quiet.stdout)).toMatchObject({ model: 'demo/demo' });
  expect(existsSync(join(home.cwd, 'notes.txt'))).toBe(false);
  const asked = await runProgram([...ask, '-m', 'demo'], { home });
  expect({ code: asked.code, stderr: asked.stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining('demo') });
  expect(existsSync(join(home.cwd, 'notes.txt'))).toBe(true);
});

test('a notice begins a line of its own where answer and notices go into the same pipe or file', () => {
  const steps = ['I look.', { tool_call: { name: 'list_files', arguments: {} } }];
  const home = makeHome({ 's.json': JSON.stringify([steps, ['Nothing.']]) });
  const run = (into: string) => {
    const argv = [process.execPath, PROGRAM, '-p', 'x', '-m', 'script:s.json'];
    return spawnSync('/bin/sh', ['-c', `"$@" ${into}`, 'sh', ...argv], { cwd: home.cwd, env: home.env, input: '' });
  };
  const together = /^I look\.\n· list_files .*\n+Nothing\.\n$/;
  expect(String(run('2>&1').stdout)).toMatch(together);
  run('>both 2>&1');
  expect(readFileSync(join(home.cwd, 'both'), 'utf8')).toMatch(together);
  const apart = run('');
  expect([String(apart.stdout), String(apart.stderr)]).toEqual([
    'I look.\n\nNothing.\n',
    expect.stringMatching(/^· list/),
  ]);
});

test('what is no text is not sent to a model, and UTF-16 is read', async () => {
  const home = makeHome({ 's.json': JSON.stringify(['Yes.']) });
  const pipe = async (input: Buffer) => {
    const end = spawnSync(process.execPath, [PROGRAM, '-p', 'what?', '-m', 'script:s.json', '-o', 'stream-json'], {
      cwd: home.cwd,
      env: home.env,
      input,
    });
    return { code: end.status, stdout: String(end.stdout), stderr: String(end.stderr) };
  };
  const random = Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7919 + (at >> 3) * 104729) % 256));
  expect(await pipe(random)).toEqual({
    code: 2,
    stdout: '',
    stderr: 'agent-chat: Standard input holds no text. Save it as a file and name that in the prompt.\n',
  });
  for (const text of [Buffer.from('\ufeffaé\n', 'utf16le'), Buffer.from('\ufeffaé\0\n')]) {
    const { stdout } = await pipe(text);
    const started = readMessages(stdout).find((message) => message.type === 'turn_started');
    expect(started?.input.content).toBe('<context>\naé\n</context>\n\nwhat?');
  }
});

test.skipIf(process.platform !== 'linux')(
  'a recording, events or an export that cannot be written end with a failure, at once where that is clear',
  async () => {
    const home = makeHome({ 's.json': JSON.stringify(['Yes.']) });
    const ask = ['-p', 'x', '-m', 'script:s.json'];
    const folder = await runProgram([...ask, '--record', '.'], { home });
    expect([folder.code, folder.stderr]).toEqual([2, 'agent-chat: --record cannot write to .: it is a folder.\n']);
    spawnSync('mkfifo', [join(home.cwd, 'pipe')]);
    symlinkSync('elsewhere', join(home.cwd, 'link'));
    const unread = 'nobody reads this named pipe; start its reader first';
    for (const [flag, target, why] of [
      ['--record', 'link', 'it is a symbolic link'],
      ['--record', 'pipe', unread],
      ['--events', 'pipe', unread],
    ] as const) {
      const { code, stderr } = await runProgram([...ask, flag, target], { home });
      expect([code, stderr]).toEqual([2, `agent-chat: ${flag} cannot write to ${target}: ${why}.\n`]);
    }
    const number = await runProgram([...ask, '--events', 'fd:9'], { home });
    expect([number.code, number.stdout]).toEqual([2, '']);
    expect(number.stderr).toMatch(/^agent-chat: --events cannot write to fd:9: /);
    const word = await runProgram([...ask, '--events', 'fd:out'], { home });
    expect([word.code, word.stderr]).toEqual([
      2,
      'agent-chat: --events cannot write to fd:out: behind "fd:" stands a number, as in fd:3.\n',
    ]);
    for (const flag of ['--record', '--events']) {
      const full = await runProgram([...ask, flag, '/dev/full'], { home });
      expect({ flag, code: full.code, stdout: full.stdout }).toEqual({ flag, code: 1, stdout: 'Yes.\n' });
      expect(full.stderr).toMatch(/^Error: .*\/dev\/full.*$/m);
    }
  },
);
