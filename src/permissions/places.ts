import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { isInside } from '../tools/resolve-path.ts';
import { kindOf } from './path-kind.ts';
import { secretPlaces } from './secret-places.ts';

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

/** The folders that a session is given; all absolute. */
export interface GivenSurroundings {
  readonly workspace: string;
  readonly home: string;
  /** This program's own folders. */
  readonly own: readonly string[];
  /**
   * Files of this program's own that a model was pointed to: outputs of this session that were too long. They may
   * become more.
   */
  readonly readable: Iterable<string>;
}

/** The folders that places are judged by, with their links followed. */
export interface Surroundings extends GivenSurroundings {
  /** Where keys are. */
  readonly secrets: readonly string[];
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
  '.git/config.worktree',
  '.git/commondir',
  '.mcp.json',
  '.npmrc',
  '.envrc',
  '.pre-commit-config.yaml',
];
/**
 * What stands in for an absent file as long as a command runs; for others an empty folder does. git obeys these where it
 * finds them: an empty list of settings, and a repository whose common part is itself.
 */
export const STAND_IN_TEXTS: Readonly<Record<string, string>> = { '.git/config.worktree': '', '.git/commondir': '.\n' };
/** What decides in a git directory which programs git runs. */
export const GIT_NAMES: readonly string[] = ['config', 'config.worktree', 'commondir', 'hooks', 'info', 'modules'];
const PROTECTED_NAMES =
  /^(\.(bash|zsh|k)(rc|_profile|_login|_logout|env)|\.zshenv|\.zprofile|\.zlogin|\.profile|\.bash_aliases|\.inputrc|\.gitconfig|\.mcp\.json|\.npmrc|\.envrc|\.gitmodules|\.yarnrc(\.yml)?|\.pnpmfile\.cjs)$/;
/** Configurations of tool managers, hook managers and agents that name commands to run. */
const COMMAND_CONFIGS =
  /^(\.pre-commit-config\.ya?ml|\.?lefthook(-local)?\.(ya?ml|toml|json)|\.?mise(\.[\w-]+)*\.toml|\.devcontainer\.json|\.claude\.json|\.?opencode\.jsonc?|\.?crush\.json|\.aider\.conf\.ya?ml)$/;
/** What debuggers, editors, shells of languages and build tools run or obey in the folder that they are started in. */
const START_FILES =
  /^(\.gdbinit|\.lldbinit|\.pdbrc(\.py)?|\.irbrc|\.pryrc|\.ghci|\.rprofile|\.renviron|\.dir-locals(-2)?\.el|\.bazelrc|\.g?vimrc|_vimrc|\.exrc|\.nvimrc|\.nvim\.lua|\.lvimrc|.*\.code-workspace)$/;
const PROTECTED_FOLDER_NAMES =
  /^(\.vscode|\.vs|\.idea|\.zed|\.helix|\.fleet|\.vim|\.externaltoolbuilders|\.husky|\.githooks|\.agent-chat|\.ssh|\.devcontainer|\.mise|\.direnv)$/;
/** Folders of agents: settings, hooks, servers, commands. */
const AGENT_FOLDERS =
  /^\.(claude|codex|cursor|gemini|opencode|qwen|windsurf|kiro|roo|amazonq|continue|amp|cline|augment|factory|junie|trae|goose)$/;
/** What other agents are told and obey: asked about, and not kept from commands, since git changes it with every branch. */
const INSTRUCTIONS =
  /^(claude(\.local)?\.md|gemini\.md|qwen\.md|\.cursorrules|\.windsurfrules|\.clinerules|\.roorules)$/;
/** What people run without knowing that it lies here, by its folder; commands that install something have to write it. */
const RUN_UNSEEN = /^(node_modules\/\.bin|\.?(venv|virtualenv|env)\/(bin|scripts|pyvenv\.cfg|lib64?))$/;
/** The folders of version control: all that is in them decides what runs, or what comes back when work is undone. */
const VERSION_CONTROL: ReadonlySet<string> = new Set(['.git', '.hg', '.jj', '.sl', '.svn', '.bzr']);
/** What makes a git directory of a folder that has a `HEAD`, whatever the folder is called. */
const GIT_PARTS: ReadonlySet<string> = new Set([...GIT_NAMES, 'objects', 'refs', 'worktrees', 'packed-refs', 'index']);
/** The folder of an agent's folder that holds working copies: not protected itself. In `.git` it holds their state. */
export const WORKING_COPIES = 'worktrees';

/** What the system tells of processes, their environment among it: that of this program holds its keys. */
const OF_PROCESSES = /^\/proc\/(self|thread-self|\d+)(\/|$)/;

