import { expect, test } from 'vitest';
import { makeHome, runProgram } from '../helpers/run-program.ts';

const say = (...responses: string[]): string => JSON.stringify(responses);

test('an answer that does not fit the JSON Schema is asked for again; the value alone is printed', async () => {
  const home = makeHome({
    's.json': JSON.stringify(['Seven!', '```json\n{"n": 7}\n```']),
    't.json': say('never', 'never', 'never'),
  });
  const schema = '{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]}';
  const fits = await runProgram(['-p', 'x', '--json-schema', schema, '-m', 'script:s.json'], { home });
  expect({ code: fits.code, stdout: fits.stdout }).toEqual({ code: 0, stdout: '{"n":7}\n' });
  const never = await runProgram(['-p', 'x', '--json-schema', schema, '-m', 'script:t.json'], { home });
  expect({ code: never.code, stdout: never.stdout }).toEqual({ code: 1, stdout: '' });
  const asJson = (name: string) => ['-p', 'x', '-o', 'json', '--json-schema', schema, '-m', `script:${name}`];
  const value = await runProgram(asJson('s.json'), { home });
  expect(JSON.parse(value.stdout)).toMatchObject({ status: 'completed', structured_output: { n: 7 } });
  const misfit = await runProgram(asJson('t.json'), { home });
  expect(misfit.code).toBe(1);
  expect(JSON.parse(misfit.stdout)).toMatchObject({
    status: 'error',
    final_text: 'never',
    error: { message: expect.stringContaining('does not fit the schema: it is not JSON'), kind: 'invalid_request' },
  });
  const wrong = await runProgram(['-p', 'x', '--json-schema', '{"type":', '-m', 'script:t.json'], { home });
  expect(wrong.code).toBe(2);
  const missing = await runProgram(['-p', 'x', '--json-schema', 'none.json', '-m', 'script:t.json'], { home });
  expect([missing.code, missing.stderr]).toEqual([
    2,
    'agent-chat: --json-schema takes a file or a JSON Schema: there is no none.json.\n',
  ]);
});
