import { basename, sep } from 'node:path';
import { readIgnoreRules, SKIPPED_FOLDERS } from './gitignore.ts';

/** More files than this are not listed; the walk says that it was cut. */
export const MAX_FILES = 50_000;

export interface Walk {
  /** Relative to the root, with `/`, folders first named by a trailing slash; in the order of {@link comparePaths}. */
  readonly paths: readonly string[];
  readonly is_cut: boolean;
}

export interface WalkOptions {
  readonly signal: AbortSignal;
  /** Folders too, so that empty ones are seen. */
  readonly with_folders?: boolean;
  /** Leaves out symbolic links; they are never followed. */
  readonly without_links?: boolean;
}

/** Lists what lies below an absolute folder and is not ignored by git. Never runs git. */
export async function walkFiles(root: string, options: WalkOptions): Promise<Walk> {
  const [{ fdir }, rules] = await Promise.all([import('fdir'), readIgnoreRules(root)]);
  const start = root.endsWith(sep) ? root.length : root.length + 1;
  const isSkipped = (path: string, isFolder: boolean): boolean =>
    SKIPPED_FOLDERS.includes(basename(path)) || rules.isIgnored(path, isFolder);
  const walker = new fdir({ ...(options.without_links === true ? { excludeSymlinks: true } : {}) })
    .withFullPaths()
    .withMaxFiles(MAX_FILES)
    .withAbortSignal(options.signal)
    .exclude((_, folder) => isSkipped(withoutSlash(folder), true))
    .filter((path, isFolder) => isFolder || !isSkipped(path, false));
  const found = await (options.with_folders === true ? walker.withDirs() : walker).crawl(root).withPromise();
  options.signal.throwIfAborted();
  const paths = found
    .map((path) => path.slice(start).split(sep).join('/'))
    .filter((path) => path !== '')
    .sort(comparePaths);
  return { paths, is_cut: found.length >= MAX_FILES };
}

/** Orders paths name by name, as ripgrep's `--sort path` does. */
export function comparePaths(left: string, right: string): number {
  const a = left.split('/');
  const b = right.split('/');
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const order = Buffer.compare(Buffer.from(a[at] ?? ''), Buffer.from(b[at] ?? ''));
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith(sep) ? path.slice(0, -1) : path;
}
