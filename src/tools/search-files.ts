import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { clipLine, formatBytes, formatCount } from '../format.ts';
import { rememberDecisions } from './decided.ts';
import { readGlob } from './files/glob.ts';
import { leftOutBelow, withLeftOut } from './files/left-out.ts';
import { explainOpenError, notRegular } from './files/open-file.ts';
import type { ToolsOptions } from './options.ts';
import { plainOutput } from './output/model-text.ts';
import { findProgram } from './process/find-program.ts';
import { bothPaths, displayPath } from './resolve-path.ts';
import { searchBuiltIn } from './search/built-in-search.ts';
import { searchWithRipgrep } from './search/ripgrep.ts';
import type { Found, Match, Search } from './search/search.ts';
import { type Tool, ToolFailure, type ToolOutput } from './tool.ts';
import { builtInInput, type InputOf } from './tool-input.ts';

const MAX_LINE_CHARACTERS = 400;
const MAX_RESULT_BYTES = 32 * 1024;
/** Of the files that were too large, so many are named. */
const MAX_NAMED = 10;

type SearchInput = InputOf<'search_files'>;

/** Makes the tool that searches in files: with ripgrep where it is installed, else with the same rules by itself. */
export function searchFilesTool(options: ToolsOptions): Tool<SearchInput> {
  const calls = rememberDecisions<SearchInput>(({ path }) => path ?? '.');
  return {
    name: 'search_files',
    display_name: 'Search',
    description:
      'Searches the lines of files for a regular expression. What .gitignore names, binary files and files over 256 MB are left out.',
    input: builtInInput('search_files'),
    summarize: ({ pattern, path, glob }) =>
      [pattern, path && `in ${path}`, glob && `(${glob})`].filter(Boolean).join(' '),
    access: async (call, { cwd }) => ({ kind: 'read', paths: bothPaths(await calls.path(call, cwd)) }),
    preview: async (call, { cwd }) => ({ kind: 'text', text: `Search in ${(await calls.path(call, cwd)).resolved}` }),
    run: async (call, { cwd, signal, grant }) => {
      const { resolved } = await calls.path(call, cwd);
      const name = displayPath(resolved, cwd);
      const search: Search = {
        ...(await placeOf(resolved, name)),
        ...wish(call),
        left_out: leftOutBelow(resolved, grant),
        signal,
        max_matches: 1000,
      };
      const found = await searchWith(search, options);
      signal.throwIfAborted();
      const output = withNotes(report(found.matches, search, name), found, (path) => fullPath(path, name, search));
      return withLeftOut(output, search.left_out, cwd);
    },
  };
}

function wish({
  pattern,
  glob,
  case_insensitive,
}: SearchInput): Pick<Search, 'pattern' | 'glob' | 'is_case_insensitive'> {
  return {
    pattern,
    is_case_insensitive: case_insensitive === true,
    ...(glob === undefined ? {} : { glob: readGlob(glob) }),
  };
}

async function placeOf(resolved: string, name: string): Promise<Pick<Search, 'root' | 'file'>> {
  try {
    const found = await stat(resolved);
    if (found.isDirectory()) return { root: resolved };
    if (!found.isFile()) throw new ToolFailure(notRegular(name));
  } catch (error) {
    throw error instanceof ToolFailure ? error : new ToolFailure(explainOpenError(error, name));
  }
  return { root: dirname(resolved), file: basename(resolved) };
}

async function searchWith(search: Search, options: ToolsOptions): Promise<Found> {
  const ripgrep =
    options.ripgrep_path === undefined ? findProgram('rg', options.environment.PATH) : options.ripgrep_path;
  const found = typeof ripgrep === 'string' ? await searchWithRipgrep(search, ripgrep, options.environment) : undefined;
  return found ?? searchBuiltIn(search);
}

/** Says what was not searched. */
function withNotes(output: ToolOutput, { too_large, stopped }: Found, nameOf: (path: string) => string): ToolOutput {
  const notes: string[] = [];
  if (too_large !== undefined) {
    const { paths, limit_bytes } = too_large;
    const more = paths.length > MAX_NAMED ? ` and ${paths.length - MAX_NAMED} more` : '';
    const named = paths.slice(0, MAX_NAMED).map((path) => plainOutput(nameOf(path)));
    const verb = paths.length === 1 ? 'was' : 'were';
    const which = `${formatCount(paths.length, 'file')} larger than ${formatBytes(limit_bytes)}`;
    notes.push(`[${which} ${verb} not searched: ${named.join(', ')}${more}]`);
  }
  if (stopped !== undefined) notes.push(`[the search was stopped ${stopped}; narrow the pattern, path or glob]`);
  return notes.length === 0 ? output : { ...output, result: [output.result, ...notes].join('\n') };
}

function report(found: readonly Match[], search: Search, name: string): ToolOutput {
  if (found.length === 0) {
    return { result: `No line in ${name} matches ${clipLine(search.pattern, 200)}.`, meta: { summary: 'no matches' } };
  }
  const lines: string[] = [];
  let room = MAX_RESULT_BYTES;
  let shown = 0;
  let path: string | undefined;
  for (const match of found) {
    const entry = `${String(match.line).padStart(6)}: ${clipLine(plainOutput(match.text), MAX_LINE_CHARACTERS)}`;
    const added = match.path === path ? [entry] : [plainOutput(fullPath(match.path, name, search)), entry];
    room -= Buffer.byteLength(added.join('\n')) + 1;
    if (room < 0) break;
    lines.push(...added);
    path = match.path;
    shown += 1;
  }
  const files = new Set(found.map((match) => match.path)).size;
  const isCut = found.length >= search.max_matches;
  if (shown < found.length || isCut) {
    lines.push(
      `[${shown} of ${isCut ? 'more than ' : ''}${found.length} matches shown; narrow the pattern, path or glob]`,
    );
  }
  const counts = `${formatCount(found.length, 'match', 'matches')} in ${formatCount(files, 'file')}`;
  return { result: lines.join('\n'), meta: { summary: isCut ? `over ${counts}` : counts } };
}

function fullPath(path: string, name: string, search: Search): string {
  if (search.file !== undefined) return name;
  return name === '.' ? path : `${name}/${path}`;
}
