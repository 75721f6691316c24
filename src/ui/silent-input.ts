import { Readable } from 'node:stream';

/** Makes an input that never has anything: Ink wants one, and keys are read elsewhere. */
export function silentInput(): NodeJS.ReadStream {
  return new Readable({ read: () => {} }) as unknown as NodeJS.ReadStream;
}
