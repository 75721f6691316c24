import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode, errorMessage } from '../errors.ts';
import type { Config } from './config.ts';

/** What a config file gave: the keys that were right, and one line for each that was not. */
export interface ReadConfig {
  readonly config: Config;
  readonly file: string;
  readonly warnings: readonly string[];
  /** Says where in the file something stands: "FILE, line 2, column 5". */
  placeOf(path: readonly PropertyKey[]): string;
}

/** A config file that cannot be read at all. The message names the file, the line and column, and the remedy. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly file: string;

  constructor(file: string, message: string) {
    super(message);
    this.file = file;
  }
}

const FILE_NAMES = ['config.json', 'config.jsonc'];
/** Keys that protect, with what they take: going on without one of them would be unsafe. */
const PROTECTING_KEYS = new Map([
  ['deny', 'a list of rules, like "deny": ["git push", "read:secrets"]'],
  ['ask', 'a list of rules, like "ask": ["git push", "read:secrets"]'],
  ['budget', 'US dollars, like "budget": 2.5'],
  ['max_turns', 'a whole number, like "max_turns": 50'],
]);

/**
 * Reads the config file of a folder; JSON with comments. No file: an empty config. A key with a wrong value is left out
 * and warned of. Throws a {@link ConfigError} where the file is not JSON, since rules that protect may stand in it, and
 * where such a rule, or a limit, is itself wrong.
 */
export async function readConfig(folder: string): Promise<ReadConfig> {
  for (const name of FILE_NAMES) {
    const file = join(folder, name);
    const text = readIfThere(file);
    if (text !== undefined) return { file, ...(await checkConfig(file, text)) };
  }
  const file = join(folder, 'config.json');
  return { file, config: {}, warnings: [], placeOf: () => file };
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new ConfigError(file, `Cannot read the config file ${file}: ${errorMessage(error)}. Mend its permissions.`);
  }
}

async function checkConfig(file: string, text: string): Promise<Omit<ReadConfig, 'file'>> {
  const source = await parse(file, text);
  const { CONFIG_KEYS } = await import('./config.ts');
  const config: Record<string, unknown> = {};
  const warnings: string[] = [];
  for (const [key, given] of Object.entries(source.value)) {
    if (key === '$schema') continue;
    const schema = Object.hasOwn(CONFIG_KEYS, key) ? CONFIG_KEYS[key as keyof typeof CONFIG_KEYS] : undefined;
    if (schema === undefined) {
      const where = source.placeOf([key]);
      warnings.push(`${file}, ${where}: there is no key "${key}"; it is ignored. See agent-chat config keys.`);
      continue;
    }
    const checked = checkKey(source, schema, [key, given]);
    if ('value' in checked) config[key] = checked.value;
    warnings.push(...checked.warnings);
  }
  return { config, warnings, placeOf: (path) => `${file}, ${source.placeOf(path)}` };
}

interface CheckedKey {
  /** Absent where nothing of it can be used. */
  readonly value?: unknown;
  readonly warnings: readonly string[];
}

function checkKey(source: Source, schema: Schema, [key, given]: readonly [string, unknown]): CheckedKey {
  const checked = schema.safeParse(given);
  if (checked.success) return { value: checked.data, warnings: [] };
  const { issues } = checked.error;
  if (PROTECTING_KEYS.has(key)) throw wrongProtection(source, [key, given], issues);
  const warn = (issue: Issue, ignored: string): string => `${describe(source, key, issue)}; ${ignored} is ignored.`;
  const rest = withoutWrong(schema, given, issues);
  if (rest === undefined) return { warnings: issues.slice(0, 1).map((issue) => warn(issue, 'the key')) };
  return { value: rest.kept, warnings: rest.wrong.map((issue) => warn(issue, 'this entry')) };
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Those that a strict object does not know. */
  readonly keys?: readonly string[];
}

type Schema = typeof import('./config.ts').CONFIG_KEYS[keyof typeof import('./config.ts').CONFIG_KEYS];

/** Of named things, as MCP servers, only those that are wrong are left out; gives the first issue of each. */
function withoutWrong(
  schema: Schema,
  given: unknown,
  issues: readonly Issue[],
): { readonly kept: unknown; readonly wrong: readonly Issue[] } | undefined {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined;
  const names = issues.map(({ path }) => String(path[0]));
  const rest = Object.fromEntries(Object.entries(given).filter(([name]) => !names.includes(name)));
  const checked = schema.safeParse(rest);
  if (!checked.success || Object.keys(rest).length === 0) return undefined;
  return { kept: checked.data, wrong: issues.filter((_, index) => names.indexOf(names[index] ?? '') === index) };
}

/** A config file's value, and where each part of it stands. */
interface Source {
  readonly file: string;
  readonly value: object;
  /** Gives "line 2, column 5" of what a path leads to, or of the nearest that is there. */
  placeOf(path: readonly PropertyKey[]): string;
}

function wrongProtection(
  source: Source,
  [key, given]: readonly [string, unknown],
  [issue]: readonly Issue[],
): ConfigError {
  const [at] = issue?.path ?? [];
  const value = JSON.stringify(typeof at === 'number' && Array.isArray(given) ? given[at] : given);
  const path = at === undefined ? [key] : [key, at];
  const { file } = source;
  return new ConfigError(
    file,
    `The config file ${file} has ${value.slice(0, 200)} as "${path.map(String).join('.')}" at ${source.placeOf(path)}. Give ${PROTECTING_KEYS.get(key)}.`,
  );
}

/** Reads JSON with comments; takes an empty file as an empty object. */
async function parse(file: string, given: string): Promise<Source> {
  const text = given.replace(/^\uFEFF/, '');
  if (text.trim() === '') return { file, value: {}, placeOf: () => placeAt(text, 0) };
  const { findNodeAtLocation, getNodeValue, parseTree, printParseErrorCode } = await import('jsonc-parser');
  const errors: { error: number; offset: number; length: number }[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const first = errors[0];
  if (first !== undefined || tree === undefined) {
    const words = printParseErrorCode(first?.error ?? 0).replace(
      /([a-z])([A-Z])/g,
      (_, a, b) => `${a} ${b.toLowerCase()}`,
    );
    const place = placeAt(text, first?.offset ?? 0);
    throw new ConfigError(
      file,
      `The config file ${file} is not valid JSON at ${place}: ${words}. Mend it or move it away.`,
    );
  }
  const value: unknown = getNodeValue(tree);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigError(file, `The config file ${file} must hold an object, like { "model": "…" }.`);
  }
  const nodeAt = (path: readonly PropertyKey[]): typeof tree | undefined =>
    findNodeAtLocation(tree, [...path] as (string | number)[]);
  return {
    file,
    value,
    placeOf: (path) => {
      let length = path.length;
      while (length > 0 && nodeAt(path.slice(0, length)) === undefined) length -= 1;
      const node = nodeAt(path.slice(0, length));
      return placeAt(text, (node?.parent?.type === 'property' ? node.parent : node)?.offset ?? 0);
    },
  };
}

function placeAt(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

function describe(source: Source, key: string, { path, message, keys = [] }: Issue): string {
  const whole = [key, ...path, ...keys.slice(0, 1)];
  const name = [key, ...path].map(String).join('.');
  return `${source.file}, ${source.placeOf(whole)}: "${name}" is wrong: ${message}`;
}
