import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { checkPromises } from '../helpers/check-promises.ts';
import { makeHome, PROGRAM, readMessages, runProgram, startProgram } from '../helpers/run-program.ts';

const say = (answer: string) => JSON.stringify([answer]);

test('the answer alone goes to standard output, everything human to standard error', async () => {
  const home = makeHome({ 's.json': JSON.stringify([[{ tool_call: { name: 'list_files' } }], 'Two files.']) });
  const { code, stdout, stderr } = await runProgram(['-p', 'what is here?', '-m', 'script:s.json'], { home });
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'Two files.\n' });
  expect(stderr).toContain('list_files');
});

test('the demo model lists files and reads the README with two real tools and answers from their results', async () => {
  const home = makeHome({ 'README.md': '# The moon project\n\nIt is about the moon.\n', 'notes.txt': 'x' });
  const run = await runProgram(['-p', 'list the files here and read the README', '-o', 'stream-json', '-m', 'demo'], {
    home,
  });
  const messages = readMessages(run.stdout);
  expect(checkPromises(messages)).toEqual([]);
  const calls = messages.flatMap((message) => (message.type === 'tool_result' ? [message.result.name] : []));
  expect(calls.toSorted()).toEqual(['list_files', 'read_file']);
  const done = messages.find((message) => message.type === 'done');
  expect(done?.final_text).toContain('The moon project');
  expect(done?.final_text).toContain('notes.txt');
  expect(run.code).toBe(0);
});

test.each([
  ['the prompt and piped text', ['-p', 'why?'], 'a log\n', '<context>\na log\n</context>\n\nwhy?'],
  ['piped text in the place of {}', ['-p', 'why {}?'], 'a log\n', 'why a log?'],
  ['nothing piped in, in the place of {},', ['-p', 'why {}?'], '', 'why ?'],
  ['piped text alone', [], 'a question\n', 'a question'],
])('%s become the message', async (_name, args, input, expected) => {
  const home = makeHome({ 's.json': say('Yes.') });
  const run = await runProgram([...args, '-m', 'script:s.json', '-o', 'stream-json'], { home, input });
  const started = readMessages(run.stdout).find((message) => message.type === 'turn_started');
  expect(started?.input.content).toBe(expected);
});

test('an idle standard input is given up, and that is said', async () => {
  const home = makeHome({ 's.json': say('Yes.') });
  const { child, ended } = startProgram(['-p', 'why?', '-m', 'script:s.json'], { home, input: 'idle' });
  const { code, stdout, stderr } = await ended;
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'Yes.\n' });
  expect(stderr).toContain('Nothing came on standard input');
  child.stdin.destroy();
});

