import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeHome, runProgram } from '../helpers/run-program.ts';

test('a wrong rule that forbids stops the start in one line, with nothing run', async () => {
  const home = makeHome({ 's.json': JSON.stringify([[{ tool_call: { name: 'list_files' } }], 'Done.']) });
  mkdirSync(join(home.path, 'config/agent-chat'), { recursive: true });
  writeFileSync(join(home.path, 'config/agent-chat/config.json'), '{ "deny": ["touch", 5] }');
  const { code, stdout, stderr } = await runProgram(['-p', 'go', '-m', 'script:s.json'], { home });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^.*config\.json has 5 as "deny\.1"\. Give a list of rules.*\n$/);
});
