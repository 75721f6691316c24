import type { Config } from '../config/config.ts';
import { type Environment, type Folders, findFolders, readEnvironment } from '../config/environment.ts';
import { ConfigError, readConfig } from '../config/read-config.ts';
import { CliError } from './exit-codes.ts';

/** What the program was started with: read once, handed to every part. */
export interface Setup {
  readonly environment: Environment;
  readonly folders: Folders;
  readonly config: Config;
  readonly configFile: string;
  /** One line for each key of the config file that was ignored. */
  readonly warnings: readonly string[];
  readonly cwd: string;
}

/** Reads the environment and the config file. A file that cannot be used is a {@link CliError} of one line. */
export async function readSetup(): Promise<Setup> {
  const environment = readEnvironment();
  const folders = findFolders(environment);
  try {
    const { config, file, warnings } = await readConfig(folders.config);
    return { environment, folders, config, configFile: file, warnings, cwd: workingFolder() };
  } catch (error) {
    if (error instanceof ConfigError) throw new CliError(error.message);
    throw error;
  }
}

function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    throw new CliError('The folder this was started in is gone: it was deleted or moved. Go to another one.');
  }
}