test('a reader that goes away is success', async () => {
  const home = makeHome({ 's.json': JSON.stringify([[{ text: 'line\n', repeat: 50_000 }]]) });
  const line = `${process.execPath} ${PROGRAM} -p go -m script:s.json | head -1; echo "\${PIPESTATUS[0]}"`;
  const child = spawn('bash', ['-c', line], { cwd: home.cwd, env: home.env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(stdout).toBe('line\n0\n');
  expect(stderr).not.toContain('EPIPE');
});

test.each([
  ['an unknown model', ['-p', 'x', '-m', 'gpt-9'], 2, 'gpt-9'],
  ['a missing key', ['-p', 'x', '-m', 'openai/gpt-6'], 4, 'OPENAI_API_KEY'],
  ['an unknown format', ['-p', 'x', '-o', 'yaml'], 2, 'yaml'],
  ['an unknown flag', ['--nope'], 2, '--nope'],
  ['an unknown tool', ['-p', 'x', '-m', 'demo', '--tools', 'fly'], 2, 'fly'],
  ['an unknown mode', ['-p', 'x', '-m', 'demo', '--permission-mode', 'yolo!'], 2, 'yolo!'],
  ['an unknown session', ['-p', 'x', '-m', 'demo', '-r', 'abc'], 2, 'abc'],
  ['an empty prompt', ['-p', '  '], 2, 'nothing to answer'],
  ['a wrong number', ['-p', 'x', '--max-turns', 'many'], 2, 'many'],
  ['a limit that no timer takes', ['-p', 'x', '--tool-timeout', '3600000'], 2, 'Give at most 2147483 seconds.'],
  ['a rule that is no command', ['-p', 'x', '-m', 'demo', '--allow', 'a | b'], 2, 'a | b'],
  ['a recording that is not there', ['replay', 'nowhere.jsonl'], 2, 'nowhere.jsonl'],
])('%s is one clear line and never a stack trace', async (_name, args, code, named) => {
  const end = await runProgram(args);
  expect(end.code).toBe(code);
  expect(end.stderr).toContain(named);
  expect(end.stderr).not.toMatch(/\n\s+at /);
});

test('a config file that is not JSON names the file, the line and the column; a wrong key is only ignored', async () => {
  const home = makeHome({ 's.json': say('Yes.') });
  const folder = join(home.env.XDG_CONFIG_HOME ?? '', 'agent-chat');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), '{\n  "model": oops\n}\n');
  const broken = await runProgram(['-p', 'x', '-m', 'script:s.json'], { home });
  expect(broken.code).toBe(2);
  expect(broken.stderr).toMatch(/config\.json is not valid JSON at line 2, column 12/);
  writeFileSync(join(folder, 'config.json'), '{ "tool_timeout": "many", "modle": "x", /* fine */ "effort": "low", }');
  const wrong = await runProgram(['-p', 'x', '-m', 'script:s.json'], { home });
  expect({ code: wrong.code, stdout: wrong.stdout }).toEqual({ code: 0, stdout: 'Yes.\n' });
  expect(wrong.stderr).toContain('"tool_timeout"');
  expect(wrong.stderr).toContain('"modle"');
});

test.each([
  [
    'an answer that needed an approval',
    [[{ tool_call: { name: 'write_file', arguments: { path: 'a', content: 'b' } } }], 'No.'],
    5,
  ],
  ['a refusal', [{ steps: ['I will not.'], finish: 'refusal' }], 6],
  ['a failure', [[{ error: { kind: 'invalid_request', message: 'no' } }]], 1],
  ['a refused key', [[{ error: { kind: 'auth', status: 401, message: 'bad key' } }]], 4],
  [
    'too many model calls',
    Array.from({ length: 3 }, (_, i) => [{ tool_call: { name: 'list_files', arguments: { depth: i + 1 } } }]),
    3,
  ],
])('%s has its exit code', async (_name, script, code) => {
  const home = makeHome({ 's.json': JSON.stringify(script) });
  const end = await runProgram(['-p', 'x', '-m', 'script:s.json', '--max-turns', '2', '-o', 'stream-json'], { home });
  expect(end.code).toBe(code);
  expect(checkPromises(readMessages(end.stdout))).toEqual([]);
});

test('an interrupt cancels the turn, keeps the promises and exits with 130', async () => {
  const home = makeHome({ 's.json': JSON.stringify([['Begun. ', { stall: true }]]) });
  const { child, ended } = startProgram(['-p', 'x', '-m', 'script:s.json', '-o', 'stream-json'], { home });
  await new Promise<void>((reached) => {
    child.stdout.on('data', (data: Buffer) => {
      if (data.toString().includes('Begun')) reached();
    });
  });
  child.kill('SIGINT');
  const { code, stdout } = await ended;
  const messages = readMessages(stdout);
  expect(code).toBe(130);
  expect(checkPromises(messages)).toEqual([]);
  expect(messages.filter((message) => message.type === 'done').map(({ status }) => status)).toEqual(['cancelled']);
});

