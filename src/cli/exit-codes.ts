import type { AgentMessageOf } from '../messages.ts';

/** What the process's exit code says; README and `--help` list the same. */
export const EXIT = {
  answered: 0,
  failed: 1,
  usage: 2,
  halted: 3,
  auth: 4,
  approval: 5,
  refused: 6,
  crashed: 70,
  hangup: 129,
  interrupted: 130,
  terminated: 143,
} as const;

/** What of a run decides how the process ends. */
export interface RunEnding {
  readonly done?: AgentMessageOf<'done'>;
  readonly error?: AgentMessageOf<'error'>;
  /** A call was denied because nobody could be asked. */
  readonly has_missed_approval: boolean;
}

/** Why an answer that was completed is not whole: a limit of the service ended it. */
export const CUT: ReadonlySet<string> = new Set(['length', 'pause']);

/** Gives the exit code of a run that nobody interrupted. */
export function exitCodeOf(ending: RunEnding): number {
  const { done, error } = ending;
  switch (done?.status) {
    case 'completed':
      if (ending.has_missed_approval) return EXIT.approval;
      return CUT.has(done.stop_reason) ? EXIT.halted : EXIT.answered;
    case 'halted':
      return done.halt?.reason === 'refusal' ? EXIT.refused : EXIT.halted;
    case 'cancelled':
      return EXIT.interrupted;
    default:
      return errorExit(error);
  }
}

function errorExit(error: AgentMessageOf<'error'> | undefined): number {
  if (error?.kind === 'auth') return EXIT.auth;
  return error?.kind === 'refusal' ? EXIT.refused : EXIT.failed;
}

/** An ending before any run: one line for a person, and the exit code. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.usage) {
    super(message);
    this.exitCode = exitCode;
  }
}
