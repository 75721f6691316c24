import { appendFileSync, constants, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../errors.ts';
import { jsonLine } from '../json-line.ts';
import { createSecretMask, type SecretMask } from '../mask-secrets.ts';
import type { AgentMessage } from '../messages.ts';
import { type AppendFile, createAppendFile, type FileCalls } from './append-file.ts';
import { type ChunkJoiner, createChunkJoiner } from './join-chunks.ts';
import { ensurePrivateDirectory, fileProblem, openPrivate } from './private-file.ts';
import { parseSession } from './read-session.ts';
import { type LockHolder, nameHolder, type SessionLock, takeSessionLock } from './session-lock.ts';
import { isSessionId, type SessionPaths, sessionPaths } from './session-paths.ts';

export interface SessionFileOptions {
  /** Where the sessions lie; made when it is missing. */
  readonly directory: string;
  readonly session_id: string;
  /** Values that are never written. */
  readonly secrets?: readonly string[];
  /** Told, in one line for a person, what happens to the saving of this session. */
  readonly onNotice?: (notice: string) => void;
  /** The longest that streamed text stays unwritten, in milliseconds. */
  readonly partial_ms?: number;
  readonly calls?: FileCalls;
  readonly retry_ms?: number;
}

/**
 * The file of one session. `write` never throws and never waits: when the disk refuses, the chat goes on and the
 * messages wait in memory. Everything but streamed chunks is written before `write` returns.
 */
export interface SessionFile {
  readonly session_id: string;
  readonly path: string;
  write(message: AgentMessage): void;
  /** Resolves when everything is written and synced, or cannot be. */
  flush(): Promise<void>;
  /**
   * Writes the rest and lets go of the session. Gives the number of records that are lost; none are where nothing can
   * be written at all, because such a chat was kept in memory from its beginning.
   */
  close(): Promise<number>;
}

export type Resumed =
  | { readonly file: SessionFile; readonly log: readonly AgentMessage[]; readonly notices: readonly string[] }
  | { readonly problem: string; readonly holder?: LockHolder };

/** Opens the file of a new session. Nothing is left on the disk unless a turn starts. */
export function createSessionFile(options: SessionFileOptions): SessionFile {
  const paths = sessionPaths(options.directory, options.session_id);
  try {
    ensurePrivateDirectory(options.directory);
    return new JoiningFile(options, paths, { flags: constants.O_EXCL });
  } catch (error) {
    options.onNotice?.(notSaved(paths.log, fileProblem(error)));
    return new JoiningFile(options, paths, { flags: constants.O_EXCL, isSaid: true });
  }
}

/** Opens the file of an earlier session and reads it. Says why when it is missing, unreadable or open elsewhere. */
export function resumeSessionFile(options: SessionFileOptions): Resumed {
  const { directory, session_id } = options;
  if (!isSessionId(session_id))
    return { problem: `"${session_id}" is not the id of a session. See agent-chat sessions list.` };
  const paths = sessionPaths(directory, session_id);
  const lock = lockIfPossible(paths.lock);
  if (lock !== undefined && 'holder' in lock) {
    return { problem: inUse(session_id, lock.holder, paths.lock), holder: lock.holder };
  }
  try {
    const bytes = readFileSync(paths.log);
    const read = parseSession(bytes, session_id);
    const notices = [...read.notices, ...repairTail(paths, bytes)];
    const how = { flags: 0, ...(lock === undefined ? {} : { lock }) };
    return { file: new JoiningFile(options, paths, how), log: read.messages, notices };
  } catch (error) {
    lock?.release();
    if (errorCode(error) === 'ENOENT')
      return { problem: `There is no session "${session_id}". See agent-chat sessions list.` };
    return { problem: `Session "${session_id}" cannot be read: ${fileProblem(error)} (${paths.log}).` };
  }
}

/** Where nothing can be written there is nothing to protect: the session is read, and the first record says the rest. */
function lockIfPossible(path: string): SessionLock | { readonly holder: LockHolder } | undefined {
  try {
    return takeSessionLock(path);
  } catch {
    return undefined;
  }
}

/** Writes what a replay needs: every message as it came, each with its time. What the file held is replaced. */
export function createRecorder(
  path: string,
  options: Pick<SessionFileOptions, 'secrets' | 'onNotice' | 'calls'> = {},
): SessionFile {
  const paths = { log: path, lock: '', torn: '', about: '' };
  const recorder = { directory: join(path, '..'), session_id: path, ...options };
  return new JoiningFile(recorder, paths, { flags: constants.O_TRUNC, isVerbatim: true });
}

interface OpenHow {
  /** Beside creating and appending. */
  readonly flags: number;
  readonly lock?: SessionLock;
  readonly isVerbatim?: true;
  /** The person knows already that nothing is saved. */
  readonly isSaid?: true;
}

const SYNCED: ReadonlySet<AgentMessage['type']> = new Set([
  ...(['turn_started', 'user_message_accepted', 'user_steered', 'user_message_returned', 'tool_call_ready'] as const),
  ...(['tool_started', 'tool_result', 'tool_error', 'context_compaction_result', 'done', 'session_ended'] as const),
]);

const UNWRITABLE: ReadonlySet<string> = new Set(['EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'ENOENT']);

class JoiningFile implements SessionFile {
  readonly session_id: string;
  readonly path: string;
  readonly #file: AppendFile;
  readonly #joiner: ChunkJoiner;
  readonly #mask: SecretMask;
  readonly #partial_ms: number;
  readonly #isVerbatim: boolean;
  /** Messages of a session in which nothing has happened yet. */
  #prologue: AgentMessage[] | undefined;
  #lock: SessionLock | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isUnwritable = false;

  constructor(options: SessionFileOptions, paths: SessionPaths, how: OpenHow) {
    this.session_id = options.session_id;
    this.path = paths.log;
    this.#lock = how.lock;
    this.#isVerbatim = how.isVerbatim === true;
    this.#prologue = how.flags === constants.O_EXCL ? [] : undefined;
    this.#partial_ms = options.partial_ms ?? 1000;
    this.#mask = createSecretMask(options.secrets ?? []);
    this.#joiner = createChunkJoiner((text) => this.#mask.endsInside(text));
    let { flags, isSaid } = how;
    this.#file = createAppendFile({
      ...(options.calls === undefined ? {} : { calls: options.calls }),
      ...(options.retry_ms === undefined ? {} : { retry_ms: options.retry_ms }),
      open: () => {
        const descriptor = this.#open(paths, options, flags);
        flags = 0;
        return descriptor;
      },
      onState: (state) => {
        const isKnown = isSaid === true && 'problem' in state;
        isSaid = undefined;
        if (isKnown) return;
        options.onNotice?.(this.#stateNotice(state));
      },
    });
  }

  write(message: AgentMessage): void {
    if (this.#prologue !== undefined && !this.#beginsFile(this.#prologue, message)) return;
    for (const one of this.#isVerbatim ? [message] : this.#joiner.push(message)) this.#append(one);
    if (!this.#joiner.hasWaiting) this.#stopTimer();
    else this.#timer ??= setTimeout(() => this.#writePartial(), this.#partial_ms).unref();
  }

  async flush(): Promise<void> {
    this.#writeRest();
    await this.#file.flush();
  }

  async close(): Promise<number> {
    this.#writeRest();
    const lost = await this.#file.close();
    this.#lock?.release();
    this.#lock = undefined;
    return this.#isUnwritable ? 0 : lost;
  }

  #open(paths: SessionPaths, options: SessionFileOptions, flags: number): number {
    try {
      if (!this.#isVerbatim) this.#lockSession(paths, options);
      const descriptor = openPrivate(paths.log, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | flags);
      this.#isUnwritable = false;
      return descriptor;
    } catch (error) {
      this.#isUnwritable = !this.#isVerbatim && UNWRITABLE.has(errorCode(error) ?? '');
      throw error;
    }
  }

  #stateNotice(state: { readonly problem: string } | { readonly recovered: true }): string {
    if (!this.#isVerbatim)
      return 'problem' in state ? notSaved(this.path, state.problem) : 'This chat is being saved again.';
    return 'problem' in state
      ? `The recording is not being written: ${state.problem} (${this.path}). It is as soon as that works.`
      : 'The recording is being written again.';
  }

  /** A chat that was only opened leaves no file: its first messages wait for one that is worth keeping. */
  #beginsFile(prologue: AgentMessage[], message: AgentMessage): boolean {
    if (message.type === 'session_ended') return false;
    if (message.type !== 'turn_started') {
      prologue.push(message);
      return false;
    }
    this.#prologue = undefined;
    for (const earlier of prologue) this.#append(earlier);
    return true;
  }

  #lockSession(paths: SessionPaths, options: SessionFileOptions): void {
    ensurePrivateDirectory(options.directory);
    if (this.#lock !== undefined) return;
    const lock = takeSessionLock(paths.lock);
    if ('holder' in lock) throw new Error(inUse(options.session_id, lock.holder, paths.lock));
    this.#lock = lock;
  }

  #append(message: AgentMessage): void {
    this.#file.append(`${this.#mask.mask(jsonLine(message))}\n`, SYNCED.has(message.type));
  }

  #writePartial(): void {
    this.#timer = undefined;
    for (const message of this.#joiner.takePartial()) this.#append(message);
    if (this.#joiner.hasWaiting) this.#timer = setTimeout(() => this.#writePartial(), this.#partial_ms).unref();
  }

  #writeRest(): void {
    this.#stopTimer();
    for (const message of this.#joiner.takeAll()) this.#append(message);
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** Makes the file end with a line end, so that the next record has a line of its own. Keeps what it cuts away. */
function repairTail(paths: SessionPaths, bytes: Buffer): readonly string[] {
  const end = bytes.lastIndexOf(0x0a) + 1;
  if (end === bytes.length) return [];
  try {
    if (parseSession(bytes, '').torn_bytes === 0) {
      appendFileSync(paths.log, '\n');
      return [];
    }
    appendFileSync(paths.torn, Buffer.concat([bytes.subarray(end), Buffer.from('\n')]), { mode: 0o600 });
    truncateSync(paths.log, end);
    return [`What was cut off is kept in ${paths.torn}.`];
  } catch {
    // A reader finds the whole records behind a torn one too.
    return [];
  }
}

function notSaved(path: string, problem: string): string {
  return `This chat is not being saved: ${problem} (${path}). It goes on in memory, and is saved as soon as that works.`;
}

function inUse(session_id: string, holder: LockHolder, lockPath: string): string {
  return `Session "${session_id}" is open in another window (${nameHolder(holder)}). Fork it to go on from here, or delete ${lockPath} if that process is gone.`;
}
