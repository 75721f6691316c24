import type { AgentMessage } from '../messages.ts';

/** Keeps ids apart within one session. */
export interface Ids {
  /** A new id. */
  next(): string;
  /** The wanted id of a tool call, or one like it when a call had it before. */
  call(wanted: string): string;
  /** The same for the texts of a person. */
  text(wanted: string | undefined): string;
}

/** Remembers the ids of a log and of all that comes. */
export function createIds(newId: () => string, log: Iterable<AgentMessage>): Ids {
  const calls = new Set<string>();
  const texts = new Set<string>();
  for (const message of log) {
    if (message.type === 'tool_call') calls.add(message.request.id);
    if (message.type === 'turn_started') texts.add(message.input.id);
    if (message.type === 'user_message_accepted' || message.type === 'user_message_returned') texts.add(message.id);
  }
  return {
    next: newId,
    call: (wanted) => claim(calls, wanted === '' ? `call_${newId()}` : wanted),
    text: (wanted) => claim(texts, wanted ?? newId()),
  };
}

function claim(used: Set<string>, wanted: string): string {
  let id = wanted;
  for (let count = 2; used.has(id); count++) id = `${wanted}_${count}`;
  used.add(id);
  return id;
}
