import * as z from 'zod';

/** Makes the input of a tool that somebody else runs: told to the model as it is given, checked by whoever runs it. */
export function foreignInput(parameters: Readonly<Record<string, unknown>>) {
  return z.looseObject({}).meta({ ...parameters });
}
