import { walkFiles } from '../../tools/files/walk-files.ts';

/** How long a list of the folder's files is good for. */
const FRESH_MS = 10_000;
const MOST_FOUND = 50;

/** Makes the search behind `@`: the paths that match best, at most fifty, relative to the folder. */
export function fileFinder(cwd: string): (query: string) => Promise<readonly string[]> {
  let known: { readonly at: number; readonly paths: Promise<readonly string[]> } | undefined;
  const paths = (): Promise<readonly string[]> => {
    if (known === undefined || performance.now() - known.at > FRESH_MS) {
      const walk = walkFiles(cwd, { signal: new AbortController().signal, with_folders: true });
      known = { at: performance.now(), paths: walk.then((found) => found.paths) };
    }
    return known.paths;
  };
  return async (query) => {
    const [all, { default: fuzzysort }] = await Promise.all([paths(), import('fuzzysort')]);
    if (query === '') return all.slice(0, MOST_FOUND);
    const children = query.endsWith('/') ? all.filter((path) => isChild(path, query)) : [];
    if (children.length > 0 || all.includes(query)) return children.slice(0, MOST_FOUND);
    return fuzzysort.go(query, all as string[], { limit: MOST_FOUND, threshold: 0.1 }).map((match) => match.target);
  };
}

/** Tells whether a path lies right in a folder; both are written with a slash at the end where they are folders. */
function isChild(path: string, folder: string): boolean {
  return path.startsWith(folder) && /^[^/]+\/?$/.test(path.slice(folder.length));
}
