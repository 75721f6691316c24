import { EXIT } from './exit-codes.ts';

const EXIT_OF = { SIGHUP: EXIT.hangup, SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated } as const;

/** Milliseconds that an orderly ending may take before the process ends anyway. */
const GRACE_MS = 2500;

/** Milliseconds in which a second Ctrl+C means the program. */
const DOUBLE_MS = 1000;

/** What Ctrl+C stops before it ends the program. */
interface Stoppable {
  isBusy(): boolean;
  cancel(): void;
}

/**
 * Makes the `means` of {@link onSignals} for a chat whose terminal turns Ctrl+C into a signal: while something runs, the
 * first one cancels it and a second one within a second ends the program. Where keys are read one by one, a signal was
 * sent by somebody else and ends at once.
 */
export function cancelFirst({ isBusy, cancel }: Stoppable): (exitCode: number) => boolean {
  let last_ms = Number.NEGATIVE_INFINITY;
  return (exitCode) => {
    if (exitCode !== EXIT.interrupted || process.stdin.isRaw || !isBusy()) return true;
    const isSecond = performance.now() - last_ms < DOUBLE_MS;
    last_ms = performance.now();
    if (!isSecond) cancel();
    return isSecond;
  };
}

/**
 * Calls `end` on the first SIGINT, SIGTERM or SIGHUP, with the exit code that belongs to it; a second one, or an ending
 * that takes too long, ends the process at once. Where `means` says no, the signal was
 * something else and ends nothing. Returns what stops listening.
 */
export function onSignals(end: (exitCode: number) => void, means: (exitCode: number) => boolean = () => true) {
  let isEnding = false;
  // Node ignores it, and the write fails with EFBIG; the packages of Ink would end the process where nobody else listens.
  process.off('SIGXFSZ', goOn).on('SIGXFSZ', goOn);
  const listeners = Object.entries(EXIT_OF).map(([signal, exitCode]) => {
    const listener = (): void => {
      if (isEnding) process.exit(exitCode);
      if (!means(exitCode)) return;
      isEnding = true;
      setTimeout(() => process.exit(exitCode), GRACE_MS).unref();
      end(exitCode);
    };
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  return (): void => {
    for (const stop of listeners) stop();
  };
}

function goOn(): void {}
