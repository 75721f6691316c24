import * as z from 'zod';
import type { ToolInput } from '../../src/tools/tool.ts';

/** Makes the input of a tool of a test from its schema. */
export function zodInput<Input>(schema: z.ZodType<Input>): ToolInput<Input> {
  return { parameters: parametersOf(schema), load: async () => schema };
}

/** Gives what a model is told of a schema; what JSON Schema cannot say is left open. */
export function parametersOf(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _dialect, ...parameters } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return parameters;
}
