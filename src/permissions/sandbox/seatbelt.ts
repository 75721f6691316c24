import { join } from 'node:path';
import { PROTECTED_FILES, PROTECTED_FOLDERS } from '../places.ts';
import { secretPlaces } from '../secret-places.ts';
import type { ProtectedFile } from './protected-files.ts';
import { type BackendRun, READ_ONLY_ENVIRONMENT, type SandboxBackend, type SandboxOptions } from './sandbox.ts';

const PROGRAM = '/usr/bin/sandbox-exec';

/** Confines commands with macOS's own sandbox. */
export function seatbelt(options: SandboxOptions): SandboxBackend {
  return {
    name: 'sandbox-exec',
    wrap: async (argv, run) => ({
      argv: [PROGRAM, '-p', seatbeltProfile(options, run), '--', ...argv],
      environment: run.is_read_only ? READ_ONLY_ENVIRONMENT : {},
      release: async () => undefined,
    }),
  };
}

/** Writes the profile: everything may be read but keys, only the workspace may be written, and nothing goes out. */
export function seatbeltProfile(
  { workspace, home, own }: SandboxOptions,
  { is_read_only, protected_files, unreadable = [], unwritable = [] }: Omit<BackendRun, 'cwd'>,
): string {
  const inWorkspace = (name: string): string => join(workspace, name);
  const writable = is_read_only ? [] : [subpath(workspace), subpath('/private/tmp'), subpath('/private/var/folders')];
  const guarded = [
    ...PROTECTED_FOLDERS.map((name) => subpath(inWorkspace(name))),
    ...PROTECTED_FILES.map((name) => literal(inWorkspace(name))),
    literal(inWorkspace('.git')),
  ];
  const hidden = [...[...secretPlaces(home), ...own, ...unreadable].map(subpath)];
  return [
    '(version 1)',
    '(allow default)',
    '(deny network*)',
    '(deny file-write*)',
    `(allow file-write* ${[literal('/dev/null'), literal('/dev/stdout'), literal('/dev/stderr'), ...writable].join(' ')})`,
    `(deny file-write* ${guarded.join(' ')})`,
    // The last rule that fits counts, so that an open folder may lie in a protected one, and a protected file in it.
    ...protected_files.filter(({ kind }) => kind !== 'told').map(keep),
    ...unwritable.map((path) => `(deny file-write* ${subpath(path)})`),
    `(deny file-read* file-write* ${hidden.join(' ')})`,
  ].join('\n');
}

function keep({ path, kind }: ProtectedFile): string {
  if (kind === 'open') return `(allow file-write* ${subpath(path)})`;
  return `(deny file-write* ${kind === 'folder' ? subpath(path) : literal(path)})`;
}

function subpath(path: string): string {
  return `(subpath ${quoted(path)})`;
}

function literal(path: string): string {
  return `(literal ${quoted(path)})`;
}

function quoted(path: string): string {
  return `"${path.replace(/["\\]/g, '\\$&')}"`;
}
