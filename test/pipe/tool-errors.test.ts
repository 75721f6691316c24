import { expect, test } from 'vitest';
import { makeHome, readMessages, runProgram } from '../helpers/run-program.ts';

test.each([
  ['a path', 'read_file', 'invalid_arguments', { path: 'p'.repeat(40_000) }],
  ['a path that is just allowed', 'read_file', 'failed', { path: 'p'.repeat(4000) }],
  ['the name of an argument', 'read_file', 'invalid_arguments', { ['k'.repeat(40_000)]: 1 }],
  ['an address', 'fetch_url', 'failed', { url: `x${'u'.repeat(8000)}` }],
  ['a tool', 't'.repeat(40_000), 'unknown_tool', {}],
])('an error quotes only the beginning of a long value: %s', async (_what, name, kind, args) => {
  const calls = [{ tool_call: { name, arguments: args } }];
  const home = makeHome({ 's.json': JSON.stringify([calls, 'Well.']) });
  const { stdout, stderr } = await runProgram(['-p', 'go', '-m', 'script:s.json', '-o', 'stream-json'], { home });
  const errors = readMessages(stdout).filter((message) => message.type === 'tool_error');
  expect(errors).toEqual([expect.objectContaining({ kind })]);
  expect(errors[0]!.error.error.length).toBeLessThan(5000);
  expect(Math.max(...stderr.split('\n').map((line) => line.length))).toBeLessThan(1000);
});
