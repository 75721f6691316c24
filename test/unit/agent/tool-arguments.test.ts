import { expect, test } from 'vitest';
import { z } from 'zod';
import { judgeArguments } from '../../../src/agent/tool-arguments.ts';
import type { Tool } from '../../../src/tools/tool.ts';

const tool = {
  name: 'move',
  input: z.strictObject({ from: z.string(), to: z.strictObject({ x: z.number() }).optional() }),
} as unknown as Tool;

test('valid arguments are parsed, and equal ones look equal whatever the order of their keys', () => {
  const one = judgeArguments('{"from":"a","to":{"x":1}}', tool);
  const two = judgeArguments(' {"to":{"x":1}, "from":"a"}', tool);
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
])('%s is refused and the model is told %s', (raw, told) => {
  const judged = judgeArguments(raw, tool);
  expect(judged).toMatchObject({ is_valid: false, problem: expect.stringContaining(told) });
  expect(judged).toMatchObject({ problem: expect.stringContaining('not run') });
});

test('arguments nested without measure are refused, not a crash', () => {
  expect(judgeArguments('['.repeat(200_000), tool)).toMatchObject({ is_valid: false });
});
