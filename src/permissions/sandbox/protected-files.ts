import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { readPlainText } from '../../plain-file.ts';
import {
  GIT_NAMES,
  isAgentFolder,
  isInstructions,
  isProtectedName,
  PROTECTED_FILES,
  PROTECTED_FOLDERS,
  STAND_IN_TEXTS,
  WORKING_COPIES,
} from '../places.ts';

/** How far a look goes: folders read, milliseconds, and files found. What lies nearest to the top is found first. */
const MAX_FOLDERS = 20_000;
const MAX_MS = 2000;
const MAX_FOUND = 400;
const AT_ONCE = 32;
const AT_TOP: ReadonlySet<string> = new Set([...PROTECTED_FOLDERS, ...PROTECTED_FILES, '.git']);

/** A file or folder that makes other programs run something. */
export interface ProtectedFile {
  /** Absolute. */
  readonly path: string;
  /**
   * A git directory stays writable: only what is named in it is protected. An open folder lies in one that is not. What
   * is at the top of the workspace is the sandbox's own matter. What is only told of is left writable.
   */
  readonly kind: 'file' | 'folder' | 'link' | 'git' | 'open' | 'top' | 'told';
  /** The same for the same file as long as nobody writes it, wherever it is moved to. */
  readonly id: string;
}

export interface ProtectedFiles {
  /** In the order to be mounted: a folder before what lies in it. */
  readonly files: readonly ProtectedFile[];
  /** The workspace is too large: there may be more. */
  readonly is_cut: boolean;
}

/**
 * Finds what is protected in a workspace at any depth. Follows no links; of `node_modules` only the git directories of
 * its packages are looked at.
 */
export async function findProtected(workspace: string): Promise<ProtectedFiles> {
  const files: ProtectedFile[] = [];
  const end_ms = performance.now() + MAX_MS;
  let level = [workspace];
  let folders = 0;
  while (level.length > 0) {
    const next: string[] = [];
    for (let at = 0; at < level.length; at += AT_ONCE) {
      if (folders >= MAX_FOLDERS || files.length >= MAX_FOUND || performance.now() > end_ms) {
        return { files, is_cut: true };
      }
      const found = await Promise.all(level.slice(at, at + AT_ONCE).map((folder) => lookInto(folder, workspace)));
      folders += found.length;
      for (const { here, below } of found) {
        files.push(...here);
        next.push(...below);
      }
    }
    level = next;
  }
  return { files, is_cut: false };
}

/** What in a git directory is git's own, and is not looked at as a folder of the workspace would be. */
const GIT_OWN: ReadonlySet<string> = new Set([...GIT_NAMES, 'objects', 'refs', 'logs', 'worktrees', 'branches', 'lfs']);

/** Names what a command made or changed, relative to the workspace; of what is new in a new folder only the folder. */
export function newProtected(before: ProtectedFiles, after: ProtectedFiles, workspace: string): readonly string[] {
  const known = new Set(before.files.map(({ id }) => id));
  const made = after.files.filter(({ id, kind }) => kind !== 'open' && !known.has(id)).map(({ path }) => path);
  return made
    .filter((path) => !made.some((folder) => path.startsWith(join(folder, '/'))))
    .map((path) => relative(workspace, path) || '.');
}

interface Looked {
  readonly here: readonly ProtectedFile[];
  readonly below: readonly string[];
}

async function lookInto(folder: string, workspace: string): Promise<Looked> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const isGit = isGitDirectory(entries);
  const here: ProtectedFile[] = isGit ? [...(await inGitDirectory(folder))] : [];
  const below: string[] = [];
  for (const entry of entries) {
    if (isGit && GIT_OWN.has(entry.name)) continue;
    const path = join(folder, entry.name);
    const looking = lookAt(path, { entry, isTop: folder === workspace && AT_TOP.has(entry.name) });
    if (looking !== undefined) {
      const looked = await looking;
      here.push(...looked.here);
      below.push(...looked.below);
    } else if (entry.isDirectory()) below.push(path);
  }
  return { here, below };
}

interface Entry {
  readonly entry: Dirent;
  /** It is kept by the sandbox itself. */
  readonly isTop: boolean;
}

/** Gives undefined for what is like any other file or folder; at once, as most are. */
function lookAt(path: string, { entry, isTop }: Entry): Promise<Looked> | undefined {
  const { name } = entry;
  if (name === '.git') return alone(inRepository(path, isTop));
  if (isTop || isProtectedName(name, basename(dirname(path)))) return inProtected(path, { entry, isTop });
  if (isInstructions(name)) return alone(identify(path).then(toldOf));
  return name === 'node_modules' && entry.isDirectory() ? alone(inPackages(path)) : undefined;
}

