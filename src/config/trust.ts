import { chmodSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeFolder } from '../make-folder.ts';

/** Which folders a person trusts, each bound to the text of its instructions. */
export interface TrustStore {
  isTrusted(root: string, hash: string): boolean;
  /** Remembers it. Throws where the file cannot be written, or for the home folder and `/`. */
  trust(root: string, hash: string): void;
}

/** Opens the store of a state folder; no file is made before something is trusted. */
export function openTrustStore(stateFolder: string): TrustStore {
  const file = join(stateFolder, 'trust.json');
  return {
    isTrusted: (root, hash) => read(file)[root] === hash,
    trust: (root, hash) => {
      if (dirname(root) === root || root === homedir() || root === realHome()) {
        throw new Error(`${root} cannot be trusted as a whole. Start in the project's own folder.`);
      }
      write(file, { ...read(file), [root]: hash });
    },
  };
}

/** Projects are known by their real paths, and a home may lie behind a link. */
function realHome(): string | undefined {
  try {
    return realpathSync(homedir());
  } catch {
    return undefined;
  }
}

function read(file: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function write(file: string, value: object): void {
  makeFolder(dirname(file));
  const whole = `${file}.${process.pid}`;
  writeFileSync(whole, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  chmodSync(whole, 0o600);
  renameSync(whole, file);
}
