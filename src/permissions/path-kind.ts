import { lstatSync, type Stats, statSync } from 'node:fs';

/** What is at a path; devices and the like count as files. */
export type PathKind = 'file' | 'folder' | 'link';

/** Says what is at a path, following no link at its end; undefined where there is nothing, or nothing that can be seen. */
export function kindOf(path: string): PathKind | undefined {
  return kindIn(() => lstatSync(path));
}

/** Says what a path leads to, behind every link; undefined where that is nothing, or nothing that can be seen. */
export function kindBehind(path: string): PathKind | undefined {
  return kindIn(() => statSync(path));
}

/** A name that is too long and a link that leads to itself are nothing, too: `throwIfNoEntry` would throw for them. */
function kindIn(look: () => Stats): PathKind | undefined {
  try {
    const found = look();
    if (found.isSymbolicLink()) return 'link';
    return found.isDirectory() ? 'folder' : 'file';
  } catch {
    return undefined;
  }
}
