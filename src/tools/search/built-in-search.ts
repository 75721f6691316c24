import { join } from 'node:path';
import { setImmediate as nextTick } from 'node:timers/promises';
import type { Context, Script } from 'node:vm';
import { errorMessage } from '../../errors.ts';
import { clipLine, groupDigits } from '../../format.ts';
import { decodeFile } from '../files/file-text.ts';
import { isLeftOut } from '../files/left-out.ts';
import { FileTooLarge, MAX_FILE_BYTES, readRegularFile } from '../files/open-file.ts';
import { MAX_FILES, type Walk, walkFiles } from '../files/walk-files.ts';
import { ToolFailure } from '../tool.ts';
import type { Found, Match, Search } from './search.ts';

const FILE_TIMEOUT_MS = 2000;

/** Searches like ripgrep, without it: the same files in the same order. A pattern that takes too long is refused. */
export async function searchBuiltIn(search: Search): Promise<Found> {
  const matchingLines = await compile(search);
  const found: Match[] = [];
  const too_large: string[] = [];
  const { paths, is_cut } = await filesOf(search);
  for (const path of paths) {
    if (isLeftOut(join(search.root, path), search.left_out)) continue;
    await nextTick();
    search.signal.throwIfAborted();
    const text = await textOf(join(search.root, path), () => too_large.push(path));
    if (text === undefined) continue;
    for (const { line, text: matched } of matchingLines(text)) found.push({ path, line, text: matched });
    if (found.length >= search.max_matches) break;
  }
  return {
    matches: found.slice(0, search.max_matches),
    ...(too_large.length === 0 ? {} : { too_large: { paths: too_large, limit_bytes: MAX_FILE_BYTES } }),
    ...(is_cut ? { stopped: `after ${groupDigits(MAX_FILES)} files` } : {}),
  };
}

async function filesOf({ root, file, glob, signal }: Search): Promise<Walk> {
  if (file !== undefined) return { paths: [file], is_cut: false };
  const { paths, is_cut } = await walkFiles(root, { signal, without_links: true });
  return { paths: glob === undefined ? paths : paths.filter((path) => glob.matches(path)), is_cut };
}

async function textOf(path: string, onTooLarge: () => void): Promise<string | undefined> {
  try {
    return decodeFile((await readRegularFile(path, path)).bytes)?.text;
  } catch (error) {
    if (!(error instanceof ToolFailure)) throw error;
    if (error instanceof FileTooLarge) onTooLarge();
    return undefined;
  }
}

type LineSearch = (text: string) => Omit<Match, 'path'>[];

const SEARCH = `
  const found = [];
  const rows = text.split('\\n');
  if (rows[rows.length - 1] === '') rows.pop();
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at].endsWith('\\r') ? rows[at].slice(0, -1) : rows[at];
    if (expression.test(row)) found.push({ line: at + 1, text: row });
  }
  found;
`;

/** Compiles a pattern into a search that can be stopped: a regular expression may otherwise run for hours. */
async function compile({ pattern, is_case_insensitive }: Search): Promise<LineSearch> {
  const { createContext, Script } = await import('node:vm');
  const expression = toRegExp(pattern, is_case_insensitive);
  const script: Script = new Script(`{${SEARCH}}`);
  const context: Context = createContext({ expression, text: '' });
  return (text) => {
    context.text = text;
    try {
      return script.runInContext(context, { timeout: FILE_TIMEOUT_MS });
    } catch {
      throw new ToolFailure(
        `The pattern ${clipLine(pattern, 200)} takes too long. Use a simpler one, without nested repetition.`,
      );
    }
  };
}

function toRegExp(pattern: string, is_case_insensitive: boolean): RegExp {
  const inline = /^\(\?i\)/.test(pattern);
  const source = inline ? pattern.slice(4) : pattern;
  const flags = inline || is_case_insensitive ? 'iu' : 'u';
  try {
    return new RegExp(source, flags);
  } catch {
    try {
      return new RegExp(source, flags.replace('u', ''));
    } catch (error) {
      const why = errorMessage(error);
      throw new ToolFailure(
        `The pattern is no regular expression: ${why}. Escape characters that are meant literally.`,
      );
    }
  }
}
