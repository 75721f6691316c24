import { expect, test } from 'vitest';
import { makeHome, runProgram } from '../helpers/run-program.ts';

const failure = (kind: string, more: object = {}) => [[{ error: { kind, message: 'The service said so', ...more } }]];
const calls = [1, 2].map((depth) => [{ tool_call: { name: 'list_files', arguments: { depth } } }]);

test.each([
  [
    'a request that is refused',
    failure('invalid_request', { status: 400 }),
    'Error: The service said so. Choose another model with --model.',
  ],
  [
    'a server that fails',
    failure('server', { retryable: false }),
    'Error: The service said so. Send the message again later, or choose another model with --model.',
  ],
  [
    'a refusal',
    [{ steps: ['No.'], finish: 'refusal' }],
    'Halted: The model refused to answer. Start afresh: without -c and -r. Choose another model: --model PROVIDER/MODEL.',
  ],
  ['a limit', calls, 'Halted: Stopped after 1 model call in one turn. Go on: -c -p "Go on."'],
])('%s says what to do, in flags, on standard error and in json', async (_what, script, line) => {
  const home = makeHome({ 's.json': JSON.stringify(script) });
  const { stdout, stderr } = await runProgram(['-p', 'x', '-m', 'script:s.json', '--max-turns', '1', '-o', 'json'], {
    home,
  });
  expect(stderr).toContain(`${line}\n`);
  const { error, halt } = JSON.parse(stdout);
  const ways =
    error?.suggested_action ??
    halt.actions.map(({ label, send }: Record<string, string>) => `${label}: ${send}`).join();
  expect(ways).toMatch(/--model|-c -p/);
  expect(ways).not.toMatch(/(^|\s)\//);
});