test('messages are taken line by line while output streams, and a wrong line is named', async () => {
  const home = makeHome({ 's.json': JSON.stringify(['One.', 'Two.']) });
  const input = [
    '{"type":"text","id":"u1","content":"first"}',
    '{"type":"text","content":7}',
    'not json',
    '{"type":"text","id":"u2","content":"second","delivery":"queue"}',
    '',
  ].join('\n');
  const { code, stdout } = await runProgram(
    ['--input-format', 'stream-json', '-o', 'stream-json', '-m', 'script:s.json'],
    { home, input },
  );
  const messages = readMessages(stdout);
  expect(code).toBe(0);
  expect(checkPromises(messages)).toEqual([]);
  expect(messages.flatMap((message) => (message.type === 'turn_started' ? [message.input.id] : []))).toEqual([
    'u1',
    'u2',
  ]);
  const warnings = messages.flatMap((message) => (message.type === 'system_warning' ? [message.message] : []));
  expect(warnings).toEqual([expect.stringContaining('Line 2'), expect.stringContaining('Line 3')]);
  expect(warnings[0]).toContain('content');
});

test('an approval that is asked when nobody is left is denied, and the program ends', async () => {
  const home = makeHome({
    's.json': JSON.stringify([[{ tool_call: { name: 'write_file', arguments: { path: 'a', content: 'b' } } }], 'No.']),
  });
  const input = '{"type":"text","content":"write"}\n';
  const args = ['--input-format', 'stream-json', '-o', 'stream-json', '-m', 'script:s.json'];
  const { code, stdout } = await runProgram(args, { home, input });
  const messages = readMessages(stdout);
  expect(checkPromises(messages)).toEqual([]);
  expect(code).toBe(5);
  const error = messages.flatMap((message) => (message.type === 'tool_error' ? [message.error.error] : []));
  expect(error.join()).toMatch(/a would be written\. Nobody can approve it here; start with --permission-mode edits/);
  expect(stdout).not.toMatch(/"by":"user"|The person/);
});

test('a recording replays as it was, through any format, and events go to a file beside the answer', async () => {
  const home = makeHome({ 's.json': say('Yes.') });
  const args = ['-p', 'x', '-m', 'script:s.json', '--record', 'r.jsonl', '--events', 'sse=e.sse', '-o', 'stream-json'];
  const live = await runProgram(args, { home });
  const replayed = await runProgram(['replay', 'r.jsonl', '-o', 'stream-json'], { home });
  expect(replayed.stdout).toBe(live.stdout);
  const sse = await runProgram(['replay', 'r.jsonl', '-o', 'sse'], { home });
  expect(sse.stdout).toBe(readFileSync(join(home.cwd, 'e.sse'), 'utf8'));
});

test('a recording replaces no file that holds something', async () => {
  const home = makeHome({ 's.json': say('Yes.'), 'kept.jsonl': 'precious', 'empty.jsonl': '' });
  const record = (file: string) => runProgram(['-p', 'x', '-m', 'script:s.json', '--record', file], { home });
  const refused = await record('kept.jsonl');
  expect(refused).toEqual({
    code: 2,
    stdout: '',
    stderr: 'agent-chat: --record: kept.jsonl exists already, and a recording replaces nothing. Name another file.\n',
  });
  expect(readFileSync(join(home.cwd, 'kept.jsonl'), 'utf8')).toBe('precious');
  expect((await record('empty.jsonl')).code).toBe(0);
  expect(readMessages(readFileSync(join(home.cwd, 'empty.jsonl'), 'utf8')).at(-1)?.type).toBe('session_ended');
});

test('no provider key reaches a command, the session or the output', async () => {
  const key = 'sk-ant-secret-0123456789';
  const home = makeHome({
    's.json': JSON.stringify([[{ tool_call: { name: 'run_command', arguments: { command: 'env' } } }], 'Done.']),
  });
  const args = ['-p', 'x', '-m', 'script:s.json', '--allow', 'env', '-o', 'stream-json'];
  const env = { ANTHROPIC_API_KEY: key, OTHER: key };
  const { stdout, stderr } = await runProgram(args, { home, env });
  expect(stdout).toContain('"tool_result"');
  expect(stdout + stderr).not.toContain(key);
  // Nor was there anything to mask.
  expect(stdout).not.toMatch(/ANTHROPIC_API_KEY|\[secret\]/);
});

