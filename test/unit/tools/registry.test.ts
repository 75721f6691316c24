import { expect, test } from 'vitest';
import * as z from 'zod';
import { createTools } from '../../../src/tools/registry.ts';

test('every tool describes its arguments to the model, and refuses arguments that it does not know', async () => {
  for (const tool of createTools({ spill_dir: '/nowhere', environment: {} })) {
    const schema = z.toJSONSchema(tool.input) as {
      properties: Record<string, { description?: string }>;
      additionalProperties: boolean;
    };
    expect(schema.additionalProperties, tool.name).toBe(false);
    for (const [name, property] of Object.entries(schema.properties))
      expect(property.description, `${tool.name}.${name}`).toBeTruthy();
    expect(tool.input.safeParse({ path: 'x', command: 'x', constructor: 1 }).success, tool.name).toBe(false);
  }
});

test('a path or a command with control characters does not fit, tabs and lines of a command do', () => {
  const tools = createTools({ spill_dir: '/nowhere', environment: {} });
  const fits = (name: string, input: unknown) =>
    tools.find((tool) => tool.name === name)?.input.safeParse(input).success;
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
