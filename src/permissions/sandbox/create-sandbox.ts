import { type ExecFileException, execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, realpathSync, rmSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { errorMessage } from '../../errors.ts';
import { makeFolder } from '../../make-folder.ts';
import type { SandboxAftermath, SandboxedCommand, SandboxedRun } from '../../tools/options.ts';
import { isInside } from '../../tools/resolve-path.ts';
import { ToolFailure } from '../../tools/tool.ts';
import { realFolder } from '../places.ts';
import { bubblewrap } from './bubblewrap.ts';
import { once } from './once.ts';
import { findProtected, newProtected } from './protected-files.ts';
import type { Sandbox, SandboxBackend, SandboxOptions, SandboxStatus } from './sandbox.ts';
import { seatbelt } from './seatbelt.ts';
import { sweepStandIns } from './stand-ins.ts';

const PROBE_TIMEOUT_MS = 5000;

/** Makes the sandbox of this platform, and tidies up after a killed process; nothing is run before it is probed. */
export function createSandbox(given: SandboxOptions): Sandbox {
  const options = realOptions(given);
  sweepStandIns(options.scratch);
  const probeOnce = once(() => probe(options));
  return {
    probe: async () => (await probeOnce()).status,
    wrap: async (argv, run) => {
      const { backend, status } = await probeOnce();
      if (backend === undefined || !status.works) {
        throw new ToolFailure(`The command may only run in a sandbox. ${status.works ? '' : status.reason}`.trim());
      }
      return guard(backend, { argv, run, workspace: options.workspace });
    },
  };
}

interface Guarding {
  readonly argv: readonly string[];
  readonly run: SandboxedRun;
  readonly workspace: string;
}

/** Confines a command, and looks afterwards for what could not be denied: protected files that were not there. */
async function guard(backend: SandboxBackend, { argv, run, workspace }: Guarding): Promise<SandboxedCommand> {
  if (run.is_read_only) {
    const confined = await backend.wrap(argv, { ...run, protected_files: [] });
    const release = async (): Promise<SandboxAftermath> => {
      await confined.release();
      return { new_protected: [], is_cut: false };
    };
    return { ...confined, release };
  }
  const before = await findProtected(workspace);
  const protected_files = before.files.filter(({ kind }) => kind !== 'top');
  const confined = await backend.wrap(argv, { ...run, protected_files });
  const release = once(async (): Promise<SandboxAftermath> => {
    await confined.release();
    const after = await findProtected(workspace);
    const new_protected = newProtected(before, after, workspace);
    return { new_protected, is_cut: before.is_cut || after.is_cut };
  });
  return { ...confined, release };
}

function realOptions(given: SandboxOptions): SandboxOptions {
  const { workspace, home, own, scratch } = given;
  return {
    ...given,
    workspace: realFolder(workspace),
    home: realFolder(home),
    own: own.map(realFolder),
    scratch: realFolder(scratch),
  };
}

interface Probed {
  readonly status: SandboxStatus;
  readonly backend?: SandboxBackend;
}

async function probe(options: SandboxOptions): Promise<Probed> {
  const backend = findBackend(options);
  if ('works' in backend) return { status: backend };
  const problem = await findProblem(backend, options);
  if (problem !== undefined) return { status: { works: false, ...problem } };
  return { status: { works: true, name: backend.name }, backend };
}

function findBackend(options: SandboxOptions): SandboxBackend | Extract<SandboxStatus, { works: false }> {
  const { workspace, home, search_path } = options;
  if (dirname(workspace) === workspace || isInside(home, workspace)) {
    const remedy = 'Start in the folder of a project.';
    return { works: false, reason: `${workspace} is too much for a sandbox to be of use.`, remedy };
  }
  if (process.platform === 'darwin') return seatbelt(options);
  if (process.platform !== 'linux') {
    return { works: false, reason: `There is no sandbox for ${process.platform}.`, remedy: 'Use the mode ask.' };
  }
  const program = findOutside('bwrap', search_path, workspace);
  if (program !== undefined) return bubblewrap(program, options);
  return { works: false, reason: 'bubblewrap (bwrap) is not installed.', remedy: 'Install it: apt install bubblewrap' };
}

function findOutside(name: string, search_path: string, workspace: string): string | undefined {
  for (const folder of search_path.split(delimiter)) {
    const path = join(folder, name);
    if (isAbsolute(folder) && existsSync(path) && !isInside(realpathSync(path), workspace)) return path;
  }
  return undefined;
}

/** Runs a command that must succeed and a write that must not reach the disk. */
async function findProblem(
  backend: SandboxBackend,
  options: SandboxOptions,
): Promise<{ reason: string; remedy: string } | undefined> {
  try {
    makeFolder(options.scratch);
  } catch (error) {
    return { reason: `${errorMessage(error)}.`, remedy: 'Make that folder, or mend its rights.' };
  }
  const canary = join(options.scratch, `sandbox-${randomBytes(6).toString('hex')}`);
  const inside = join(options.workspace, `.agent-chat-${randomBytes(6).toString('hex')}`);
  const wrapped = await backend.wrap(
    ['/bin/sh', '-c', '(: > "$1") 2>/dev/null; (: > "$2") 2>/dev/null; exit 0', 'sh', canary, inside],
    {
      cwd: options.workspace,
      is_read_only: true,
      protected_files: [],
    },
  );
  try {
    const failure = await runQuietly(wrapped.argv);
    if (failure !== undefined) return explain(backend.name, failure);
    if (existsSync(canary) || existsSync(inside)) {
      return { reason: `${backend.name} does not keep commands from writing.`, remedy: 'Use the mode ask.' };
    }
    return undefined;
  } finally {
    await wrapped.release();
    for (const written of [canary, inside]) rmSync(written, { force: true });
  }
}

function runQuietly([file = '', ...args]: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = { timeout: PROBE_TIMEOUT_MS, env: {}, windowsHide: true };
    execFile(file, args, options, (error, _stdout, stderr) => {
      resolve(error === null ? undefined : stderr.trim().split('\n', 1)[0] || endingOf(error));
    });
  });
}

/** A message of the error itself would be the whole command line. */
function endingOf({ killed, code, signal }: ExecFileException): string {
  return killed === true ? `it did not end within ${PROBE_TIMEOUT_MS / 1000} s` : `it ended with ${code ?? signal}`;
}

function explain(name: string, failure: string): { reason: string; remedy: string } {
  const reason = `${name} does not work here: ${failure}.`;
  if (/uid map|user namespace|Operation not permitted|Permission denied/i.test(failure)) {
    return {
      reason,
      remedy:
        'Allow user namespaces: sysctl kernel.apparmor_restrict_unprivileged_userns=0, or in Docker --security-opt seccomp=unconfined.',
    };
  }
  return { reason, remedy: 'Use the mode ask.' };
}
