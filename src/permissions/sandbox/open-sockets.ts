import { lstatSync, readFileSync, realpathSync } from 'node:fs';
import { isAbsolute } from 'node:path';

/**
 * Gives the absolute paths of the sockets in the file system that programs of this machine listen at now. Without a
 * network, and with nothing to be written, a command could still have such a program work for it: an editor, an agent.
 */
export function openSockets(): readonly string[] {
  const sockets = readSockets()
    .split('\n')
    .flatMap((line) => {
      const path = /^(?:\S+\s+){7}(.+)$/.exec(line)?.[1] ?? '';
      return isAbsolute(path) ? (realSocket(path) ?? []) : [];
    });
  return [...new Set(sockets)];
}

function readSockets(): string {
  try {
    return readFileSync('/proc/net/unix', 'utf8');
  } catch {
    return '';
  }
}

function realSocket(path: string): string | undefined {
  try {
    const real = realpathSync(path);
    return lstatSync(real).isSocket() ? real : undefined;
  } catch {
    return undefined;
  }
}
