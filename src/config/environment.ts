import { homedir } from 'node:os';

/** The process's environment: names to values. Absent and empty mean the same. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Gives the environment as it is now. The only place that reads it; everything else is handed what it needs. */
export function readEnvironment(): Environment {
  return { ...process.env };
}

/** Gives a variable's value, or undefined where it is unset or empty. */
export function variable(environment: Environment, name: string): string | undefined {
  const value = environment[name];
  return value === undefined || value === '' ? undefined : value;
}

/** The program's folders, absolute, by the XDG base directory rules. None has to exist. */
export interface Folders {
  readonly config: string;
  readonly state: string;
  readonly cache: string;
}

/** Gives the person's home folder, absolute. */
export function homeOf(environment: Environment): string {
  return variable(environment, 'HOME') ?? homedir();
}

/** Finds the folders. A relative XDG path is ignored, as its specification says. */
export function findFolders(environment: Environment): Folders {
  const home = homeOf(environment);
  const base = (name: string, fallback: string): string => {
    const value = variable(environment, name);
    return `${value?.startsWith('/') || /^[A-Za-z]:[\\/]/.test(value ?? '') ? value : `${home}/${fallback}`}/agent-chat`;
  };
  return {
    config: base('XDG_CONFIG_HOME', '.config'),
    state: base('XDG_STATE_HOME', '.local/state'),
    cache: base('XDG_CACHE_HOME', '.cache'),
  };
}
