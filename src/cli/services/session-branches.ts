import { existsSync } from 'node:fs';
import { splitContent } from '../../content-text.ts';
import { personMessages } from '../../conversation.ts';
import { formatAgo, formatCount } from '../../format.ts';
import { nameMessage } from '../../own-words.ts';
import { safeLine } from '../../safe-text.ts';
import { branchSession, rewindLog } from '../../sessions/branch-session.ts';
import { readSession } from '../../sessions/read-session.ts';
import { listSessions } from '../../sessions/session-directory.ts';
import type { SessionFile } from '../../sessions/session-file.ts';
import { newSessionId } from '../../sessions/session-paths.ts';
import type { ChatServices } from '../../ui/input/services.ts';
import { sessionFolder } from '../wiring/session-store.ts';
import type { ServiceParts } from './service-parts.ts';
import { shortFolder } from './short-folder.ts';

/** Makes what moves a person between sessions: resume, fork, rewind. The session they leave stays as it is. */
export function branchServices(
  { setup, opened, leave, memory }: ServiceParts,
  file: SessionFile,
): Partial<ChatServices> {
  const directory = sessionFolder(setup);
  const { session_id } = opened.session;
  const readLog = async () => {
    await file.flush();
    if (!existsSync(file.path)) throw new Error('Nothing was said yet: there is nothing to go back to or copy.');
    return (await readSession(file.path)).messages;
  };
  const branch = async (log: Awaited<ReturnType<typeof readLog>>): Promise<string> => {
    const id = newSessionId(Date.now(), Math.random);
    await branchSession(directory, { session_id, log }, id);
    return id;
  };
  return {
    listSessions: async () =>
      (await listSessions(directory))
        .filter((session) => session.session_id !== session_id)
        .map(({ session_id: id, title, updated_at, model, turns, cwd }) => ({
          id,
          title,
          detail: [
            formatAgo(updated_at, Date.now()),
            ...(turns === undefined ? [] : [formatCount(turns, 'turn')]),
            model,
            ...(cwd === setup.cwd ? [] : [shortFolder(cwd)]),
          ].join(', '),
        })),
    resumeSession: async (id) => leave({ choice: { kind: 'named', name: id }, arrival: 'elsewhere' }),
    fork: async () => {
      const id = await branch(await readLog());
      leave({ choice: { kind: 'named', name: id }, arrival: 'shown' });
      return `This is a copy now, ${id}; the session it comes from is ${session_id}.`;
    },
    rewind: async (wanted) => {
      const id = /^\d{1,5}$/.test(wanted) ? personMessages(memory.conversation()).at(-Number(wanted))?.id : wanted;
      const back = id === undefined ? undefined : rewindLog(await readLog(), id);
      if (back === undefined) throw new Error('There is no such message in the conversation. /rewind lists them.');
      const copy = await branch(back.log);
      const { words, attached } = splitContent(back.content);
      const note = `Went back to before: ${safeLine(nameMessage(back.content).slice(0, 200)).slice(0, 60)} (files stay as they are)`;
      leave({ choice: { kind: 'named', name: copy }, draft: words, attached, arrival: 'shown', note });
    },
  };
}
