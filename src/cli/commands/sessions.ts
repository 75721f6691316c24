import { errorMessage } from '../../errors.ts';
import { formatCount } from '../../format.ts';
import { ownEntry } from '../../own-entry.ts';
import { safeLine } from '../../safe-text.ts';
import { EXPORT_FORMATS, type ExportFormat, exportFormatOf, exportSession } from '../../sessions/export-session.ts';
import { readSession } from '../../sessions/read-session.ts';
import { listSessions, type SessionSummary } from '../../sessions/session-directory.ts';
import { writeExport } from '../../sessions/write-export.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import { namedSession, sessionFolder } from '../wiring/session-store.ts';
import { type CliCommand, type CommandCall, columns } from './cli-command.ts';
import { deleteSessions } from './delete-sessions.ts';

/** Lists, shows, exports and deletes saved sessions. */
export const sessions: CliCommand = async (call) => {
  const [action = 'list'] = call.words;
  const run = ownEntry(ACTIONS, action);
  if (run === undefined) {
    throw new CliError(`There is no "sessions ${action}". There are: ${Object.keys(ACTIONS).join(', ')}.`);
  }
  await run(call);
  return EXIT.answered;
};

const ACTIONS: Readonly<Record<string, (call: CommandCall) => Promise<void>>> = {
  list: async ({ flags, setup, output }) => {
    const all = await listSessions(sessionFolder(setup));
    if (flags.json === true) await output.write(`${JSON.stringify(all, null, 2)}\n`);
    else await output.write(all.length === 0 ? 'There are no sessions yet.\n' : columns(all.map(row)));
  },
  show: async (call) => {
    const { log, session } = await wanted(call);
    await call.output.write(exportSession(log, call.flags.json === true ? 'json' : 'markdown', session));
  },
  export: async (call) => {
    const { log, session } = await wanted(call);
    const file = call.words[2] ?? '-';
    const text = exportSession(log, formatOf(call.flags, file), session);
    if (file === '-') {
      await call.output.write(text);
      return;
    }
    try {
      writeExport(file, text);
    } catch (error) {
      throw new CliError(errorMessage(error), EXIT.failed);
    }
    await call.output.write(`${file}\n`);
  },
  delete: deleteSessions,
};

/** The format that a flag names, else the end of the file's name; Markdown on standard output. */
function formatOf({ format, json }: CommandCall['flags'], file: string): ExportFormat {
  if (format !== undefined) {
    const named = EXPORT_FORMATS.find((one) => one === format);
    if (named !== undefined) return named;
    throw new CliError(`There is no export format "${String(format)}". There are: ${EXPORT_FORMATS.join(', ')}.`);
  }
  if (json === true) return 'json';
  if (file === '-' || /\.(md|markdown|txt|html?|jsonl?)$/i.test(file)) return exportFormatOf(file);
  throw new CliError(
    `There is no export for ${file}. Its name must end in .md, .html, .json or .jsonl, or --format says which.`,
  );
}

async function wanted({ words, setup }: CommandCall) {
  const [action, query] = words;
  if (query === undefined)
    throw new CliError(`Which session? agent-chat sessions ${action} ID. See agent-chat sessions list.`);
  const session = await namedSession(setup, query);
  const { messages } = await readSession(session.path);
  return { session, log: messages };
}

function row(session: SessionSummary): readonly string[] {
  const updated = new Date(session.updated_at).toISOString().slice(0, 16).replace('T', ' ');
  const turns = session.turns === undefined ? '' : formatCount(session.turns, 'turn');
  return [session.session_id, updated, turns, safeLine(session.model), safeLine(session.title)];
}
