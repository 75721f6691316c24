import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { formatCount } from '../format.ts';
import { rememberDecisions } from './decided.ts';
import { renderTree } from './files/file-tree.ts';
import { readGlob } from './files/glob.ts';
import { isLeftOut, leftOutBelow, withLeftOut } from './files/left-out.ts';
import { explainOpenError } from './files/open-file.ts';
import { type Walk, walkFiles } from './files/walk-files.ts';
import { showHidden } from './output/model-text.ts';
import { bothPaths, displayPath } from './resolve-path.ts';
import { type Tool, ToolFailure, type ToolOutput } from './tool.ts';
import { builtInInput, type InputOf } from './tool-input.ts';

const MAX_ENTRIES = 400;

type ListInput = InputOf<'list_files'>;

/** Makes the tool that lists files. What git ignores is left out, and so is node_modules. */
export function listFilesTool(): Tool<ListInput> {
  const calls = rememberDecisions<ListInput>(({ path }) => path ?? '.');
  return {
    name: 'list_files',
    display_name: 'List',
    description:
      'Lists the files of a folder as a tree, or those that match a glob. What .gitignore names is left out.',
    input: builtInInput('list_files'),
    summarize: ({ path = '.', pattern }) => (pattern === undefined ? path : `${pattern} in ${path}`),
    access: async (call, { cwd }) => ({ kind: 'read', paths: bothPaths(await calls.path(call, cwd)) }),
    preview: async (call, { cwd }) => ({
      kind: 'text',
      text: `List the files of ${(await calls.path(call, cwd)).resolved}`,
    }),
    run: async (call, { cwd, signal, grant }) => {
      const { resolved } = await calls.path(call, cwd);
      const name = displayPath(resolved, cwd);
      await checkFolder(resolved, name);
      const left_out = leftOutBelow(resolved, grant);
      const walked = await walkFiles(resolved, { signal, with_folders: call.pattern === undefined });
      const walk = { ...walked, paths: walked.paths.filter((path) => !isLeftOut(join(resolved, path), left_out)) };
      const output = call.pattern === undefined ? tree(walk, name, call.depth) : matches(walk, call.pattern, name);
      return withLeftOut(output, left_out, cwd);
    },
  };
}

function tree(walk: Walk, name: string, depth: number | undefined): ToolOutput {
  const files = walk.paths.filter((path) => !path.endsWith('/')).length;
  if (walk.paths.length === 0) return { result: `${name} is empty.`, meta: { summary: 'empty' } };
  return { result: treeText(walk, depth), meta: { summary: formatCount(files, 'file') } };
}

/** Writes what a walk found as a tree of at most 400 lines, and says what is missing from it. */
export function treeText(walk: Walk, depth?: number): string {
  const lines = renderTree(walk.paths, { max_lines: MAX_ENTRIES, ...(depth === undefined ? {} : { depth }) });
  return [showHidden(lines.join('\n')), ...cutNote(walk)].join('\n');
}

function matches(walk: Walk, pattern: string, name: string): ToolOutput {
  const glob = readGlob(pattern);
  const found = walk.paths.filter((path) => glob.matches(path));
  if (found.length === 0) {
    return { result: `No file in ${name} matches ${pattern}.`, meta: { summary: 'no files' } };
  }
  const more = found.length > MAX_ENTRIES ? [`[… ${found.length - MAX_ENTRIES} more; narrow the pattern]`] : [];
  const result = [showHidden(found.slice(0, MAX_ENTRIES).join('\n')), ...more, ...cutNote(walk)].join('\n');
  return { result, meta: { summary: formatCount(found.length, 'file') } };
}

function cutNote(walk: Walk): string[] {
  return walk.is_cut ? [`[only the first ${walk.paths.length} files were looked at; list a folder of it]`] : [];
}

async function checkFolder(resolved: string, name: string): Promise<void> {
  try {
    if ((await stat(resolved)).isDirectory()) return;
  } catch (error) {
    throw new ToolFailure(explainOpenError(error, name));
  }
  throw new ToolFailure(`${name} is a file. Use read_file to read it.`);
}
