import type { Config } from '../config/config.ts';
import type { Environment } from '../config/environment.ts';

const SECRET_NAME = /KEY|TOKEN|SECRET|PASS|CRED|AUTH/i;
const SHORTEST = 8;

/** Gives every value that must never be written or handed on: of variables and config entries named like secrets. */
export function knownSecrets(environment: Environment, config: Config): readonly string[] {
  const fromEnvironment = Object.entries(environment).flatMap(([name, value]) =>
    SECRET_NAME.test(name) && value !== undefined && !value.startsWith('/') ? [value] : [],
  );
  const fromConfig = Object.values(config.providers ?? {}).flatMap(({ key, headers = {} }) => [
    ...(key === undefined || key.startsWith('${') ? [] : [key]),
    ...Object.values(headers),
  ]);
  return [...new Set([...fromEnvironment, ...fromConfig].map((value) => value.trim()))].filter(
    (value) => value.length >= SHORTEST,
  );
}
