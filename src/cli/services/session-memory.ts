import { type Conversation, foldConversation, reduceConversation } from '../../conversation.ts';
import type { AgentMessage, AgentMessageOf } from '../../messages.ts';
import { foldStats, reduceStats, type Stats } from '../../stats/fold-stats.ts';
import type { Sink } from '../fan-out.ts';

/** What the services know of the running session: folds of its log. */
export interface SessionMemory {
  readonly sink: Sink;
  conversation(): Conversation;
  stats(): Stats;
  /** The model that the next call asks. */
  model(): string;
  usage(): AgentMessageOf<'context_usage_update'> | undefined;
  /** The names of the tools that the model has; undefined: all. */
  tools(): readonly string[] | undefined;
  hasTurns(): boolean;
  isRunning(): boolean;
  /** A turn or a compaction runs: something can be cancelled. */
  isBusy(): boolean;
}

/** Starts from the log of a session that is resumed. */
export function sessionMemory(log: readonly AgentMessage[]): SessionMemory {
  let conversation = foldConversation(log);
  let stats = foldStats(log);
  let model = '';
  let usage: AgentMessageOf<'context_usage_update'> | undefined;
  let tools: readonly string[] | undefined;
  let isRunning = false;
  let isCompacting = false;
  const note = (message: AgentMessage): void => {
    if (message.type === 'session_started') model = message.model;
    else if (message.type === 'model_switched') model = message.new;
    else if (message.type === 'context_usage_update') usage = message;
    else if (message.type === 'tools_updated') tools = message.new;
    else if (message.type === 'turn_started' || message.type === 'done') isRunning = message.type === 'turn_started';
    else if (message.type === 'context_compaction_started') isCompacting = true;
    else if (message.type === 'context_compaction_result') isCompacting = false;
  };
  for (const message of log) note(message);
  return {
    sink: (message) => {
      conversation = reduceConversation(conversation, message);
      stats = reduceStats(stats, message);
      note(message);
    },
    conversation: () => conversation,
    stats: () => stats,
    model: () => model,
    usage: () => usage,
    tools: () => tools,
    isRunning: () => isRunning,
    isBusy: () => isRunning || isCompacting,
    hasTurns: () => stats.total.rounds > 0 || conversation.messages.length > 0,
  };
}
