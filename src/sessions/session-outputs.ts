import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSessionId, sessionPaths } from './session-paths.ts';

/** How the files are named that hold outputs too long for the model. */
const OUTPUT_NAME = /[\w-]{1,41}-[0-9a-f]{12}\.txt/g;

/** Gives the path for a request of a session as it was sent to the model; `number` counts from 1. */
export function requestPath(outputs: string, session_id: string, number: number): string {
  return join(outputs, `${session_id}-request-${number}.json`);
}

/**
 * Gives the files in the folder `outputs` that are one session's alone: requests that it wrote, and outputs that its
 * log names and no other log does. A folder or log that cannot be read has none.
 */
export async function sessionOutputs(outputs: string, directory: string, session_id: string): Promise<string[]> {
  const names = await readdir(outputs).catch(() => []);
  const beginning = `${session_id}-request-`;
  const requests = names.filter(
    (name) => name.startsWith(beginning) && /^\d+\.json$/.test(name.slice(beginning.length)),
  );
  const kept = new Set(names);
  const own = new Set([...(await namesIn(directory, session_id))].filter((name) => kept.has(name)));
  for (const other of own.size === 0 ? [] : await readdir(directory).catch(() => [])) {
    const id = other.replace(/\.jsonl$/, '');
    if (id === other || id === session_id || !isSessionId(id)) continue;
    for (const name of await namesIn(directory, id)) own.delete(name);
  }
  return [...requests, ...own].map((name) => join(outputs, name));
}

async function namesIn(directory: string, session_id: string): Promise<ReadonlySet<string>> {
  const log = await readFile(sessionPaths(directory, session_id).log, 'utf8').catch(() => '');
  return new Set(log.match(OUTPUT_NAME) ?? []);
}
