import { foldConversation } from '../../src/conversation.ts';
import type { AgentMessage } from '../../src/messages.ts';

/** A log is plain JSON both ways: absent rather than null, nothing lost by writing and reading it. */
export function checkPlainJson(log: readonly AgentMessage[]): string[] {
  return log
    .filter((message) => !isPlain(message))
    .map((message) => `promise 8, #${message.seq} ${message.type}: is not plain JSON`);
}

function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value === 'string' || typeof value === 'boolean') return true;
  if (Array.isArray(value)) return value.every(isPlain);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every(isPlain);
}

/** Judges the conversation that the log folds to: calls with their results, and chunks that mean nothing. */
export function checkFolds(log: readonly AgentMessage[]): string[] {
  const { messages } = foldConversation(log);
  const violations: string[] = [];
  for (const [index, message] of messages.entries()) {
    const calls =
      message.role === 'assistant'
        ? message.parts.filter((part) => part.type === 'tool_call').map((part) => part.id)
        : [];
    const following = messages[index + 1];
    const results = following?.role === 'tool' ? following.results.map((result) => result.tool_call_id) : [];
    if (message.role === 'assistant' && calls.join() !== results.join())
      violations.push(`promise 4, message ${index}: the calls [${calls}] have the results [${results}]`);
    if (message.role === 'tool' && messages[index - 1]?.role !== 'assistant')
      violations.push(`promise 4, message ${index}: results without their calls`);
  }
  if (JSON.stringify(foldConversation(joinChunks(log)).messages) !== JSON.stringify(messages))
    violations.push('promise 7: joining chunks changes the conversation');
  return violations;
}

/** Joins what was streamed in pieces, as a log may store it. */
export function joinChunks(log: readonly AgentMessage[]): AgentMessage[] {
  const joined: AgentMessage[] = [];
  for (const message of log) {
    const last = joined.at(-1);
    const isPiece = message.type === 'text' || message.type === 'thought';
    const isLastPiece = last?.type === 'text' || last?.type === 'thought';
    if (
      isPiece &&
      isLastPiece &&
      !last.is_complete &&
      last.type === message.type &&
      last.message_id === message.message_id
    )
      joined[joined.length - 1] = { ...message, chunk: last.chunk + message.chunk };
    else joined.push(message);
  }
  return joined;
}