function toldOf(files: readonly ProtectedFile[]): readonly ProtectedFile[] {
  return files.map((file) => ({ ...file, kind: 'told' }));
}

async function alone(files: Promise<readonly ProtectedFile[]>): Promise<Looked> {
  return { here: await files, below: [] };
}

/** An agent's folder may hold working copies, in which there is more to protect. */
async function inProtected(path: string, { entry, isTop }: Entry): Promise<Looked> {
  const itself = await (isTop ? identifyTop(path) : identify(path));
  const open = entry.isDirectory() && isAgentFolder(entry.name) ? await workingCopies(path) : [];
  return { here: [...itself, ...open], below: open.map((copies) => copies.path) };
}

function isGitDirectory(entries: readonly { readonly name: string }[]): boolean {
  const names = new Set(entries.map(({ name }) => name));
  return names.has('HEAD') && ((names.has('objects') && names.has('refs')) || names.has('commondir'));
}

/** Finds the folder of working copies in an agent's folder; a link is none. */
async function workingCopies(folder: string): Promise<readonly ProtectedFile[]> {
  const [found] = await identify(join(folder, WORKING_COPIES));
  return found?.kind === 'folder' ? [{ ...found, kind: 'open' }] : [];
}

/** Looks at a `.git`: a directory, or a file that points to one. */
async function inRepository(path: string, isTop: boolean): Promise<readonly ProtectedFile[]> {
  const [git] = await identify(path);
  if (git === undefined) return [];
  if (git.kind !== 'folder') return isTop ? identifyTop(path) : [git];
  const found = await inGitDirectory(path);
  if (!isTop) return found;
  const own = PROTECTED_FOLDERS.concat(PROTECTED_FILES, '.git').map((name) => join(path, '..', name));
  const checked = found.map(async (file) => (own.includes(file.path) ? identifyTop(file.path) : [file]));
  return (await Promise.all(checked)).flat();
}

async function inGitDirectory(path: string): Promise<readonly ProtectedFile[]> {
  const worktrees = await readdir(join(path, 'worktrees')).catch(() => []);
  const names = [
    ...GIT_NAMES,
    ...worktrees.flatMap((name) => [`worktrees/${name}/commondir`, `worktrees/${name}/config.worktree`]),
  ];
  const found = await Promise.all(names.map((name) => identify(join(path, name))));
  const itself = (await identify(path)).map((git) => ({ ...git, kind: 'git' as const }));
  // A rebase that goes on runs what its list says; git itself has to write that.
  const todo = toldOf(await identify(join(path, 'rebase-merge/git-rebase-todo')));
  return [...itself, ...found.flat().filter((file) => !isStandInText(file.path)), ...todo];
}

/** Looks at the packages of a `node_modules`, those in scopes too. */
async function inPackages(folder: string): Promise<readonly ProtectedFile[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const packages = entries.filter((entry) => entry.isDirectory());
  const found = await Promise.all(
    packages.map(({ name }) =>
      name.startsWith('@') ? inPackages(join(folder, name)) : inRepository(join(folder, name, '.git'), false),
    ),
  );
  return found.flat();
}

/** What may be a stand-in of the sandbox, an empty folder or a file that says nothing, is as if there were none. */
async function identifyTop(path: string): Promise<readonly ProtectedFile[]> {
  // Looked into first: a stand-in that another command's end takes away meanwhile is then not there at all.
  const isEmpty = (await readdir(path).catch(() => undefined))?.length === 0;
  if (isEmpty || isStandInText(path)) return [];
  return (await identify(path)).map((file) => ({ ...file, kind: 'top' }));
}

function isStandInText(path: string): boolean {
  const text = STAND_IN_TEXTS[`.git/${basename(path)}`];
  return text !== undefined && basename(dirname(path)) === '.git' && readPlainText(path, 16) === text;
}

/** Gives the file at a path, if there is one. */
async function identify(path: string): Promise<readonly ProtectedFile[]> {
  const found = await lstat(path, { bigint: true }).catch(() => undefined);
  if (found === undefined) return [];
  const inode = `${found.dev}:${found.ino}`;
  if (found.isDirectory()) return [{ path, kind: 'folder', id: inode }];
  return [{ path, kind: found.isSymbolicLink() ? 'link' : 'file', id: `${inode}:${found.ctimeNs}` }];
}
