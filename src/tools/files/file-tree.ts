import { formatCount } from '../../format.ts';

interface Folder {
  readonly folders: Map<string, Folder>;
  readonly files: string[];
}

export interface TreeOptions {
  readonly max_lines: number;
  /** Absent: the deepest that fits in `max_lines`. */
  readonly depth?: number;
}

const DEEPEST = 50;
const LONGEST_NAME = 255;

/** Draws sorted relative paths (folders end with a slash) as an indented tree; deeper folders only say their size. */
export function renderTree(paths: readonly string[], { max_lines, depth }: TreeOptions): readonly string[] {
  const root = treeOf(paths);
  const lines = depth === undefined ? deepestThatFits(root, max_lines) : draw(root, depth);
  if (lines.length <= max_lines) return lines;
  return [
    ...lines.slice(0, max_lines),
    `[… ${lines.length - max_lines} more lines; list a folder of it or use a pattern]`,
  ];
}

function deepestThatFits(root: Folder, max_lines: number): readonly string[] {
  let best = draw(root, 1);
  for (let depth = 2; depth <= DEEPEST; depth += 1) {
    const lines = draw(root, depth);
    if (lines.length > max_lines || lines.length === best.length) return lines.length > max_lines ? best : lines;
    best = lines;
  }
  return best;
}

function treeOf(paths: readonly string[]): Folder {
  const root: Folder = { folders: new Map(), files: [] };
  for (const path of paths) {
    const names = path.split('/');
    const file = names.pop() ?? '';
    let folder = root;
    for (const name of names) folder = entered(folder, name);
    if (file !== '') folder.files.push(file);
  }
  return root;
}

function entered(folder: Folder, name: string): Folder {
  const known = folder.folders.get(name);
  if (known !== undefined) return known;
  const made: Folder = { folders: new Map(), files: [] };
  folder.folders.set(name, made);
  return made;
}

function draw(folder: Folder, depth: number, indent = ''): string[] {
  const folders = [...folder.folders].flatMap(([name, inner]) =>
    depth > 1
      ? [`${indent}${printable(name)}/`, ...draw(inner, depth - 1, `${indent}  `)]
      : [`${indent}${printable(name)}/ (${formatCount(countFiles(inner), 'file')})`],
  );
  return [...folders, ...folder.files.map((name) => `${indent}${printable(name)}`)];
}

function printable(name: string): string {
  return name
    .slice(0, LONGEST_NAME)
    .replace(/[\u0000-\u001f\u007f]/g, (character) => JSON.stringify(character).slice(1, -1));
}

function countFiles(folder: Folder): number {
  let count = folder.files.length;
  for (const inner of folder.folders.values()) count += countFiles(inner);
  return count;
}
