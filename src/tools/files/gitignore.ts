import { existsSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { Ignore } from 'ignore';
import { readPlainText } from '../../plain-file.ts';

/** Folders that are never listed or searched unless they are asked for by name. */
export const SKIPPED_FOLDERS: readonly string[] = ['.git', '.hg', '.svn', 'node_modules'];

/** A larger list of rules is none. */
const LARGEST_BYTES = 1024 * 1024;

/** The rules of every `.gitignore` that has a say below one folder. Reads them when their folder is first entered. */
export interface IgnoreRules {
  /** Takes an absolute path below the folder, without a slash at its end. */
  isIgnored(path: string, isFolder: boolean): boolean;
}

interface FolderRules {
  readonly rules: Ignore | undefined;
  /** A repository begins here: what lies above has no say. */
  readonly isRepository: boolean;
}

/** Reads the rules that hold below `root`, those of the folders above it included, up to its repository. */
export async function readIgnoreRules(root: string): Promise<IgnoreRules> {
  const { default: ignore } = await import('ignore');
  const folders = new Map<string, FolderRules>();
  const rulesOf = (folder: string): FolderRules => {
    const known = folders.get(folder);
    if (known !== undefined) return known;
    const text = readPlainText(join(folder, '.gitignore'), LARGEST_BYTES);
    const rules = text === undefined ? undefined : ignore({ ignorecase: false }).add(text);
    const found = { rules, isRepository: existsSync(join(folder, '.git')) };
    folders.set(folder, found);
    return found;
  };
  const judge = (path: string, isFolder: boolean, top?: string): boolean => {
    for (let folder = dirname(path); ; folder = dirname(folder)) {
      const { rules, isRepository } = rulesOf(folder);
      const verdict = rules?.test(relativeTo(folder, path, isFolder));
      if (verdict?.ignored === true) return true;
      if (verdict?.unignored === true || isRepository || folder === top || folder === dirname(folder)) return false;
    }
  };
  const isRootIgnored = root !== dirname(root) && judge(root, true);
  return { isIgnored: (path, isFolder) => judge(path, isFolder, isRootIgnored ? root : undefined) };
}

function relativeTo(folder: string, path: string, isFolder: boolean): string {
  const start = folder.endsWith(sep) ? folder.length : folder.length + 1;
  return path.slice(start).split(sep).join('/') + (isFolder ? '/' : '');
}
