import { basename, join } from 'node:path';
import { isInside } from '../../tools/resolve-path.ts';
import { ToolFailure } from '../../tools/tool.ts';
import { kindOf, type PathKind } from '../path-kind.ts';
import { PROTECTED_FILES, PROTECTED_FOLDERS, STAND_IN_TEXTS } from '../places.ts';
import { secretPlaces } from '../secret-places.ts';
import { checkedMounts } from './check-mounts.ts';
import { once } from './once.ts';
import { openSockets } from './open-sockets.ts';
import type { ProtectedFile } from './protected-files.ts';
import {
  type BackendRun,
  type ConfinedCommand,
  READ_ONLY_ENVIRONMENT,
  type SandboxBackend,
  type SandboxOptions,
} from './sandbox.ts';
import { createStandIns } from './stand-ins.ts';

const BASE = [
  ...['--unshare-all', '--die-with-parent', '--new-session', '--cap-drop', 'ALL'],
  ...['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp', '--tmpfs', '/run'],
];

/** Confines commands with bubblewrap. `program` is an absolute path. */
export function bubblewrap(program: string, options: SandboxOptions): SandboxBackend {
  const guard = guardAbsent(options);
  return {
    name: 'bubblewrap',
    wrap: async (argv, run) => {
      const hidden = [...(run.unwritable ?? []).flatMap(keepWritten), ...hide(options, run.unreadable ?? [])];
      const { workspace } = options;
      if (run.is_read_only) {
        const binds = ['--ro-bind', workspace, workspace, ...hidden];
        return command([program, ...BASE, ...binds], argv, { run, release: async () => undefined });
      }
      const { binds, inner, release } = guard(repositoriesIn(run.protected_files, workspace));
      const guarded = [
        ...binds,
        ...run.protected_files.filter(({ path }) => path !== workspace).flatMap(keep),
        ...inner,
        ...hidden,
      ];
      const checked = checkedMounts(argv, workspace, countBinds(guarded, workspace));
      return command([program, ...BASE, '--bind', workspace, workspace, ...guarded], checked, { run, release });
    },
  };
}

/** More repositories deeper in a workspace get no stand-ins. */
const MAX_REPOSITORIES = 50;

function repositoriesIn(files: readonly ProtectedFile[], workspace: string): readonly string[] {
  const deeper = files.filter(({ kind, path }) => kind === 'git' && basename(path) === '.git');
  const paths = deeper.map(({ path }) => path).filter((path) => path !== join(workspace, '.git'));
  return paths.slice(0, MAX_REPOSITORIES);
}

/** Counts what is mounted on itself below the workspace. */
function countBinds(args: readonly string[], workspace: string): number {
  const isBind = (name: string, at: number): boolean =>
    name.includes('bind') && args[at + 1] === args[at + 2] && isInside(args[at + 1] ?? '', workspace);
  return args.filter(isBind).length;
}

function command(
  confined: readonly string[],
  argv: readonly string[],
  { run, release }: { run: BackendRun; release: () => Promise<void> },
): ConfinedCommand {
  return {
    argv: [...confined, '--chdir', run.cwd, '--', ...argv],
    // The workspace is a mount of its own: without this git would not find a repository above it.
    environment: {
      TMPDIR: '/tmp',
      GIT_DISCOVERY_ACROSS_FILESYSTEM: '1',
      ...(run.is_read_only ? READ_ONLY_ENVIRONMENT : {}),
    },
    release,
  };
}

/**
 * Keeps a file from being written, or moved away; what has gone meanwhile needs nothing. A link cannot be kept, and
 * what is only told of is not.
 */
function keep({ path, kind }: ProtectedFile): string[] {
  if (kind === 'link' || kind === 'told') return [];
  return [kind === 'git' || kind === 'open' ? '--bind-try' : '--ro-bind-try', path, path];
}

function keepWritten(path: string): string[] {
  return ['--ro-bind-try', path, path];
}

/** Hides keys, this program's own folders and what a rule forbids to read behind empty ones. */
function hide({ home, own, workspace }: SandboxOptions, unreadable: readonly string[]): string[] {
  const isHidden = (folder: string): boolean => !isInside(workspace, folder) && kindOf(folder) === 'folder';
  const isFile = (path: string): boolean => kindOf(path) === 'file';
  const secrets = secretPlaces(home);
  const folders = [...secrets, ...own];
  const closed = ['/tmp', '/run', ...folders, ...unreadable].filter((folder) => !isInside(workspace, folder));
  const isReached = (path: string): boolean => !closed.some((folder) => isInside(path, folder));
  const sockets = openSockets().filter((path) => isInside(path, workspace) || isReached(path));
  return [
    ...folders.filter(isHidden).map((folder) => ['--tmpfs', folder]),
    ...secrets.filter(isFile).map((file) => ['--dev-bind', '/dev/null', file]),
    ...sockets.map((socket) => ['--ro-bind', '/dev/null', socket]),
    // Nothing is to be written where it would be lost, and a device that cannot be opened says what is wrong.
    ...unreadable.filter(isHidden).map((folder) => ['--tmpfs', folder, '--remount-ro', folder]),
    ...unreadable.filter(isFile).map((file) => ['--ro-bind', '/dev/null', file]),
  ].flat();
}

interface Guarded {
  readonly binds: readonly string[];
  /** What lies in folders that are mounted after {@link binds}. */
  readonly inner: readonly string[];
  release(): Promise<void>;
}

/**
 * Protects what runs programs later, whether it is there or not. What is absent gets an empty folder that cannot be
 * written, which git does not see as a file, or a file that says nothing new. Its mount point in the workspace goes
 * when the last command that needs it has ended.
 */
function guardAbsent({ workspace, scratch }: SandboxOptions): (repositories: readonly string[]) => Guarded {
  const standIns = createStandIns(scratch);
  let users = 0;
  const leave = async (): Promise<void> => {
    users -= 1;
    if (users === 0) standIns.removeAll();
  };
  // Waits for nothing: between a look and what follows from it no other command may come.
  const bind = (path: string, text?: string): string[] => {
    const found = standIns.has(path) ? undefined : kindOf(path);
    if (found === 'link') throw new ToolFailure(`The sandbox cannot protect ${path}: it is a symbolic link.`);
    if (found !== undefined) return ['--ro-bind', path, path];
    standIns.make(path, text);
    if (text === undefined) return ['--tmpfs', path, '--remount-ro', path];
    return ['--ro-bind', kindOf(path) === 'file' ? path : '/dev/null', path];
  };
  return (repositories) => {
    users += 1;
    const release = once(leave);
    try {
      const repository = join(workspace, '.git');
      const git = standIns.has(repository) ? undefined : kindOf(repository);
      // A mount point of its own cannot be moved away together with what is protected in it.
      const binds = git === 'folder' ? ['--bind', repository, repository] : [];
      for (const name of protectedNames(git)) binds.push(...bind(join(workspace, name), STAND_IN_TEXTS[name]));
      const inner = repositories.flatMap((folder) =>
        Object.entries(STAND_IN_TEXTS).flatMap(([name, text]) =>
          bind(join(folder, basename(name)), text).map((word) => (word === '--ro-bind' ? '--ro-bind-try' : word)),
        ),
      );
      return { binds, inner, release };
    } catch (error) {
      void release();
      throw error;
    }
  };
}

function protectedNames(git: PathKind | undefined): readonly string[] {
  const names = [...PROTECTED_FOLDERS, ...PROTECTED_FILES];
  return git === 'folder' ? names : ['.git', ...names.filter((name) => !name.startsWith('.git/'))];
}
