import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Environment } from '../../config/environment.ts';
import { errorMessage } from '../../errors.ts';
import { createModelCatalog, type InstalledModels } from '../../providers/catalog/catalog.ts';
import type { CatalogSettings } from '../../providers/catalog/catalog-settings.ts';
import { CliError } from '../exit-codes.ts';
import type { Setup } from '../setup.ts';

/** Milliseconds between two pieces of the demo model's text while somebody watches. */
const READING_PACE_MS = 15;
const KEY_COMMAND_LIMIT_MS = 30_000;

/** How requests are made and their answers read. */
export type WireSettings = Pick<CatalogSettings, 'onSent' | 'read_every_ms'>;

interface ModelUse {
  /** The demo model answers at a pace to be read. */
  readonly isWatched?: boolean;
  readonly wire?: WireSettings | undefined;
}

/** Makes the catalog of this installation's models. */
export function openModels(
  { environment, config, cwd }: Setup,
  { isWatched = false, wire = {} }: ModelUse = {},
): InstalledModels {
  return createModelCatalog({
    environment,
    cwd,
    model: config.model,
    ...(config.providers === undefined ? {} : { providers: config.providers }),
    ...(config.models === undefined ? {} : { models: config.models }),
    proxy: config.proxy,
    ca: readCertificates(config.ca_file),
    demo: { delay_ms: isWatched ? READING_PACE_MS : 0 },
    readKey: (command) => readKey(command, environment),
    ...wire,
  });
}

function readKey(command: string, env: Environment): Promise<string> {
  const [shell, flag] = process.platform === 'win32' ? ['cmd.exe', '/c'] : ['/bin/sh', '-c'];
  return new Promise((resolve, reject) => {
    execFile(shell, [flag, command], { timeout: KEY_COMMAND_LIMIT_MS, env }, (error, stdout) => {
      if (error === null) resolve(stdout.trim());
      else
        reject(
          new CliError(`The key command \`${command}\` failed (${error.code ?? error.signal}). Mend it in the config.`),
        );
    });
  });
}

/** Reads the certificates of `ca_file`; a file that cannot be read is a {@link CliError}. */
export function readCertificates(file: string | undefined): readonly string[] | undefined {
  if (file === undefined) return undefined;
  try {
    return [readFileSync(file, 'utf8')];
  } catch (error) {
    throw new CliError(`Cannot read the certificates of "ca_file", ${file}: ${errorMessage(error)}.`);
  }
}
