import { rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode } from '../errors.ts';
import { safeLine } from '../safe-text.ts';
import { fileProblem } from './private-file.ts';

/** Writes an exported conversation; another file is only replaced where that is said. Throws a line for a person. */
export function writeExport(file: string, text: string, { isReplacing = false } = {}): void {
  try {
    writeFileSync(file, text, { mode: 0o600, flag: isReplacing ? 'w' : 'wx' });
  } catch (error) {
    // Half an export would stand in the way of the next.
    if (!isReplacing && (error as NodeJS.ErrnoException).syscall === 'write') rmSync(file, { force: true });
    throw new Error(problemOf(file, error));
  }
}

function problemOf(file: string, error: unknown): string {
  const name = safeLine(file);
  const code = errorCode(error);
  if (code === 'EEXIST') return `${name} exists already and is not replaced. Give another name, or remove it first.`;
  if (code === 'ENOENT') return `There is no folder ${safeLine(dirname(file))}. Make it first, or give another name.`;
  if (code === 'EISDIR') return `${name} is a folder. Give the name of a file in it.`;
  return `Cannot write ${name}: ${fileProblem(error)}.`;
}
