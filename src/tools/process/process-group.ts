import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { ToolFailure } from '../tool.ts';
import { CALL_TAG, commandLine, livingProcesses, type ProcessFamily, signalProcesses } from './processes.ts';

/** The exit code of a process, or the signal that ended it. */
export type Exit = readonly [number | null, NodeJS.Signals | null];

/** A running program that leads a process group of its own. */
export interface Child {
  readonly leader: number;
  readonly exited: Promise<Exit>;
  readonly pipes: Readonly<Record<'stdout' | 'stderr', Readable>>;
  /** Null unless it was asked for. */
  readonly stdin: Writable | null;
  /** What it writes on descriptor 3; undefined unless it was asked for. */
  readonly report: Readable | undefined;
}

/** What a group is started with; it gets exactly this environment. */
export interface GroupStart {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Marks every process of the group, see {@link ProcessFamily}. */
  readonly tag: string;
  readonly stdin?: 'pipe';
  readonly hasReport?: boolean;
}

/** Starts a program as the leader of a group. Throws a {@link ToolFailure} when it cannot be started. */
export async function spawnGroup({ argv, cwd, environment, tag, stdin, hasReport }: GroupStart): Promise<Child> {
  const [file = '', ...args] = argv;
  const { execa } = await import('execa');
  const child = execa(file, args, {
    cwd,
    env: { ...environment, [CALL_TAG]: tag },
    extendEnv: false,
    stdio: [stdin ?? 'ignore', 'pipe', 'pipe', ...(hasReport === true ? (['pipe'] as const) : [])],
    buffer: false,
    reject: false,
    detached: process.platform !== 'win32',
    cleanup: false,
    windowsHide: true,
  });
  if (child.pid === undefined) {
    const failed = await child;
    if (!existsSync(cwd))
      throw new ToolFailure(`The folder ${cwd} is gone: it was deleted or moved. Nothing can run there.`);
    throw new ToolFailure(
      `${file} could not be started in ${cwd}: ${failed.code ?? failed.shortMessage ?? 'no reason given'}.`,
    );
  }
  // `exited` tells how it ended.
  child.catch(() => undefined);
  const exited = once(child, 'exit') as unknown as Promise<Exit>;
  const pipes = { stdout: child.stdout, stderr: child.stderr };
  const report = hasReport === true ? (child.stdio[3] as Readable) : undefined;
  return { leader: child.pid, exited, pipes, stdin: child.stdin, report };
}

/** Ends whoever is left of a family whose leader is gone; gives their command lines, empty where they are not known. */
export async function endFamily(family: ProcessFamily): Promise<readonly string[]> {
  if (process.platform === 'win32') return [];
  const leftovers = livingProcesses(family).map(commandLine);
  if (leftovers.length === 0) return [];
  signalAll(family, 'SIGTERM');
  for (let round = 0; round < 100 && livingProcesses(family).length > 0; round += 1) {
    if (round >= 2) signalAll(family, 'SIGKILL');
    await delay(10);
  }
  return leftovers;
}

/** Sends a signal to every process of a family. */
export function signalAll(family: ProcessFamily, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (process.platform === 'win32') void killTree(family.leader);
  else signalProcesses(family, signal);
}

async function killTree(id: number): Promise<void> {
  const { execa } = await import('execa');
  await execa('taskkill', ['/pid', String(id), '/t', '/f'], { reject: false, windowsHide: true });
}

const running = new Set<ProcessFamily>();
let isWatchingExit = false;

/** Kills a family should this program end before it; gives the function that forgets it. */
export function killOnExit(family: ProcessFamily): () => void {
  if (!isWatchingExit) {
    isWatchingExit = true;
    process.once('exit', () => {
      for (const left of running) signalProcesses(left, 'SIGKILL');
    });
  }
  running.add(family);
  return () => running.delete(family);
}
