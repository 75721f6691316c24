import * as z from 'zod';

/** What no line of a command holds on purpose: control characters but tabs and line ends, and halves of characters. */
export const CONTROL_CHARACTER = /[\u0000-\u0008\u000b-\u001f\u007f\p{Surrogate}]/u;
/** The same for a path, which is one line. */
export const PATH_CONTROL_CHARACTER = /[\u0000-\u001f\u007f\p{Surrogate}]/u;

/** No system takes a longer path. */
const LONGEST_PATH = 4096;

/** Makes the schema of an argument that is a path. */
export function pathInput() {
  const isPlain = (path: string): boolean => !PATH_CONTROL_CHARACTER.test(path);
  return boundedInput(LONGEST_PATH).refine(isPlain, 'it holds a control character; give a plain path');
}

/** Makes the schema of an argument of 1 to `longest` characters, which errors and summaries may quote. */
export function boundedInput(longest: number) {
  const isShort = (text: string): boolean => text.length <= longest;
  return z
    .string()
    .min(1)
    .refine(isShort, { error: `it is longer than ${longest} characters`, abort: true });
}

/** Makes the schema of an argument that is a command line. */
export function commandInput() {
  const isPlain = (command: string): boolean => !CONTROL_CHARACTER.test(command);
  return z.string().min(1).refine(isPlain, 'it holds a control character; write it as an escape, as in \\x1b');
}
