import * as z from 'zod';

/** What no line of a command holds on purpose: control characters but tabs and line ends, and halves of characters. */
export const CONTROL_CHARACTER = /[\u0000-\u0008\u000b-\u001f\u007f\p{Surrogate}]/u;
/** The same for a path, which is one line. */
export const PATH_CONTROL_CHARACTER = /[\u0000-\u001f\u007f\p{Surrogate}]/u;

/** Makes the schema of an argument that is a path. */
export function pathInput() {
  const isPlain = (path: string): boolean => !PATH_CONTROL_CHARACTER.test(path);
  return z.string().min(1).refine(isPlain, 'it holds a control character; give a plain path');
}

/** Makes the schema of an argument that is a command line. */
export function commandInput() {
  const isPlain = (command: string): boolean => !CONTROL_CHARACTER.test(command);
  return z.string().min(1).refine(isPlain, 'it holds a control character; write it as an escape, as in \\x1b');
}
