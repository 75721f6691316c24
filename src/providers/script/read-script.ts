import { errorCode } from '../../errors.ts';
import { ModelNameError } from '../provider.ts';
import type { Script, ScriptResponse } from './steps.ts';

/**
 * Reads a script: JSON (comments allowed) with `responses`, or JSON Lines with one response a line. Throws a
 * {@link ModelNameError} that names the file and, for a mistake in it, its line and column.
 */
export async function readScript(path: string): Promise<Script> {
  const source = await readText(path);
  const { checkScript } = await import('./check-script.ts');
  if (!/\.(?:jsonl|ndjson)$/i.test(path)) return checkScript({ path, source, first_line: 1 });
  const responses: ScriptResponse[] = [];
  for (const [index, line] of source.split('\n').entries()) {
    if (line.trim() === '') continue;
    const read = await checkScript({ path, source: line, first_line: index + 1, is_response: true });
    responses.push(...read.responses);
  }
  return { responses };
}

async function readText(path: string): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  try {
    return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    const code = errorCode(error);
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : String(code);
    throw new ModelNameError(`Cannot read the script ${path}: ${why}. Name a file, as in --model script:demo.json.`);
  }
}
