import { lstat, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { errorCode } from '../errors.ts';
import { PATH_CONTROL_CHARACTER } from './control-characters.ts';
import { ToolFailure } from './tool.ts';

/** A path as it was asked for and as the file system has it; both absolute. */
export interface ResolvedPath {
  readonly requested: string;
  /** Every symbolic link followed; what does not exist yet is appended to its longest existing ancestor. */
  readonly resolved: string;
}

/**
 * Resolves a path against `cwd`; a leading `~/` is the home directory. Throws a {@link ToolFailure} for a path that
 * holds control characters or that goes through a link to nowhere.
 */
export async function resolvePath(path: string, cwd: string): Promise<ResolvedPath> {
  if (PATH_CONTROL_CHARACTER.test(path)) {
    throw new ToolFailure(`The path ${JSON.stringify(path)} holds a control character. Give a plain path.`);
  }
  const expanded = path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
  const requested = resolve(cwd, expanded);
  return { requested, resolved: await resolveExisting(requested) };
}

async function resolveExisting(requested: string): Promise<string> {
  const missing: string[] = [];
  for (let path = requested; ; path = dirname(path)) {
    const real = await realPathOf(path);
    if (real !== undefined) return join(real, ...missing);
    if (await isLink(path)) throw new ToolFailure(`${path} is a symbolic link that leads nowhere. Remove it first.`);
    if (path === dirname(path)) return join(path, ...missing);
    missing.unshift(path.slice(dirname(path).length).replace(/^[\\/]/, ''));
  }
}

async function realPathOf(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new ToolFailure(`${path} cannot be resolved: ${code ?? String(error)}.`);
  }
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch {
    return false;
  }
}

/** Tells whether `path` is `folder` or lies in it; compares whole components of absolute paths. */
export function isInside(path: string, folder: string): boolean {
  const rest = relative(folder, path);
  return rest === '' || (rest !== '..' && !rest.startsWith(`..${sep}`) && !isAbsolute(rest));
}

/** Names a path as a person would: relative to `cwd` when it lies there, else absolute. */
export function displayPath(path: string, cwd: string): string {
  if (!isInside(path, cwd)) return path;
  return relative(cwd, path).split(sep).join('/') || '.';
}

/** Gives both spellings of a path for a judgement that must hold for each of them. */
export function bothPaths(path: ResolvedPath): readonly string[] {
  return path.requested === path.resolved ? [path.resolved] : [path.requested, path.resolved];
}
