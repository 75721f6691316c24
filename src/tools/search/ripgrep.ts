import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { formatBytes } from '../../format.ts';
import { SKIPPED_FOLDERS } from '../files/gitignore.ts';
import type { Glob } from '../files/glob.ts';
import { isLeftOut } from '../files/left-out.ts';
import { type ProcessEnd, runProcess } from '../process/run-process.ts';
import type { Found, Match, Search } from './search.ts';

const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;
const TIMEOUT_MS = 60_000;
/** Larger files are left out: ripgrep holds a line in memory, even one as long as the file. */
const MAX_SEARCHED_BYTES = 256 * 1024 * 1024;

/**
 * Searches with ripgrep, its configuration off, never through a shell. Undefined when ripgrep does not take the
 * pattern: another search may.
 */
export async function searchWithRipgrep(
  search: Search,
  program: string,
  environment: Readonly<Record<string, string>>,
): Promise<Found | undefined> {
  const enough = new AbortController();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const end = await runProcess({
    argv: [program, ...argumentsFor(search)],
    cwd: search.root,
    environment,
    signal: AbortSignal.any([search.signal, enough.signal]),
    timeout_ms: TIMEOUT_MS,
    take: async (stream, chunk) => {
      if (stream === 'stderr') return;
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > MAX_OUTPUT_BYTES) enough.abort();
    },
  });
  search.signal.throwIfAborted();
  const output = Buffer.concat(chunks).toString('utf8');
  if (end.ended === 'exit' && end.exit_code === 2 && output === '') return undefined;
  const { glob } = search;
  const found = output
    .split('\n')
    .flatMap(readMatch)
    .filter(({ path }) => !isLeftOut(join(search.root, path), search.left_out));
  const wanted = glob === undefined ? found : found.filter(({ path }) => glob.matches(path));
  const too_large = await tooLarge(search);
  const stopped = whereStopped(end, enough.signal);
  return {
    matches: wanted.slice(0, search.max_matches),
    ...(too_large === undefined ? {} : { too_large }),
    ...(stopped === undefined ? {} : { stopped }),
  };
}

/** In a folder only the limit is known: ripgrep tells what it leaves out one ignored file at a time, at four times the cost. */
async function tooLarge({ root, file }: Search): Promise<Found['too_large']> {
  if (file === undefined) return undefined;
  const { size } = await stat(join(root, file));
  return size > MAX_SEARCHED_BYTES ? { paths: [file], limit_bytes: MAX_SEARCHED_BYTES } : undefined;
}

function whereStopped(end: ProcessEnd, enough: AbortSignal): string | undefined {
  if (end.ended === 'timeout') return `after ${TIMEOUT_MS / 1000} seconds`;
  return enough.aborted ? `after ${formatBytes(MAX_OUTPUT_BYTES)} of matching lines` : undefined;
}

function argumentsFor({ pattern, is_case_insensitive, glob, file }: Search): readonly string[] {
  return [
    '--no-config',
    ...['--no-messages', '--color=never', '--no-heading', '--with-filename', '--line-number', '--null'],
    ...['--hidden', '--no-require-git', '--no-ignore-global', '--no-ignore-exclude', '--no-ignore-dot'],
    ...['--sort=path', `--max-filesize=${MAX_SEARCHED_BYTES}`, '--crlf', '--no-search-zip', '--no-pre'],
    ...(is_case_insensitive ? ['--ignore-case'] : ['--case-sensitive']),
    ...namesOnly(glob),
    ...SKIPPED_FOLDERS.map((folder) => `--glob=!${folder}`),
    `--regexp=${pattern}`,
    '--',
    file === undefined ? '.' : `./${file}`,
  ];
}

/**
 * Leaves out files by their names early. Not with `--glob`, which would bring ignored files back, and not where a glob
 * names folders too: those are left out of what was found.
 */
function namesOnly(glob: Glob | undefined): readonly string[] {
  if (glob === undefined || glob.alternatives.some((alternative) => alternative.includes('/'))) return [];
  return [...glob.alternatives.map((alternative) => `--type-add=wanted:${alternative}`), '--type=wanted'];
}

/** Reads `path NUL line : text`. */
function readMatch(row: string): Match[] {
  const [path, rest] = row.split('\0');
  const colon = rest?.indexOf(':') ?? -1;
  if (path === undefined || rest === undefined || colon === -1) return [];
  const line = Number(rest.slice(0, colon));
  return [{ path: path.replace(/^\.\//, ''), line, text: rest.slice(colon + 1).replace(/\r$/, '') }];
}
