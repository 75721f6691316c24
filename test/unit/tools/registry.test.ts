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
