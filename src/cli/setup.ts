import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { type Environment, type Folders, findFolders, homeOf, readEnvironment } from '../config/environment.ts';
import { ConfigError, type ReadConfig, readConfig } from '../config/read-config.ts';
import type { GivenSurroundings } from '../permissions/places.ts';
import { CliError } from './exit-codes.ts';

/** What the program was started with: read once, handed to every part. */
export interface Setup {
  readonly environment: Environment;
  readonly folders: Folders;
  readonly config: Config;
  readonly configFile: string;
  /** One line for each key of the config file that was ignored. */
  readonly warnings: readonly string[];
  /** Why the config file could not be used at all; `config` is then empty. Only for who asked to go on without it. */
  readonly configProblem?: string;
  readonly cwd: string;
}

/**
 * Reads the environment and the config file. A file that cannot be used is a {@link CliError} of one line, since rules
 * that protect may stand in it; who runs nothing `isForgiving`, and goes on without it.
 */
export async function readSetup({ isForgiving = false } = {}): Promise<Setup> {
  const own = readPlaces();
  try {
    const read = await readConfig(own.folders.config);
    const { config, file } = read;
    return { ...own, config, configFile: file, warnings: [...read.warnings, ...(await keyWarnings(read))] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (!isForgiving) throw new CliError(error.message);
    return { ...own, config: {}, configFile: error.file, warnings: [], configProblem: error.message };
  }
}

/** Reads where the program works, without its config file. */
export function readPlaces(): Pick<Setup, 'environment' | 'folders' | 'cwd'> {
  const environment = readEnvironment();
  return { environment, folders: findFolders(environment), cwd: workingFolder() };
}

/** Gives the folders that permissions judge places by. */
export function surroundings({ environment, folders, cwd }: Setup): Omit<GivenSurroundings, 'readable'> {
  return { workspace: cwd, home: homeOf(environment), own: [folders.config, folders.state, folders.cache] };
}

/** Gives the folder of what was too long for the model or the screen. */
export function outputFolder({ folders }: Setup): string {
  return join(folders.state, 'outputs');
}

/** Names the keys of a person's own that do not hold. The table of keys is only loaded where there are some. */
async function keyWarnings({ config, placeOf }: ReadConfig): Promise<readonly string[]> {
  if (config.keys === undefined) return [];
  const { createKeymap } = await import('../ui/input/keys/keymap.ts');
  const { problems } = createKeymap(config.keys, process.platform);
  return problems.map(({ action, message }) => `${placeOf(['keys', action])}: ${message}`);
}

function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    throw new CliError('The folder this was started in is gone: it was deleted or moved. Go to another one.');
  }
}
