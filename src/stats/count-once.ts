import type { AgentMessage } from '../messages.ts';

/**
 * Gives the messages of a log that no log before it had: a branch begins with a copy of the session it comes from. What
 * was counted is noted in `counted`; the session that a branch comes from has to be read before it.
 */
export function* countOnce(log: Iterable<AgentMessage>, counted: Set<string>): Generator<AgentMessage> {
  for (const message of log) {
    const identity = identityOf(message);
    if (identity !== undefined && counted.has(identity)) continue;
    if (identity !== undefined) counted.add(identity);
    yield message;
  }
}

/** Puts the sessions that others were branched from before those, and else keeps their order. */
export function originsFirst<Session extends { readonly session_id: string; readonly forked_from?: string }>(
  sessions: readonly Session[],
): readonly Session[] {
  const origins = new Map(sessions.map((session) => [session.session_id, session.forked_from]));
  const depthOf = (session_id: string): number => {
    const way = new Set<string>();
    for (let id: string | undefined = session_id; id !== undefined && !way.has(id); id = origins.get(id)) way.add(id);
    return way.size;
  };
  return sessions
    .map((session) => ({ session, depth: depthOf(session.session_id) }))
    .sort((one, other) => one.depth - other.depth)
    .map(({ session }) => session);
}

/** What a round or the end of a call is told by in every copy of it, also where the copy was cut short. */
function identityOf(message: AgentMessage): string | undefined {
  switch (message.type) {
    case 'done':
      return message.turn_id;
    case 'tool_result':
      return `${message.turn_id}:${message.result.id}`;
    case 'tool_error':
      return `${message.turn_id}:${message.error.id}`;
    default:
      return undefined;
  }
}