test('sessions continue, with what was said before', async () => {
  const home = makeHome({ 's.json': say('Blue.'), 't.json': say('Still blue.') });
  await runProgram(['-p', 'my colour is blue', '-m', 'script:s.json'], { home });
  const { code, stdout } = await runProgram(['-c', '-p', 'and now?', '-m', 'script:t.json', '-o', 'stream-json'], {
    home,
  });
  expect(code).toBe(0);
  expect(readMessages(stdout)[0]).toMatchObject({ type: 'session_started', resumed: true });
  const { stdout: shown } = await runProgram(['sessions', 'list', '--json'], { home });
  const [session] = JSON.parse(shown) as { session_id: string; turns: number }[];
  expect(session?.turns).toBe(2);
  const { stdout: markdown } = await runProgram(['sessions', 'show', session?.session_id ?? ''], { home });
  expect(markdown).toContain('my colour is blue');
  expect(markdown).toContain('Still blue.');
});

test.skipIf(!existsSync('/dev/full')).each(['--help', '--version'])('%s to a full disk fails in one line', (flag) => {
  const full = openSync('/dev/full', 'w');
  onTestFinished(() => closeSync(full));
  const { status, stderr } = spawnSync(process.execPath, [PROGRAM, flag], {
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringMatching(/^agent-chat: standard output cannot be written: ENOSPC[^\n]*\n$/),
  });
});

test('help and version are printed and exit with success', async () => {
  const help = await runProgram(['--help']);
  expect(help.code).toBe(0);
  expect(help.stdout).toContain('agent-chat -p');
  const version = await runProgram(['--version']);
  expect(version).toEqual({
    code: 0,
    stdout: `${(JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version}\n`,
    stderr: '',
  });
});

test('a control character in a path or a command is a mistake of the model, not a missed approval', async () => {
  const calls = [
    { tool_call: { name: 'read_file', arguments: { path: 'a\u0001b' } } },
    { tool_call: { name: 'run_command', arguments: { command: 'cat a\u0001b' } } },
  ];
  const home = makeHome({ 's.json': JSON.stringify([calls, 'Done.']) });
  const { code, stdout } = await runProgram(['-p', 'x', '-m', 'script:s.json', '-o', 'json'], { home });
  const { tool_calls } = JSON.parse(stdout) as { tool_calls: { status: string }[] };
  expect(tool_calls.map(({ status }) => status)).toEqual(['invalid_arguments', 'invalid_arguments']);
  expect(code).toBe(0);
});

test('the final text of a turn that fails holds nothing of the response that failed', async () => {
  const broken = [{ text: 'half an ans' }, { error: { kind: 'invalid_request', message: 'no' } }];
  const home = makeHome({
    's.json': JSON.stringify([broken]),
    't.json': JSON.stringify([{ steps: [{ text: 'All of this. ' }], finish: 'length' }, broken]),
  });
  const final = async (script: string) => {
    const { stdout } = await runProgram(['-p', 'x', '-m', `script:${script}`, '-o', 'json'], { home });
    const { status, final_text } = JSON.parse(stdout) as Record<string, unknown>;
    return [status, final_text];
  };
  expect(await final('s.json')).toEqual(['error', '']);
  expect(await final('t.json')).toEqual(['error', 'All of this. ']);
});

test('a batch of calls that is refused as a whole is told in one line', async () => {
  const calls = Array.from({ length: 30 }, () => ({ tool_call: { name: 'list_files', arguments: {} } }));
  const home = makeHome({ 's.json': JSON.stringify([calls, 'Fewer, then.']) });
  const { code, stdout, stderr } = await runProgram(['-p', 'x', '-m', 'script:s.json'], { home });
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'Fewer, then.\n' });
  expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(/^Warning: 30 tool calls in one response/)]);
});

test('a refused key without any advice of its provider leads to the doctor', async () => {
  const refused = [{ error: { kind: 'auth', status: 401, message: 'bad key' } }];
  const home = makeHome({ 's.json': JSON.stringify([refused]) });
  const { stderr } = await runProgram(['-p', 'x', '-m', 'script:s.json'], { home });
  expect(stderr).toBe('Error: bad key. Check the key: agent-chat doctor shows which are found, and where.\n');
});
