import type { infer as Infer, ZodType } from 'zod';
import type { INPUTS } from './inputs.ts';
import parameters from './parameters.json' with { type: 'json' };
import type { ToolInput } from './tool.ts';

type Inputs = typeof INPUTS;
/** What a built-in tool is called with. */
export type InputOf<Name extends keyof Inputs> = Infer<Inputs[Name]>;

/** Gives the input of a built-in tool. Its schema, and zod with it, is loaded with the first call of any tool. */
export function builtInInput<Name extends keyof Inputs>(name: Name): ToolInput<InputOf<Name>> {
  // TypeScript does not relate an entry of a mapped object to its own name.
  const load = async () => (await import('./inputs.ts')).INPUTS[name] as unknown as ZodType<InputOf<Name>>;
  return { parameters: parameters[name], load };
}

/** Makes the input of a tool that somebody else runs: told to the model as it is given, checked by whoever runs it. */
export function foreignInput(given: ToolInput['parameters']): ToolInput<Readonly<Record<string, unknown>>> {
  const { $schema: _dialect, ...parameters } = given;
  return {
    parameters: { ...parameters, type: 'object' },
    load: async () => (await import('./inputs.ts')).ANY_ARGUMENTS,
  };
}
