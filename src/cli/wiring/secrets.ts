import type { Config } from '../../config/config.ts';
import type { Environment } from '../../config/environment.ts';
import { isSecretName } from '../../permissions/tool-environment.ts';
import { expandVariables } from '../../providers/catalog/find-endpoint.ts';

/** Shorter values are too common to be taken out of every text. */
const SHORTEST_SECRET = 8;

/** Names the variables that hold secrets, for hiding them. */
export function secretVariables(environment: Environment, secrets: readonly string[]): readonly string[] {
  const known = new Set(secrets);
  return Object.entries(environment).flatMap(([name, value = '']) => (known.has(value.trim()) ? [name] : []));
}

/** Gives every value that must never be written or handed on: of variables and config entries named like secrets. */
export function knownSecrets(environment: Environment, config: Config): readonly string[] {
  const fromEnvironment = Object.entries(environment).flatMap(([name, value]) =>
    isSecretName(name) && value !== undefined && !value.startsWith('/') ? [value] : [],
  );
  const fromConfig = Object.values(config.providers ?? {}).flatMap(({ key, headers = {} }) => [
    ...(key === undefined || key.startsWith('${') ? [] : [key]),
    ...Object.values(headers),
  ]);
  const fromServers = Object.values(config.mcp_servers ?? {}).flatMap(({ headers = {}, env = {} }) => [
    ...Object.values(headers),
    ...Object.entries(env).flatMap(([name, value]) => (isSecretName(name) ? [value] : [])),
  ]);
  const sent = fromServers.map((value) => expandVariables(value, environment));
  // A header names its scheme before the secret itself.
  const bare = sent.map((value) => value.replace(/^\w+\s+/, ''));
  return [...new Set([...fromEnvironment, ...fromConfig, ...sent, ...bare].map((value) => value.trim()))].filter(
    (value) => value.length >= SHORTEST_SECRET,
  );
}
