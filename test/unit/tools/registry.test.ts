import { join } from 'node:path';
import { expect, test } from 'vitest';
import { INPUTS } from '../../../src/tools/inputs.ts';
import { createTools } from '../../../src/tools/registry.ts';
import { parametersOf } from '../../helpers/zod-input.ts';

test('every tool describes its arguments to the model, and refuses arguments that it does not know', async () => {
  for (const tool of createTools({ spill_dir: '/nowhere', environment: {} })) {
    const schema = tool.input.parameters as {
      properties: Record<string, { description?: string }>;
      additionalProperties: boolean;
    };
    expect(schema.additionalProperties, tool.name).toBe(false);
    for (const [name, property] of Object.entries(schema.properties))
      expect(property.description, `${tool.name}.${name}`).toBeTruthy();
    const check = await tool.input.load();
    expect(check.safeParse({ path: 'x', command: 'x', constructor: 1 }).success, tool.name).toBe(false);
  }
});

test('a path or a command with control characters does not fit, tabs and lines of a command do', () => {
  const fits = (name: string, input: unknown) => INPUTS[name as keyof typeof INPUTS].safeParse(input).success;
  const withPath = { read_file: {}, list_files: {}, search_files: { pattern: 'x' }, write_file: { content: 'x' } };
  for (const [name, more] of Object.entries({ ...withPath, edit_file: { old_string: 'a', new_string: 'b' } })) {
    expect([name, fits(name, { ...more, path: 'a b' })]).toEqual([name, true]);
    for (const path of ['a\u0001b', 'a\nb', 'a\0b', '\ud800'])
      expect([name, path, fits(name, { ...more, path })]).toEqual([name, path, false]);
  }
  expect(fits('run_command', { command: 'echo\ta\necho b' })).toBe(true);
  for (const command of ['echo a\0b', 'echo \u001b[31m', '\ud800'])
    expect([command, fits('run_command', { command })]).toEqual([command, false]);
});

// After a change of inputs.ts: npx vitest run test/unit/tools/registry.test.ts --update
test('what the model is told of the arguments is what they are checked by', async () => {
  const told = Object.fromEntries(Object.entries(INPUTS).map(([name, schema]) => [name, parametersOf(schema)]));
  const file = join(import.meta.dirname, '../../../src/tools/parameters.json');
  await expect(`${JSON.stringify(told, null, 2)}\n`).toMatchFileSnapshot(file);
});
