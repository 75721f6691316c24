import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { clipLine } from '../../format.ts';
import { type AgentMessage, assertNever, type ContentBlock } from '../../messages.ts';
import { openTurn } from '../../open-items.ts';
import { safeLine } from '../../safe-text.ts';
import { branchSession, withoutRunning } from '../../sessions/branch-session.ts';
import { ensurePrivateDirectory } from '../../sessions/private-file.ts';
import { readSession } from '../../sessions/read-session.ts';
import { findSession, latestSession, type SessionSummary, summariseSession } from '../../sessions/session-directory.ts';
import {
  createSessionFile,
  resumeSessionFile,
  type SessionFile,
  type SessionFileOptions,
} from '../../sessions/session-file.ts';
import { newSessionId, sessionPaths } from '../../sessions/session-paths.ts';
import { orphanedCalls } from '../../tools/process/processes.ts';
import { CliError } from '../exit-codes.ts';
import type { Setup } from '../setup.ts';
import type { KeptSettings } from './kept-settings.ts';

/** Which session is wanted: a new one, the newest of this folder, or one by id, beginning of an id, or name. */
export type SessionChoice =
  | { readonly kind: 'new' }
  | { readonly kind: 'latest' }
  | { readonly kind: 'named'; readonly name: string }
  /** The one with exactly this id, made when there is none. */
  | { readonly kind: 'exact'; readonly id: string };

/** What the next session of the same chat begins with. */
export interface NextSession {
  readonly choice: SessionChoice;
  readonly draft?: string;
  /** Goes along with the next message. */
  readonly attached?: readonly ContentBlock[];
  /**
   * How much of it stands on the screen already: all of it, since the same chat goes on with its settings, or nothing,
   * since it is another one with settings of its own.
   */
  readonly arrival?: 'shown' | 'elsewhere';
  /** What held in the session that was left. */
  readonly left?: KeptSettings;
  /** Says how the person came here. */
  readonly note?: string;
}

/** A session that was opened: where it is saved, and what it already holds. */
export interface OpenedSession {
  readonly session_id: string;
  /** Absent: nothing is kept on disk. */
  readonly file?: SessionFile;
  readonly log: readonly AgentMessage[];
  /** One line each, for the person. */
  readonly notices: readonly string[];
}

export interface StoreOptions {
  readonly choice: SessionChoice;
  readonly isKept: boolean;
  readonly secrets: readonly string[];
  readonly onNotice: (notice: string) => void;
}

/** Gives the folder of the saved sessions. */
export function sessionFolder(setup: Setup): string {
  return join(setup.folders.state, 'sessions');
}

/** Finds a saved session by its id, the beginning of one, or its name. None, or several, is a {@link CliError}. */
export async function namedSession(setup: Setup, name: string): Promise<SessionSummary> {
  const found = await findSession(sessionFolder(setup), name);
  if ('problem' in found) throw new CliError(found.problem);
  return found.session;
}

/** Opens the wanted session. One that is missing, ambiguous or open elsewhere is a {@link CliError} that says so. */
export async function openSessionLog(setup: Setup, options: StoreOptions): Promise<OpenedSession> {
  const directory = sessionFolder(setup);
  keepPrivate(setup.folders.state);
  const wanted = await findWanted(setup, options.choice);
  const common = { directory, secrets: options.secrets, onNotice: options.onNotice };
  if (wanted === undefined) {
    const session_id = options.choice.kind === 'exact' ? options.choice.id : newSessionId(Date.now(), Math.random);
    const file = options.isKept ? createSessionFile({ ...common, session_id }) : undefined;
    return { session_id, log: [], notices: [], ...(file === undefined ? {} : { file }) };
  }
  const resumed = resumeSessionFile({ ...common, session_id: wanted });
  if (!('problem' in resumed)) {
    const { file, log, notices } = resumed;
    const left = openTurn(log) === undefined ? [] : orphanedCalls().map(orphanNotice);
    return { session_id: wanted, file, log, notices: [...movedNotice(log, setup.cwd), ...notices, ...left] };
  }
  if (resumed.holder === undefined) throw new CliError(resumed.problem);
  const copy = await openCopy(common, wanted);
  return { ...copy, notices: [...copy.notices, ...movedNotice(copy.log, setup.cwd)] };
}

/** A session works in the folder it is gone on with in: its file must not choose where commands run. */
function movedNotice(log: readonly AgentMessage[], cwd: string): readonly string[] {
  const last = log.findLast((message) => message.type === 'session_started');
  if (last === undefined || last.cwd === cwd) return [];
  return [`This session was last used in ${last.cwd}; its files and commands are those of ${cwd} now.`];
}

/** A program that is killed leaves behind what ran outside of the sandbox. */
function orphanNotice({ id, command }: { readonly id: number; readonly command: string }): string {
  return `A command of a program that was killed still runs: ${clipLine(safeLine(command), 100)} (process ${id}). To end it: kill ${id}`;
}

/** Goes on in a copy of a session that another process has open. */
async function openCopy(common: Omit<SessionFileOptions, 'session_id'>, held: string): Promise<OpenedSession> {
  const session_id = newSessionId(Date.now(), Math.random);
  const { messages } = await readSession(sessionPaths(common.directory, held).log);
  const { log, isCut } = withoutRunning(messages);
  await branchSession(common.directory, { session_id: held, log }, session_id);
  const copy = resumeSessionFile({ ...common, session_id });
  if ('problem' in copy) throw new CliError(copy.problem);
  const without = isCut ? ', without what is still running there' : '';
  const notice = `Session ${held} is open in another process: this is a copy of it, ${session_id}${without}.`;
  return { session_id, file: copy.file, log: copy.log, notices: [notice, ...copy.notices] };
}

/** Shuts a folder that others could enter. Where there is none yet, or it cannot be shut, the session's file says so. */
function keepPrivate(folder: string): void {
  try {
    if (existsSync(folder)) ensurePrivateDirectory(folder);
  } catch {
    // Told with the first record that cannot be written.
  }
}

async function findWanted(setup: Setup, choice: SessionChoice): Promise<string | undefined> {
  switch (choice.kind) {
    case 'new':
      return undefined;
    case 'latest': {
      const latest = await latestSession(sessionFolder(setup), setup.cwd);
      if (latest === undefined)
        throw new CliError(`There is no session of ${setup.cwd} to continue. Start one without -c.`);
      return latest.session_id;
    }
    case 'exact':
      return (await summariseSession(sessionFolder(setup), choice.id))?.session_id;
    case 'named':
      return (await namedSession(setup, choice.name)).session_id;
    default:
      return assertNever(choice);
  }
}
