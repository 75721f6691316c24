import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config.ts';

/** What a config file gave: the keys that were right, and one line for each that was not. */
export interface ReadConfig {
  readonly config: Config;
  readonly file: string;
  readonly warnings: readonly string[];
}

/** A config file that cannot be read at all. The message names the file, the line and column, and the remedy. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const FILE_NAMES = ['config.json', 'config.jsonc'];
/** Keys whose rules protect: going on without one of them would be unsafe. */
const PROTECTING_KEYS = new Set(['deny', 'ask']);

/**
 * Reads the config file of a folder; JSON with comments. No file: an empty config. A key with a wrong value is left out
 * and warned of. Throws a {@link ConfigError} where the file is not JSON, since rules that protect may stand in it, and
 * where such a rule is itself wrong.
 */
export async function readConfig(folder: string): Promise<ReadConfig> {
  for (const name of FILE_NAMES) {
    const file = join(folder, name);
    const text = readIfThere(file);
    if (text !== undefined) return { file, ...(await checkConfig(file, text)) };
  }
  return { file: join(folder, 'config.json'), config: {}, warnings: [] };
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ENOTDIR') {
      return undefined;
    }
    throw new ConfigError(`Cannot read the config file ${file}: ${(error as Error).message}. Mend its permissions.`);
  }
}

async function checkConfig(file: string, text: string): Promise<Omit<ReadConfig, 'file'>> {
  const value = objectIn(file, await parse(file, text));
  const { CONFIG_KEYS } = await import('./config.ts');
  const config: Record<string, unknown> = {};
  const warnings: string[] = [];
  for (const [key, given] of Object.entries(value)) {
    if (key === '$schema') continue;
    const schema = Object.hasOwn(CONFIG_KEYS, key) ? CONFIG_KEYS[key as keyof typeof CONFIG_KEYS] : undefined;
    if (schema === undefined) {
      warnings.push(`${file}: there is no key "${key}"; it is ignored. See agent-chat config keys.`);
      continue;
    }
    const checked = schema.safeParse(given);
    if (checked.success) config[key] = checked.data;
    else if (PROTECTING_KEYS.has(key)) throw wrongRule(file, [key, given], checked.error.issues);
    else warnings.push(`${file}: ${describe(key, checked.error.issues[0])}; the key is ignored.`);
  }
  return { config, warnings };
}

/** Takes an empty file as an empty object. */
function objectIn(file: string, value: unknown): object {
  if (value === undefined) return {};
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new ConfigError(`The config file ${file} must hold an object, like { "model": "…" }.`);
}

function wrongRule(
  file: string,
  [key, given]: readonly [string, unknown],
  [issue]: readonly { readonly path: readonly PropertyKey[] }[],
): ConfigError {
  const [at] = issue?.path ?? [];
  const value = JSON.stringify(typeof at === 'number' && Array.isArray(given) ? given[at] : given);
  const where = at === undefined ? key : `${key}.${String(at)}`;
  return new ConfigError(
    `The config file ${file} has ${value.slice(0, 200)} as "${where}". Give a list of rules, like "${key}": ["git push", "read:secrets"].`,
  );
}

async function parse(file: string, text: string): Promise<unknown> {
  if (text.trim() === '') return undefined;
  const { parse: parseJsonc, printParseErrorCode } = await import('jsonc-parser');
  const errors: { error: number; offset: number; length: number }[] = [];
  const value: unknown = parseJsonc(text.replace(/^\uFEFF/, ''), errors, { allowTrailingComma: true });
  const first = errors[0];
  if (first === undefined) return value;
  const before = text.slice(0, first.offset).split('\n');
  const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  const problem = printParseErrorCode(first.error).replace(/([a-z])([A-Z])/g, (_, a, b) => `${a} ${b.toLowerCase()}`);
  throw new ConfigError(`The config file ${file} is not valid JSON at ${place}: ${problem}. Mend it or move it away.`);
}

function describe(key: string, issue: { path: PropertyKey[]; message: string } | undefined): string {
  const where = [key, ...(issue?.path ?? [])].map(String).join('.');
  return `"${where}" is wrong: ${issue?.message ?? 'not what is expected'}`;
}
