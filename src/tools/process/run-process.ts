import { setTimeout as delay } from 'node:timers/promises';
import { type Child, type Exit, endFamily, killOnExit, signalAll, spawnGroup } from './process-group.ts';
import { newCallTag, outputLinks, type ProcessFamily, processFamily } from './processes.ts';
import { readLeftovers } from './report-leftovers.ts';

/** A program to run with its arguments. It gets exactly this environment, and nothing to read. */
export interface ProcessStart {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Milliseconds after which the process is stopped. */
  readonly timeout_ms: number;
  /** Milliseconds after which an abort is somebody else's time-out, and as patient as one of ours. */
  readonly patient_after_ms?: number;
  /** It tells on descriptor 3 what it left running, see {@link readLeftovers}. */
  readonly hasReport?: boolean;
  /** Takes output as it comes; the process waits while it is pending. */
  readonly take: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => Promise<void>;
}

export interface ProcessEnd {
  readonly exit_code?: number;
  readonly killed_by?: NodeJS.Signals;
  readonly ended: 'exit' | 'timeout' | 'aborted';
  /** Command lines of what the program had left running; it is gone. */
  readonly leftovers: readonly string[];
}

/** How long output may stay quiet after the end of the program before its pipes are given up. */
const DRAIN_MS = 250;
const DRAIN_LIMIT_MS = 5000;
/** From SIGTERM to SIGKILL: after a timeout, and when a person waits for a cancel. */
const GRACE_MS = 2000;
const CANCEL_GRACE_MS = 40;

/**
 * Runs a program to its end and gives its pipes back empty. Resolves after the program's own exit, never waiting for a
 * daemon that holds its pipes; when it resolves no process of the program is alive that the system can tell: one that
 * left session, environment and output behind, and outlived who started it, is nobody's. Throws a {@link ToolFailure} when
 * the program cannot be started.
 */
export async function runProcess(start: ProcessStart): Promise<ProcessEnd> {
  const tag = newCallTag();
  const child = await spawnGroup({ ...start, tag });
  const family = processFamily(child.leader, tag);
  const outputs = outputLinks(child.leader);
  const forget = killOnExit({ ...family, outputs });
  const stop = stopOn(start, family, child.exited);
  const pipes = readPipes(child.pipes, start.take);
  const reported = readLeftovers(child.report);
  try {
    const [exit_code, killed_by] = await child.exited;
    if (stop.cause() === undefined) await pipes.drained();
    const told = await reported();
    // Whoever keeps the output open was started by the program, whatever else it took off.
    const ended = await endFamily(pipes.isEnded() ? family : { ...family, outputs });
    // Some of what was told may still be seen from outside: it is not to be named twice.
    const leftovers = told.length > 0 ? told : ended;
    await pipes.close();
    return {
      ...(exit_code === null ? {} : { exit_code }),
      ...(killed_by === null ? {} : { killed_by }),
      ended: stop.cause() ?? 'exit',
      leftovers,
    };
  } finally {
    stop.forget();
    forget();
  }
}

interface Stop {
  cause(): 'timeout' | 'aborted' | undefined;
  forget(): void;
}

/** Stops the family at the timeout or on abort, whichever is first. */
function stopOn(
  { signal, timeout_ms, patient_after_ms }: ProcessStart,
  family: ProcessFamily,
  exited: Promise<Exit>,
): Stop {
  let cause: 'timeout' | 'aborted' | undefined;
  const stop = (why: 'timeout' | 'aborted', grace_ms: number): void => {
    if (cause === undefined) cause = why;
    else if (why === 'timeout') return;
    void terminate(family, exited, grace_ms);
  };
  const started_ms = performance.now();
  const isLate = (): boolean => performance.now() - started_ms >= (patient_after_ms ?? Number.POSITIVE_INFINITY);
  const onAbort = (): void => stop('aborted', isLate() ? GRACE_MS : CANCEL_GRACE_MS);
  const timer = setTimeout(() => stop('timeout', GRACE_MS), timeout_ms);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  return {
    cause: () => cause,
    forget: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    },
  };
}

async function terminate(family: ProcessFamily, exited: Promise<Exit>, grace_ms: number): Promise<void> {
  signalAll(family, 'SIGTERM');
  const cancel = new AbortController();
  const waited = delay(grace_ms, true, { signal: cancel.signal }).catch(() => false);
  const isLate = await Promise.race([waited, exited.then(() => false)]);
  cancel.abort();
  if (isLate) signalAll(family, 'SIGKILL');
}

interface Pipes {
  /** Nobody can write to them any more. */
  isEnded(): boolean;
  /** Resolves when both are at their end, or when nothing more comes. */
  drained(): Promise<void>;
  close(): Promise<void>;
}

function readPipes(pipes: Child['pipes'], take: ProcessStart['take']): Pipes {
  let chunks = 0;
  let busy = 0;
  const read = async (name: 'stdout' | 'stderr'): Promise<void> => {
    try {
      for await (const bytes of pipes[name]) {
        chunks += 1;
        busy += 1;
        await take(name, bytes as Uint8Array);
        busy -= 1;
      }
    } catch {
      // A pipe that is closed under its reader is at its end.
    }
  };
  let areEnded = false;
  const ended = Promise.all([read('stdout'), read('stderr')]).then(() => {
    areEnded = true;
    return true;
  });
  return {
    isEnded: () => areEnded,
    drained: async () => {
      for (let waited_ms = 0; waited_ms < DRAIN_LIMIT_MS; waited_ms += DRAIN_MS) {
        const before = chunks;
        const pause = new AbortController();
        const isEnded = await Promise.race([
          ended,
          delay(DRAIN_MS, false, { signal: pause.signal }).catch(() => false),
        ]);
        pause.abort();
        if (isEnded || (chunks === before && busy === 0)) return;
      }
    },
    close: async () => {
      pipes.stdout.destroy();
      pipes.stderr.destroy();
      await Promise.race([ended, delay(DRAIN_MS)]);
    },
  };
}
