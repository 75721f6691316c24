import type { Encoder } from '../encoders/encoder.ts';
import { encoders, findEncoder } from '../encoders/registry.ts';
import { CliError } from './exit-codes.ts';

/** Finds an output format, by default the answer alone. One that does not exist is a {@link CliError} that lists them. */
export function findFormat(name = 'text'): Encoder {
  const encoder = findEncoder(name);
  if (encoder !== undefined) return encoder;
  throw new CliError(`There is no output format "${name}". There are: ${encoders.map((one) => one.name).join(', ')}.`);
}
