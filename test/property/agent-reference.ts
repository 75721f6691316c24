import type { ConversationMessage } from '../../src/conversation.ts';
import type { AgentMessage } from '../../src/messages.ts';

/** What a conversation comes to, a line a message: enough to compare, and nothing of how the agent folds it. */
export type PlainConversation = readonly string[];

/** The simplest account of the conversation: gives every state it goes through while the log is written. */
export function referenceStates(log: readonly AgentMessage[]): PlainConversation[] {
  let lines: string[] = [];
  let undo: string[] | undefined;
  let response: { id: string; line: string }[] = [];
  let results = new Map<string, string>();
  let hasRun = false;
  let said: string[] = [];
  let came: string[] = [];
  const states: PlainConversation[] = [[]];

  const settle = (): void => {
    const kept = response.filter(({ line }) => line.trim() !== '' && !line.endsWith('()'));
    if (kept.length > 0) lines.push(`agent ${kept.map(({ line }) => line).join('|')}`);
    const ended = kept.filter(({ id }) => results.has(id)).map(({ id }) => `${id}=${results.get(id)}`);
    if (ended.length > 0) lines.push(`tools ${ended.join('|')}`);
    drop();
  };
  const drop = (): void => {
    response = [];
    results = new Map();
    hasRun = false;
  };
  const call = (id: string, name: string, json: string): void => {
    const entry = response.find((other) => other.id === id);
    if (entry === undefined) response.push({ id, line: `${name}(${json})` });
    else if (entry.line.endsWith('()')) entry.line = `${name}(${json})`;
  };

  for (const message of log) {
    if (message.type === 'turn_started') [said, came] = [[], []];
    if (message.type === 'turn_started' || message.type === 'user_steered') {
      said.push(`person ${message.type === 'turn_started' ? message.input.content : message.content}`);
      lines.push(...said.slice(-1));
    }
    if (message.type === 'text' || message.type === 'thought') came.push(message.message_id);
    if (message.type === 'tool_call') came.push(message.request.id);
    if (message.type === 'retrying') came = came.filter((id) => !message.discarded.includes(id));
    if (message.type === 'text' || message.type === 'thought') {
      const last = response.at(-1);
      if (last?.id === message.message_id) last.line += message.chunk;
      else response.push({ id: message.message_id, line: message.chunk });
    }
    if (message.type === 'tool_call') call(message.request.id, message.request.name, '');
    if (message.type === 'tool_call_ready') call(message.request.id, message.request.name, message.request.arguments);
    if (message.type === 'tool_started') hasRun = true;
    if (message.type === 'tool_result') results.set(message.result.id, message.result.result);
    if (message.type === 'tool_error') {
      results.set(message.error.id, message.error.error);
      call(message.error.id, message.error.name, message.error.arguments ?? '');
    }
    if (message.type === 'retrying') response = response.filter(({ id }) => !message.discarded.includes(id));
    if (message.type === 'iteration_complete') settle();
    if (message.type === 'done') {
      if (message.status === 'error' && !hasRun) drop();
      else settle();
      // Nothing came before it was cancelled or failed: what was said stands at the end, and goes back to its author.
      const isCut = message.status === 'cancelled' || message.status === 'error';
      if (isCut && came.length === 0 && said.length > 0) lines = lines.slice(0, -said.length);
    }
    if (message.type === 'auto_continue') lines.push('continue');
    if (message.type === 'context_compaction_result' && message.outcome === 'completed')
      lines = ['summary', ...lines.slice(message.messages_removed)];
    if (message.type === 'context_cleared') {
      if (lines.length > 0) undo = lines;
      lines = [];
    }
    if (message.type === 'context_restored') {
      lines = [...(undo ?? []), ...lines];
      undo = undefined;
    }
    states.push([...lines]);
  }
  return states;
}

/** Says a conversation as {@link referenceStates} does. */
export function plain(conversation: readonly ConversationMessage[]): PlainConversation {
  return conversation.map((message) => {
    if (message.role === 'user') return message.origin === 'person' ? `person ${message.content}` : message.origin;
    if (message.role === 'tool')
      return `tools ${message.results.map(({ tool_call_id, output }) => `${tool_call_id}=${output}`).join('|')}`;
    const parts = message.parts.map((part) =>
      part.type === 'tool_call' ? `${part.name}(${part.arguments})` : part.text,
    );
    return `agent ${parts.join('|')}`;
  });
}
