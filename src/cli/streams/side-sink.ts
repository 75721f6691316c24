import { constants, openSync } from 'node:fs';
import { errorCode } from '../../errors.ts';
import type { Sink } from '../fan-out.ts';

/** One place where the messages go beside the screen or standard output. */
export interface SideSink {
  readonly sink: Sink;
  /** Resolves when everything is written, with why something is not. */
  end(): Promise<string | undefined>;
}

/** The files that this process has begun: going on to another session takes nothing from the one before. */
export const begunFiles = new Set<string>();

/** Opens a named pipe that somebody reads; without a reader it would block the whole program. */
export function openReadPipe(file: string): number {
  try {
    return openSync(file, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (errorCode(error) !== 'ENXIO') throw error;
    throw new Error('nobody reads this named pipe; start its reader first');
  }
}
