import { createHash } from 'node:crypto';
import { lstatSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readPlainText } from '../plain-file.ts';

/** Instructions for the model that lie in a folder, as `AGENTS.md` of it and the folders above it up to the project's. */
export interface Instructions {
  readonly file: string;
  readonly text: string;
}

/** What a folder brings along that must be trusted before it is used. */
export interface Project {
  /** The folder that trust is given to: the one with `.git`, else the current one; its real path. */
  readonly root: string;
  /** Files that exist, outermost first. */
  readonly files: readonly string[];
}

const FILE_NAME = 'AGENTS.md';
const SIZE_LIMIT_BYTES = 256 * 1024;

/** Finds what the folder brings along, without reading any of it. */
export function findProject(cwd: string): Project {
  const folders = projectFolders(cwd);
  const files = folders.map((folder) => join(folder, FILE_NAME)).filter(isPlainFile);
  return { root: folders[0] ?? cwd, files };
}

/** Gives the folders from the project's, the one with `.git`, down to this one, as real paths; without one, this alone. */
export function projectFolders(cwd: string): readonly string[] {
  const folders: string[] = [];
  const real = realpathSync(cwd);
  for (let folder = real; ; folder = dirname(folder)) {
    folders.unshift(folder);
    if (exists(join(folder, '.git'))) return folders;
    if (dirname(folder) === folder) return [real];
  }
}

/** Reads the project's instructions; a file that cannot be read or is too large is left out. */
export function readInstructions(project: Project): readonly Instructions[] {
  return project.files.flatMap((file) => {
    const text = (readPlainText(file, SIZE_LIMIT_BYTES) ?? '').replaceAll('\0', '').trim();
    return text === '' ? [] : [{ file, text }];
  });
}

/** Gives what trust is bound to: another text, and it has to be given again. */
export function hashInstructions(instructions: readonly Instructions[]): string {
  const hash = createHash('sha256');
  for (const { file, text } of instructions) hash.update(`${file}\0${text}\0`);
  return hash.digest('hex');
}

function exists(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function isPlainFile(path: string): boolean {
  try {
    const stats = lstatSync(path);
    return stats.isFile() && stats.size <= SIZE_LIMIT_BYTES;
  } catch {
    return false;
  }
}
