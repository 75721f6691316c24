import { CliError } from '../exit-codes.ts';
import type { RunOptions } from '../options.ts';
import type { SessionChoice } from './session-store.ts';

/** Says which session the flags name. Picking one needs a screen. */
export function choiceOf(options: RunOptions): SessionChoice {
  if (options.continue === true && options.resume !== undefined) {
    throw new CliError('-c continues the newest session, -r a certain one: give one of them.');
  }
  if (options.sessionId !== undefined) {
    if (options.continue === undefined && options.resume === undefined) return { kind: 'exact', id: options.sessionId };
    throw new CliError('--session-id names a session by itself: leave out -c and -r.');
  }
  if (options.continue === true) return { kind: 'latest' };
  if (options.resume === undefined) return { kind: 'new' };
  if (options.resume === true) {
    throw new CliError('--resume needs the id or name of a session here. See agent-chat sessions list.');
  }
  return { kind: 'named', name: options.resume };
}
