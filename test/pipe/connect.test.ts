import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { checkPromises } from '../helpers/check-promises.ts';
import { type Home, makeHome, PROGRAM, readMessages, runProgram, startProgram } from '../helpers/run-program.ts';

/** Starts our own server with a script; gives what `connect` is called with. */
async function serve(script: readonly unknown[]): Promise<{ readonly home: Home; readonly words: readonly string[] }> {
  const home = makeHome({ 's.json': JSON.stringify(script) });
  const { child } = startProgram(['serve', '--port', '0', '--json', '-m', 'script:s.json'], { home });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { url, token } = JSON.parse(String(line)) as { readonly url: string; readonly token: string };
  return { home, words: ['connect', url, '--token', token] };
}

const WRITES = [{ tool_call: { name: 'write_file', arguments: { path: 'a', content: 'b' } } }];

test('a remote agent answers in a pipe, as the local one does', async () => {
  const { words } = await serve(['Yes.']);
  const answered = { code: 0, stdout: 'Yes.\n', stderr: '' };
  expect(await runProgram([...words, '-p', 'why?'])).toEqual(answered);
  expect(await runProgram([...words, 'why?'])).toEqual(answered);
  expect(await runProgram([...words, '-p'], { input: 'why?\n' })).toEqual(answered);
  const json = await runProgram([...words, '-p', 'why?', '-o', 'json']);
  expect(JSON.parse(json.stdout)).toMatchObject({ status: 'completed', final_text: 'Yes.', turns: 1 });
  const piped = await runProgram([...words, '-p', 'why?', '-o', 'stream-json'], { input: 'a log\n' });
  const messages = readMessages(piped.stdout);
  expect(checkPromises(messages)).toEqual([]);
  const started = messages.find((message) => message.type === 'turn_started');
  expect(started?.input.content).toBe('<context>\na log\n</context>\n\nwhy?');
});

test('messages are handed to a remote agent line by line', async () => {
  const { words } = await serve(['One.', 'Two.']);
  const input = ['{"type":"text","content":"first"}', '{"type":"text","content":"second","delivery":"queue"}', ''];
  const stream = ['--input-format', 'stream-json', '-o', 'stream-json'];
  const { code, stdout } = await runProgram([...words, ...stream], { input: input.join('\n') });
  const texts = readMessages(stdout).flatMap((message) => (message.type === 'done' ? [message.final_text] : []));
  expect([code, texts]).toEqual([0, ['One.', 'Two.']]);
});

test.each([
  ['an approval that nobody could give', [WRITES, 'No.'], 5],
  ['a failure', [[{ error: { kind: 'invalid_request', message: 'no' } }]], 1],
  ['a refused key', [[{ error: { kind: 'auth', status: 401, message: 'bad key' } }]], 4],
  ['a refusal', [{ steps: ['I will not.'], finish: 'refusal' }], 6],
])('%s at the other end has its exit code', async (_name, script, code) => {
  const { words } = await serve(script);
  expect((await runProgram([...words, '-p', 'x'])).code).toBe(code);
});

test.each([
  ['a wrong token', ['--token', 'wrong'], 4, 'The token is missing or wrong.'],
  ['an unknown format', ['-o', 'yaml'], 2, 'There is no output format "yaml"'],
  ['an unknown format of the input', ['--input-format', 'csv'], 2, 'There is no input format "csv"'],
  ['a prompt of nothing', ['  '], 2, 'nothing to answer'],
])('%s is one clear line', async (_name, more, code, said) => {
  const { words } = await serve(['Yes.']);
  const prompt = more[0] === '  ' ? [] : ['x'];
  const end = await runProgram([...words, '-p', ...prompt, ...more]);
  expect({ code: end.code, stdout: end.stdout }).toEqual({ code, stdout: '' });
  expect(end.stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(said)]);
});

test('a reader that goes away ends a remote answer with success', async () => {
  const { home, words } = await serve([[{ text: 'line\n', repeat: 50_000 }]]);
  const line = `"$@" -p go | head -1; echo "\${PIPESTATUS[0]}"`;
  const child = spawn('bash', ['-c', line, 'bash', process.execPath, PROGRAM, ...words], {
    cwd: home.cwd,
    env: home.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect({ stdout, stderr }).toEqual({ stdout: 'line\n0\n', stderr: '' });
});