/** Judges where an absolute path lies for a read. */
export function placeOfRead(path: string, around: Surroundings): Place {
  if (path === '/dev/null') return 'harmless';
  for (const known of around.readable) if (path === known) return 'harmless';
  if (around.own.some((folder) => isInside(path, folder)) || OF_PROCESSES.test(path)) return 'own';
  if (isSecret(path, around)) return 'secret';
  return isInside(path, around.workspace) ? 'workspace' : 'outside';
}

/** Judges where an absolute path lies for a write. */
export function placeOfWrite(path: string, around: Surroundings): Place {
  if (around.own.some((folder) => isInside(path, folder))) return 'own';
  if (isProtected(path) || isSecret(path, around) || isPartOfBare(path, around)) return 'protected';
  return isInside(path, around.workspace) ? 'workspace' : 'outside';
}

function isSecret(path: string, { secrets }: Surroundings): boolean {
  return secrets.some((place) => isInside(path, place));
}

/**
 * Tells whether a file or folder with this name in a folder of that name is protected, with all that is in it, wherever
 * it lies; `.git` is a matter of its own. Compares as the least strict of file systems do.
 */
export function isProtectedName(name: string, parent: string): boolean {
  const lower = foldName(name);
  if ([PROTECTED_NAMES, COMMAND_CONFIGS, START_FILES, PROTECTED_FOLDER_NAMES].some((names) => names.test(lower)))
    return true;
  if (isAgentFolder(name)) return true;
  const within = foldName(parent);
  if (within === '.yarn') return /^(releases|plugins|sdks)$/.test(lower);
  if (within === '.hg') return /^(hgrc.*|sharedpath)$/.test(lower);
  return /^(\.cargo|mise)$/.test(within) && /^config(\.[\w-]+)*$/.test(lower);
}

/** Tells whether it is the folder of an agent: protected but for its {@link WORKING_COPIES}. */
export function isAgentFolder(name: string): boolean {
  return AGENT_FOLDERS.test(foldName(name));
}

/** Without case, ignorable characters, streams and what is dropped at the end; `GIT~1` is a short name of Windows. */
function foldName(name: string): string {
  const plain = name
    .normalize('NFC')
    .replace(/\p{Cf}/gu, '')
    .replace(/(?<=.)(:.*|[. ]+)$/s, '');
  const lower = plain.toLowerCase();
  return lower === 'git~1' ? '.git' : lower;
}

function isProtected(path: string): boolean {
  const names = path.split(/[\\/]/).map(foldName);
  const isOpen = (at: number): boolean => isAgentFolder(names[at] ?? '') && names[at + 1] === WORKING_COPIES;
  if (names.some((name, at) => isProtectedName(name, names[at - 1] ?? '') && !isOpen(at))) return true;
  if (names.some((name, at) => RUN_UNSEEN.test(`${names[at - 1] ?? ''}/${name}`))) return true;
  return isInstructions(names.at(-1) ?? '') || names.some((name) => VERSION_CONTROL.has(name));
}

/** Tells whether a file is read by other agents as their instructions. */
export function isInstructions(name: string): boolean {
  return INSTRUCTIONS.test(foldName(name));
}

/** git takes any folder with a `HEAD` and a few more for a repository, and runs what its `config` names. */
function isPartOfBare(path: string, { workspace }: Surroundings): boolean {
  const names = path.split(sep);
  if (foldName(names.at(-1) ?? '') === 'head') return true;
  const top = isInside(path, workspace) ? workspace.split(sep).length : 1;
  return names.some((name, at) => {
    if (at < top || !GIT_PARTS.has(foldName(name))) return false;
    return kindOf([...names.slice(0, at), 'HEAD'].join(sep)) !== undefined;
  });
}

/** Gives the absolute folder or file that a `read:` or `write:` rule names. */
export function ruleFolder(path: string, { workspace, home }: Surroundings): string {
  if (path === '~' || path.startsWith('~/')) return join(home, path.slice(1));
  return resolve(workspace, path.replace(/(\/\*\*?)?$/, ''));
}

/** Tells whether a folder that is forbidden holds a path. Compares as the least strict of file systems do. */
export function isCovered(path: string, folder: string): boolean {
  return isInside(path, folder) || isInside(foldPath(path), foldPath(folder));
}

function foldPath(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

/** Follows the links in the folders that places are judged by, as judged paths have them followed too. */
export function realSurroundings({ workspace, home, own, readable }: GivenSurroundings): Surroundings {
  const real = { workspace: realFolder(workspace), home: realFolder(home), own: own.map(realFolder), readable };
  // A home is no place to work in whose keys are everybody's; a folder of keys that was chosen to work in is one.
  return { ...real, secrets: secretPlaces(real.home).filter((place) => !isInside(real.workspace, place)) };
}

/** Follows the links of a folder that may not exist yet. */
export function realFolder(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path === dirname(path) ? path : join(realFolder(dirname(path)), basename(path));
  }
}
