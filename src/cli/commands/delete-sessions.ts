import { safeLine } from '../../safe-text.ts';
import { deleteSession, type SessionSummary } from '../../sessions/session-directory.ts';
import { nameHolder } from '../../sessions/session-lock.ts';
import { sessionPaths } from '../../sessions/session-paths.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import { outputFolder, type Setup } from '../setup.ts';
import { namedSession, sessionFolder } from '../wiring/session-store.ts';
import type { CommandCall } from './cli-command.ts';

/** Deletes the named sessions. All of them are found before the first is touched. */
export async function deleteSessions({ words, setup, output }: CommandCall): Promise<void> {
  const queries = words.slice(1);
  if (queries.length === 0) {
    throw new CliError('Which session? agent-chat sessions delete ID. See agent-chat sessions list.');
  }
  const sessions = new Map<string, SessionSummary>();
  for (const query of queries) {
    const session = await namedSession(setup, query);
    sessions.set(session.session_id, session);
  }
  for (const { session_id, title } of sessions.values()) {
    await deleteOne(setup, session_id);
    await output.write(`Deleted ${session_id}: ${safeLine(title)}\n`);
  }
}

async function deleteOne(setup: Setup, session_id: string): Promise<void> {
  const directory = sessionFolder(setup);
  const holder = await deleteSession(directory, session_id, outputFolder(setup)).catch((error: Error) => {
    throw new CliError(`Session ${session_id} cannot be deleted: ${error.message}.`, EXIT.failed);
  });
  if (holder === undefined) return;
  const { lock } = sessionPaths(directory, session_id);
  throw new CliError(
    `Session ${session_id} is open in ${nameHolder(holder)}. Close it there first, or delete ${lock} if that process is gone.`,
    EXIT.failed,
  );
}
