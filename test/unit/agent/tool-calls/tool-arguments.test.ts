import { expect, test } from 'vitest';
import { z } from 'zod';
import { judgeArguments } from '../../../../src/agent/tool-calls/tool-arguments.ts';
import type { Tool } from '../../../../src/tools/tool.ts';
import { zodInput } from '../../../helpers/zod-input.ts';

const tool = {
  name: 'move',
  input: zodInput(z.strictObject({ from: z.string(), to: z.strictObject({ x: z.number() }).optional() })),
} as unknown as Tool;

test('valid arguments are parsed, and equal ones look equal whatever the order of their keys', async () => {
  const one = await judgeArguments('{"from":"a","to":{"x":1}}', tool);
  const two = await judgeArguments(' {"to":{"x":1}, "from":"a"}', tool);
  expect(one).toEqual({ is_valid: true, input: { from: 'a', to: { x: 1 } }, canonical: '{"from":"a","to":{"x":1}}' });
  expect(two).toMatchObject({ canonical: '{"from":"a","to":{"x":1}}' });
});

test.each([
  ['{"from":"a","to', 'position 12'],
  ['{"from": undefined}', 'position 9'],
  ['{"from": 1}', 'from: '],
  ['{"from":"a","to":{"x":"y"}}', 'to.x: '],
  ['{"from":"a","more":1}', 'more'],
  ['{"from":"a","__proto__":{"x":1}}', '__proto__'],
  ['{"from":"a","to":{"__proto__":null,"x":1}}', '__proto__'],
  ['[]', 'the arguments: '],
])('%s is refused and the model is told %s', async (raw, told) => {
  const judged = await judgeArguments(raw, tool);
  expect(judged).toMatchObject({ is_valid: false, problem: expect.stringContaining(told) });
  expect(judged).toMatchObject({ problem: expect.stringContaining('not run') });
});

test('arguments nested without measure are refused, not a crash', async () => {
  expect(await judgeArguments('['.repeat(200_000), tool)).toMatchObject({ is_valid: false });
});
