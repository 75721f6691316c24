import { homedir } from 'node:os';

/** Writes an absolute folder as a person would: the home folder is `~`. */
export function shortFolder(folder: string): string {
  const home = homedir();
  return folder === home || folder.startsWith(`${home}/`) ? `~${folder.slice(home.length)}` : folder;
}
