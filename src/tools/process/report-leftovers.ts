import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Runs inside a sandbox, whose processes end with their first one before anybody outside can look: tells on descriptor 3,
 * which the command itself does not get, what it left running. The shell's own words about how it ended are kept away.
 */
const SCRIPT = `exec 4>&2 2>/dev/null
(exec "$@" 2>&4 3>&- 4>&-)
code=$?
for place in /proc/[0-9]*; do
  case "\${place#/proc/}" in 1|$$) ;; *) tr '\\0\\n' '  ' < "$place/cmdline" && echo ;; esac
done >&3
exit $code`;

const MAX_CHARACTERS = 16_384;
/** How long the end of the report may take after the end of the command. */
const END_MS = 1000;

/** Puts the report around a command. */
export function reportingLeftovers(argv: readonly string[]): readonly string[] {
  return ['/bin/sh', '-c', SCRIPT, 'sh', ...argv];
}

/** Reads the report as it comes. What it gives waits a moment for its end, and gives the command lines; never rejects. */
export function readLeftovers(pipe: Readable | undefined): () => Promise<readonly string[]> {
  if (pipe === undefined) return async () => [];
  let text = '';
  pipe.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(0, MAX_CHARACTERS);
  });
  const ended = finished(pipe, { writable: false }).catch(() => {});
  return async () => {
    const over = new AbortController();
    await Promise.race([ended, delay(END_MS, undefined, { signal: over.signal }).catch(() => {})]);
    over.abort();
    pipe.destroy();
    return commandLines(text);
  };
}

function commandLines(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
}
