import { isAbsolute } from 'node:path';
import { isInside } from '../tools/resolve-path.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Tells whether a variable or a setting is called as secrets are. */
export function isSecretName(name: string): boolean {
  return SECRET_NAMES.test(name);
}

/** What a child's environment is made from. */
export interface EnvironmentOptions {
  /** Absolute; no program is found in it by its bare name. */
  readonly workspace: string;
  /** Values that no child may see, whatever their variable is called. */
  readonly secrets: readonly string[];
  /** Names that the user wants to pass on, beside the usual ones. */
  readonly pass?: readonly string[];
}

const USUAL = new Set(
  [
    ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'TZ', 'TMPDIR'],
    ...[
      'SystemRoot',
      'SystemDrive',
      'windir',
      'ComSpec',
      'PATHEXT',
      'TEMP',
      'TMP',
      'USERPROFILE',
      'HOMEDRIVE',
      'HOMEPATH',
    ],
    ...['APPDATA', 'LOCALAPPDATA', 'ProgramData', 'ProgramFiles', 'ProgramFiles(x86)', 'NUMBER_OF_PROCESSORS', 'OS'],
  ].map((name) => name.toUpperCase()),
);
const SECRET_NAMES = /KEY(?!BOARD|MAP)|TOKEN|SECRET|PASS|CRED|AUTH(?!OR(?!IZ))/i;
const DANGEROUS_NAMES =
  /^(NODE_OPTIONS|LD_.*|DYLD_.*|BASH_ENV|BASH_FUNC_.*|ENV|PROMPT_COMMAND|GIT_.*|SSH_AUTH_SOCK|PYTHONSTARTUP|RIPGREP_CONFIG_PATH|COLORTERM)$/i;
/** Shorter values are not looked for inside others: they would be found by chance. */
const SHORTEST_SECRET = 6;

/**
 * Makes the environment of every child process: an allow-list, without anything that is named like a secret, holds a
 * secret, or makes programs run other programs. Pure.
 */
export function toolEnvironment(environment: Environment, options: EnvironmentOptions): Record<string, string> {
  const passed = new Set((options.pass ?? []).map((name) => name.toUpperCase()));
  const secrets = options.secrets.map((secret) => secret.trim()).filter((secret) => secret.length >= SHORTEST_SECRET);
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || !isWanted(name, passed) || DANGEROUS_NAMES.test(name) || isSecretName(name)) continue;
    if (secrets.some((secret) => value.includes(secret))) continue;
    kept[name] = name.toUpperCase() === 'PATH' ? safeSearchPath(value, options.workspace) : value;
  }
  return kept;
}

function isWanted(name: string, passed: ReadonlySet<string>): boolean {
  const upper = name.toUpperCase();
  return USUAL.has(upper) || upper.startsWith('LC_') || passed.has(upper);
}

/** Leaves out the folders in which a project could place programs. */
function safeSearchPath(path: string, workspace: string): string {
  const separator = process.platform === 'win32' ? ';' : ':';
  return path
    .split(separator)
    .filter((folder) => isAbsolute(folder) && !isInside(folder, workspace))
    .join(separator);
}
