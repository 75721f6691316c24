import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { kindOf } from './path-kind.ts';
import { realFolder } from './places.ts';

/** Where a path leads; absolute, every link followed. */
export interface WalkedPath {
  readonly place: string;
  /** False where `..` climbs out of what is no folder now, or links go in a circle: only a run would tell. */
  readonly is_sure: boolean;
}

/** As the kernel has it. */
const MOST_LINKS = 40;

/**
 * Follows a path as the kernel does, name by name: a link is followed before `..` climbs out of it, which `resolve` and
 * `join` do not do. What does not exist is appended, behind links that lead nowhere too.
 */
export function walkPath(path: string, cwd: string): WalkedPath {
  if (process.platform === 'win32') return { place: realFolder(resolve(cwd, path)), is_sure: true };
  const absolute = path.startsWith('/') ? path : `${cwd}/${path}`;
  try {
    return { place: realpathSync.native(absolute), is_sure: true };
  } catch {
    return walk(absolute);
  }
}

function walk(absolute: string): WalkedPath {
  const names = absolute.split('/').reverse();
  let place = '/';
  let links = 0;
  let is_sure = true;
  for (let name = names.pop(); name !== undefined; name = names.pop()) {
    const isClimb = name === '..';
    if (isClimb) is_sure &&= kindOf(place) === 'folder';
    const next = join(place, name);
    const target = isClimb || next === place ? undefined : linkTarget(next);
    if (target === undefined) {
      place = next;
      continue;
    }
    links += 1;
    if (links > MOST_LINKS) return { place: next, is_sure: false };
    if (target.startsWith('/')) place = '/';
    names.push(...target.split('/').reverse());
  }
  return { place, is_sure };
}

function linkTarget(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
  } catch {
    return undefined;
  }
}

/** Tells whether a path climbs out of a name: where that leads is another matter as soon as a link has that name. */
export function climbsOutOfName(path: string): boolean {
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  return names.some((name, at) => name === '..' && at > 0 && names[at - 1] !== '..');
}
