import { constants } from 'node:fs';
import { contentText } from '../content-text.ts';
import { jsonLine } from '../json-line.ts';
import type { AgentMessage, UserContent } from '../messages.ts';
import { missingEnds, NOTHING_OPEN, openTurn, reduceOpenItems, waitingTexts } from '../open-items.ts';
import { NOTHING_SAID, reduceUnanswered, unansweredTexts } from '../unanswered.ts';
import { NODE_CALLS } from './append-file.ts';
import { ensurePrivateDirectory, openPrivate } from './private-file.ts';
import { nameBranch, readAbout, writeAbout } from './session-directory.ts';
import { sessionPaths } from './session-paths.ts';

export interface Branch {
  /** The beginning of the log that stays, with every turn and text in it brought to an end. */
  readonly log: readonly AgentMessage[];
  /** What the person had written there: it goes back into the editor. */
  readonly content: UserContent;
}

/**
 * Gives the log as it was before a message of a person entered the conversation, or nothing when there is no such
 * message. A message that steered a turn takes back the rest of that turn, and with it what was said in the turn before
 * anything of an answer came.
 */
export function rewindLog(log: readonly AgentMessage[], user_message_id: string): Branch | undefined {
  let unanswered = NOTHING_SAID;
  let start = 0;
  for (const [index, message] of log.entries()) {
    if (message.type === 'turn_started') {
      start = index;
      if (message.input.id === user_message_id) return branchAt(log, index, [message.input.content]);
    }
    if (message.type === 'user_steered' && message.id === user_message_id) {
      const before = unansweredTexts(unanswered).map(({ content }) => content);
      return branchAt(log, before.length > 0 ? start : index, [...before, message.content]);
    }
    unanswered = reduceUnanswered(unanswered, message);
  }
  return undefined;
}

function branchAt(log: readonly AgentMessage[], index: number, contents: readonly UserContent[]): Branch {
  const [only = '', ...others] = contents;
  const content = others.length === 0 ? only : contents.map(contentText).join('\n');
  return { log: closeLog(log.slice(0, index)), content };
}

/**
 * Gives a log without what another process is still busy with: its running turn with the message that this answers,
 * the texts that wait in it, a running compaction. All of that is the other's to end.
 */
export function withoutRunning(log: readonly AgentMessage[]): {
  readonly log: readonly AgentMessage[];
  readonly isCut: boolean;
} {
  const turn = openTurn(log);
  const ended = turn === undefined ? log : log.slice(0, log.indexOf(turn[0]));
  const { compaction } = ended.reduce(reduceOpenItems, NOTHING_OPEN);
  const running = new Set<AgentMessage>([...waitingTexts(ended), ...(compaction === undefined ? [] : [compaction])]);
  const kept = ended.filter((message) => !running.has(message));
  return { log: kept, isCut: kept.length < log.length };
}

/**
 * Writes a log as a session of its own; the one it comes from stays as it is. The messages keep their `seq`, so that
 * what both have in common can be told. Throws when the file cannot be written or exists.
 */
export async function branchSession(
  directory: string,
  from: { readonly session_id: string; readonly log: readonly AgentMessage[] },
  session_id: string,
): Promise<void> {
  ensurePrivateDirectory(directory);
  const own = closeLog(from.log).map((message) =>
    message.type === 'session_started' ? { ...message, session_id } : message,
  );
  const bytes = Buffer.from(own.map((message) => `${jsonLine(message)}\n`).join(''));
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  const descriptor = openPrivate(sessionPaths(directory, session_id).log, flags);
  try {
    for (let offset = 0; offset < bytes.length; ) offset += NODE_CALLS.write(descriptor, bytes, offset);
  } finally {
    NODE_CALLS.close(descriptor);
  }
  const { name } = await readAbout(directory, from.session_id);
  await writeAbout(directory, session_id, {
    ...(name === undefined ? {} : { name: await nameBranch(directory, name) }),
    forked_from: from.session_id,
  });
}

function closeLog(log: readonly AgentMessage[]): readonly AgentMessage[] {
  return [...log, ...missingEnds(log)];
}
