import { messageSchema } from '../message-schema.ts';
import { EXIT } from './exit-codes.ts';

/** Prints the JSON Schema of the native messages. */
export function printSchema(): number {
  process.stdout.write(`${JSON.stringify(messageSchema(), null, 2)}\n`);
  return EXIT.answered;
}
