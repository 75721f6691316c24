import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Home, makeHome, runProgram } from '../helpers/run-program.ts';

function homeWithConfig(text: string): { readonly home: Home; readonly file: string } {
  const home = makeHome({ 's.json': JSON.stringify(['Yes.']) });
  const folder = join(home.path, 'config', 'agent-chat');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'config.json');
  writeFileSync(file, text);
  return { home, file };
}

test('what runs nothing goes on without a config file that cannot be read, and says so', async () => {
  const { home, file } = homeWithConfig('{\n  "deny": [oops] }');
  const problem = `The config file ${file} is not valid JSON at line 2, column 12: Invalid symbol. Mend it or move it away.\n`;
  for (const args of [['sessions'], ['stats'], ['models', 'demo']]) {
    const { code, stdout, stderr } = await runProgram(args, { home });
    expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: `Warning: ${problem}` });
    expect(stdout).not.toBe('');
  }
  for (const args of [['config'], ['mcp'], ['serve'], ['-p', 'x', '-m', 'script:s.json']]) {
    const end = await runProgram(args, { home });
    expect({ args, ...end }).toEqual({ args, code: 2, stdout: '', stderr: `agent-chat: ${problem}` });
  }
  expect(await runProgram(['config', 'path'], { home })).toEqual({ code: 0, stdout: `${file}\n`, stderr: '' });
  expect((await runProgram(['config', 'keys'], { home })).stdout).toContain('permission_mode');
});

test('each wrong entry is told with its place, to who asks for an answer and to who lists the models', async () => {
  const { home, file } = homeWithConfig(`{
  "providers": { "bad": { "base_url": "nonsense" }, "good": { "base_url": "http://127.0.0.1:9/v1", "models": ["m"] } },
  "keys": { "send": "nokey+z",
    "bogus": "q" }
}`);
  const warnings = [
    `Warning: ${file}, line 2, column 27: "providers.bad.base_url" is wrong: Invalid URL; this entry is ignored.`,
    `Warning: ${file}, line 3, column 13: "keys.send" is wrong: "nokey+z" is not a key; it is ignored. Write it like ctrl+k, alt+up or f2.`,
    `Warning: ${file}, line 4, column 5: there is no action "bogus" to give a key. /keys lists them.`,
  ].map((line) => `${line}\n`);
  const answered = await runProgram(['-p', 'x', '-m', 'script:s.json'], { home });
  expect(answered).toEqual({ code: 0, stdout: 'Yes.\n', stderr: warnings.join('') });
  const listed = await runProgram(['models', 'good'], { home });
  expect(listed.stderr).toBe(warnings.join(''));
  expect(listed.stdout).toContain('good/m');
});

test.each([
  ['a file that is not JSON', '{ "model": oops }', 'is not valid JSON at line 1, column 12'],
  ['a rule that protects and is none', '{ "deny": ["a | b"] }', 'a | b'],
  ['certificates that are not there', '{ "ca_file": "/none.pem" }', '/none.pem'],
  ['a model that is not there', '{ "model": "gpt-9" }', 'There is no model "gpt-9"'],
  ['a key that is missing', '{ "model": "openai/gpt-5" }', 'OPENAI_API_KEY'],
])('the doctor reports %s as one failing check among the others', async (_name, text, said) => {
  const { home } = homeWithConfig(text);
  const { code, stdout, stderr } = await runProgram(['doctor'], { home });
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  const failing = stdout.split('\n').filter((line) => line.startsWith('✗'));
  expect(failing).toEqual([expect.stringContaining(said)]);
  expect(stdout).toContain('· Sessions: ');
  const { stdout: json } = await runProgram(['doctor', '--json'], { home });
  const levels = (JSON.parse(json) as { readonly level: string }[]).map(({ level }) => level);
  expect(levels.filter((level) => level === 'error')).toHaveLength(1);
});

test('a doctor who finds nothing wrong is content', async () => {
  const { home } = homeWithConfig('{}');
  const { code, stdout } = await runProgram(['doctor'], { home });
  expect(code).toBe(0);
  expect(stdout).not.toContain('✗');
});
