import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isInside } from '../tools/resolve-path.ts';

/** Where a path lies, as far as permissions care. */
export type Place =
  | 'workspace'
  /** In the workspace or a home, but what is written there runs programs later. */
  | 'protected'
  /** This program's own configuration, sessions and trust. */
  | 'own'
  /** Keys and passwords of the user. */
  | 'secret'
  /** Nothing can be lost or learnt there: `/dev/null`, and what tools wrote for the model. */
  | 'harmless'
  | 'outside';

/** The folders that places are judged by; all absolute. */
export interface Surroundings {
  readonly workspace: string;
  readonly home: string;
  /** This program's own folders. */
  readonly own: readonly string[];
  /** Folders with outputs that were too long for the model. */
  readonly readable: readonly string[];
}

/** Folders and files of a workspace that make other programs run something; what is absent is protected too. */
export const PROTECTED_FOLDERS: readonly string[] = [
  '.git/hooks',
  '.git/info',
  '.git/modules',
  '.vscode',
  '.idea',
  '.husky',
  '.agent-chat',
  '.claude',
  '.codex',
  '.cursor',
  '.gemini',
  '.opencode',
  '.devcontainer',
  '.cargo',
];
export const PROTECTED_FILES: readonly string[] = [
  '.git/config',
  '.mcp.json',
  '.npmrc',
  '.envrc',
  '.pre-commit-config.yaml',
];
/** Places of a home that hold keys. */
export const SECRET_FOLDERS: readonly string[] = [
  '.ssh',
  '.aws',
  '.gnupg',
  '.config/gcloud',
  '.azure',
  '.kube',
  '.docker',
  '.password-store',
];
export const SECRET_FILES: readonly string[] = ['.netrc', '.git-credentials', '.pypirc', '.config/gh/hosts.yml'];
const PROTECTED_NAMES =
  /^(\.(bash|zsh|k)(rc|_profile|_login|_logout|env)|\.zshenv|\.zprofile|\.zlogin|\.profile|\.bash_aliases|\.inputrc|\.gitconfig|\.mcp\.json|\.npmrc|\.envrc|\.gitmodules|\.yarnrc(\.yml)?|\.pnpmfile\.cjs)$/;
/** Configurations of tool managers, hook managers and agents that name commands to run. */
const COMMAND_CONFIGS =
  /^(\.pre-commit-config\.ya?ml|\.?lefthook(-local)?\.(ya?ml|toml|json)|\.?mise(\.[\w-]+)*\.toml|\.devcontainer\.json|\.claude\.json|\.?opencode\.jsonc?)$/;
const PROTECTED_PARENTS = /^(\.vscode|\.idea|\.husky|\.agent-chat|\.ssh|\.devcontainer|\.mise)$/;
/** Folders of agents: settings, hooks, servers, commands. Some keep whole working copies in `worktrees`. */
const AGENT_FOLDERS = /^\.(claude|codex|cursor|gemini|opencode)$/;

/** What the system tells of processes, their environment among it: that of this program holds its keys. */
const OF_PROCESSES = /^\/proc\/(self|thread-self|\d+)(\/|$)/;

/** Judges where an absolute path lies for a read. */
export function placeOfRead(path: string, around: Surroundings): Place {
  if (path === '/dev/null' || around.readable.some((folder) => isInside(path, folder))) return 'harmless';
  if (around.own.some((folder) => isInside(path, folder)) || OF_PROCESSES.test(path)) return 'own';
  if (isSecret(path, around.home)) return 'secret';
  return isInside(path, around.workspace) ? 'workspace' : 'outside';
}

/** Judges where an absolute path lies for a write. */
export function placeOfWrite(path: string, around: Surroundings): Place {
  if (around.own.some((folder) => isInside(path, folder))) return 'own';
  if (isProtected(path) || isSecret(path, around.home)) return 'protected';
  return isInside(path, around.workspace) ? 'workspace' : 'outside';
}

function isSecret(path: string, home: string): boolean {
  if (SECRET_FILES.some((name) => path === join(home, name))) return true;
  return SECRET_FOLDERS.some((name) => isInside(path, join(home, name)));
}

/** Whether a file or folder of this name is protected wherever it lies; `.git` is a matter of its own. */
export function isProtectedName(name: string): boolean {
  const lower = name.toLowerCase();
  return PROTECTED_NAMES.test(lower) || (lower !== 'hooks' && PROTECTED_PARENTS.test(lower));
}

/** Compares without case: some file systems do. */
function isProtected(path: string): boolean {
  const names = path.toLowerCase().split(/[\\/]/);
  const leaf = names.at(-1) ?? '';
  if (PROTECTED_NAMES.test(leaf) || COMMAND_CONFIGS.test(leaf)) return true;
  if (names.some((name) => PROTECTED_PARENTS.test(name))) return true;
  if (names.some((name, at) => AGENT_FOLDERS.test(name) && names[at + 1] !== 'worktrees')) return true;
  if (names.at(-2) === '.cargo' && /^config(\.toml)?$/.test(leaf)) return true;
  const git = names.indexOf('.git');
  if (git === -1) return false;
  const inner = names.slice(git + 1).join('/');
  return inner === '' || /^(hooks|config|config\.worktree|modules|worktrees|info\/attributes)(\/|$)/.test(inner);
}

/** Follows the links in the folders that places are judged by, as judged paths have them followed too. */
export function realSurroundings({ workspace, home, own, readable }: Surroundings): Surroundings {
  return {
    workspace: realFolder(workspace),
    home: realFolder(home),
    own: own.map(realFolder),
    readable: readable.map(realFolder),
  };
}

/** Follows the links of a folder that may not exist yet. */
export function realFolder(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path === dirname(path) ? path : join(realFolder(dirname(path)), basename(path));
  }
}
