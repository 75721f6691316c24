import { open, readdir, readFile, rm, stat } from 'node:fs/promises';
import type { AgentMessage } from '../messages.ts';
import { parseAgentMessage } from '../parse-message.ts';
import { safeLine } from '../safe-text.ts';
import { replacePrivateFile } from './private-file.ts';
import { type LockHolder, takeSessionLock } from './session-lock.ts';
import { sessionOutputs } from './session-outputs.ts';
import { isSessionId, sessionPaths } from './session-paths.ts';
import { type SaidInSession, sessionTitles, shortenTitle, TITLE_LENGTH, titleWords } from './session-titles.ts';

/** What a list shows of a session. */
export interface SessionSummary {
  readonly session_id: string;
  /** What a person called it. */
  readonly name?: string;
  /** The name, else the beginning of the first message; in a list, of several that begin alike, with what differs. */
  readonly title: string;
  readonly cwd: string;
  /** The model that answered last. */
  readonly model: string;
  /** Milliseconds since the epoch. */
  readonly started_at: number;
  readonly updated_at: number;
  /** How many messages a person sent; absent for a file too large to be counted for a list. */
  readonly turns?: number;
  readonly bytes: number;
  /** The session that this one was branched from. */
  readonly forked_from?: string;
  readonly path: string;
}

/** What is kept beside the log: nothing in it changes what the session means. */
export interface SessionAbout {
  readonly name?: string;
  readonly forked_from?: string;
}

export type FoundSession = { readonly session: SessionSummary } | { readonly problem: string };

/** Files up to this size are read whole for a list, others at both ends. */
const WHOLE_BYTES = 256 * 1024;
const END_BYTES = 64 * 1024;
/** Files that are open at the same time. */
const AT_ONCE = 32;

/** Lists the sessions of a directory, the one used last first. An unreadable one is left out. */
export async function listSessions(directory: string): Promise<readonly SessionSummary[]> {
  const ids = await sessionIds(directory);
  const found: ReadSummary[] = [];
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const some = await Promise.all(ids.slice(from, from + AT_ONCE).map((id) => readSummary(directory, id)));
    found.push(...some.filter((one) => one !== undefined));
  }
  const titles = sessionTitles(found.map(({ said }) => said));
  return found
    .map(({ summary, said }, at) =>
      summary.name !== undefined || said.first === '' ? summary : { ...summary, title: titles[at] ?? summary.title },
    )
    .sort((a, b) => b.updated_at - a.updated_at);
}

/** Finds the session used last in a working directory. Reads no more sessions than it must. */
export async function latestSession(directory: string, cwd: string): Promise<SessionSummary | undefined> {
  const ids = await sessionIds(directory);
  const times = await Promise.all(ids.map(async (id) => ({ id, used_at: await changedAt(directory, id) })));
  for (const { id } of times.sort((a, b) => b.used_at - a.used_at)) {
    const summary = await summariseSession(directory, id);
    if (summary?.cwd === cwd) return summary;
  }
  return undefined;
}

/** Finds a session by its id, a beginning of its id, or its name. Says what to do when that names none or several. */
export async function findSession(directory: string, query: string): Promise<FoundSession> {
  const exact = isSessionId(query.trim()) ? await summariseSession(directory, query.trim()) : undefined;
  if (exact !== undefined) return { session: exact };
  const sessions = await listSessions(directory);
  const wanted = query.trim().toLowerCase();
  const tests: readonly ((one: SessionSummary) => boolean)[] = [
    (one) => one.name?.toLowerCase() === wanted,
    (one) => one.session_id.toLowerCase().startsWith(wanted),
    (one) => one.name?.toLowerCase().includes(wanted) === true,
  ];
  for (const test of wanted === '' ? [] : tests) {
    const found = sessions.filter(test);
    const [session] = found;
    if (session !== undefined && found.length === 1) return { session };
    if (session !== undefined) return { problem: ambiguous(query, found) };
  }
  return { problem: `There is no session "${safeLine(query)}". See agent-chat sessions list.` };
}

/** Reads what a list shows of one session; nothing when it is not there or holds no messages. */
export async function summariseSession(directory: string, session_id: string): Promise<SessionSummary | undefined> {
  return (await readSummary(directory, session_id))?.summary;
}

interface ReadSummary {
  readonly summary: SessionSummary;
  readonly said: SaidInSession;
}

async function readSummary(directory: string, session_id: string): Promise<ReadSummary | undefined> {
  const paths = sessionPaths(directory, session_id);
  try {
    const [stats, about, ends] = await Promise.all([
      stat(paths.log),
      readAbout(directory, session_id),
      readEnds(paths.log),
    ]);
    return summaryOf(ends, {
      session_id,
      ...(about.name === undefined ? {} : { name: about.name }),
      ...(about.forked_from === undefined ? {} : { forked_from: about.forked_from }),
      updated_at: stats.mtimeMs,
      bytes: stats.size,
      path: paths.log,
    });
  } catch {
    return undefined;
  }
}

/** Gives a session a name, or with `undefined` takes it away. */
export async function renameSession(directory: string, session_id: string, name: string | undefined): Promise<void> {
  const { name: _old, ...about } = await readAbout(directory, session_id);
  const line = name === undefined ? '' : safeLine(name).slice(0, TITLE_LENGTH);
  await writeAbout(directory, session_id, line === '' ? about : { ...about, name: line });
}

/**
 * Deletes a session with everything that belongs to it, also in the folder `outputs`; gives who has it open, and leaves
 * it to them then.
 */
export async function deleteSession(
  directory: string,
  session_id: string,
  outputs: string,
): Promise<LockHolder | undefined> {
  const { lock: lockPath, ...paths } = sessionPaths(directory, session_id);
  const lock = takeSessionLock(lockPath);
  if ('holder' in lock) return lock.holder;
  const belonging = await sessionOutputs(outputs, directory, session_id);
  for (const path of [...belonging, ...Object.values(paths)]) await rm(path, { force: true });
  lock.release();
  return undefined;
}

/** Reads what is kept beside a log; an unreadable file says nothing. */
export async function readAbout(directory: string, session_id: string): Promise<SessionAbout> {
  try {
    const about: unknown = JSON.parse(await readFile(sessionPaths(directory, session_id).about, 'utf8'));
    const { name, forked_from } = about as Record<string, unknown>;
    return {
      ...(typeof name === 'string' ? { name: safeLine(name) } : {}),
      ...(typeof forked_from === 'string' ? { forked_from } : {}),
    };
  } catch {
    return {};
  }
}

/** Writes what is kept beside a log. */
export async function writeAbout(directory: string, session_id: string, about: SessionAbout): Promise<void> {
  await replacePrivateFile(sessionPaths(directory, session_id).about, `${JSON.stringify(about)}\n`);
}

/** Names a branch after the session it comes from, as no other session is named. */
export async function nameBranch(directory: string, name: string): Promise<string> {
  const ids = await sessionIds(directory);
  const abouts = await Promise.all(ids.map((id) => readAbout(directory, id)));
  const taken = new Set(abouts.map((about) => about.name));
  const origin = name.replace(/ \(branch(?: \d+)?\)$/, '');
  for (let count = 1; ; count += 1) {
    const wanted = `${origin} (branch${count === 1 ? '' : ` ${count}`})`;
    if (!taken.has(wanted)) return wanted;
  }
}

async function sessionIds(directory: string): Promise<readonly string[]> {
  try {
    const names = await readdir(directory);
    return names
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => name.slice(0, -'.jsonl'.length))
      .filter(isSessionId);
  } catch {
    return [];
  }
}

async function changedAt(directory: string, session_id: string): Promise<number> {
  try {
    return (await stat(sessionPaths(directory, session_id).log)).mtimeMs;
  } catch {
    return 0;
  }
}

interface Ends {
  readonly first: readonly AgentMessage[];
  readonly last: readonly AgentMessage[];
  readonly isWhole: boolean;
}

async function readEnds(path: string): Promise<Ends> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const read = async (position: number, length: number): Promise<string> => {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, position);
      return buffer.toString('utf8', 0, bytesRead);
    };
    if (size <= WHOLE_BYTES) {
      const lines = messagesIn(await read(0, size));
      return { first: lines, last: lines, isWhole: true };
    }
    const first = messagesIn(await read(0, END_BYTES));
    return { first, last: messagesIn(await read(size - END_BYTES, END_BYTES)), isWhole: false };
  } finally {
    await file.close();
  }
}

/** The lines that a list needs; cut and damaged ones are left out. */
const LISTED = /^\{"type":"(?:session_started|turn_started|done|model_switched|session_ended)"/;

function messagesIn(text: string): readonly AgentMessage[] {
  return text.split('\n').flatMap((line) => {
    const parsed = LISTED.test(line) ? parseAgentMessage(line) : { ignored: '' };
    return 'message' in parsed ? [parsed.message] : [];
  });
}

function summaryOf(
  ends: Ends,
  known: Pick<SessionSummary, 'session_id' | 'name' | 'forked_from' | 'updated_at' | 'bytes' | 'path'>,
): ReadSummary | undefined {
  const start = ends.first.find((message) => message.type === 'session_started');
  if (start === undefined) return undefined;
  // Where the first message is too long to be read here, the last one still says something.
  const isTurn = (message: AgentMessage) => message.type === 'turn_started';
  const last = ends.last.findLast(isTurn);
  const question = ends.first.find(isTurn) ?? last;
  const turns = ends.first.filter((message) => message.type === 'turn_started').length;
  const words = (turn: typeof question): string => (turn === undefined ? '' : titleWords(turn.input.content));
  const said = { first: words(question), last: words(last) };
  const summary = {
    ...known,
    title: known.name ?? (said.first === '' ? '(nothing said yet)' : shortenTitle(said.first)),
    cwd: start.cwd,
    model: lastModel(ends.last) ?? question?.model_name ?? start.model,
    started_at: start.at,
    updated_at: ends.last.at(-1)?.at ?? known.updated_at,
    ...(ends.isWhole ? { turns } : {}),
  };
  return { summary, said };
}

function lastModel(messages: readonly AgentMessage[]): string | undefined {
  for (const message of [...messages].reverse()) {
    if (message.type === 'turn_started') return message.model_name;
    if (message.type === 'model_switched') return message.new;
  }
  return undefined;
}

function ambiguous(query: string, found: readonly SessionSummary[]): string {
  const some = found.slice(0, 5).map((one) => one.session_id);
  return `"${safeLine(query)}" names ${found.length} sessions: ${some.join(', ')}${found.length > 5 ? ' …' : ''}. Give more of the id.`;
}
