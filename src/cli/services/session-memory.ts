import { type Conversation, foldConversation, reduceConversation } from '../../conversation.ts';
import type { AgentMessage, AgentMessageOf, ReasoningEffort } from '../../messages.ts';
import { foldStats, reduceStats, type Stats } from '../../stats/fold-stats.ts';
import type { Sink } from '../fan-out.ts';

/** What the services know of the running session: folds of its log. */
export interface SessionMemory {
  readonly sink: Sink;
  conversation(): Conversation;
  stats(): Stats;
  /** The model that the next call asks. */
  model(): string;
  /** The effort that was last wanted; undefined: never said. */
  effort(): ReasoningEffort | undefined;
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
  let effort: ReasoningEffort | undefined;
  let usage: AgentMessageOf<'context_usage_update'> | undefined;
  let tools: readonly string[] | undefined;
  let isRunning = false;
  let isCompacting = false;
  const note = (message: AgentMessage): void => {
    switch (message.type) {
      case 'session_started':
        model = message.model;
        break;
      case 'model_switched':
        model = message.new;
        break;
      case 'reasoning_effort_changed':
        effort = message.new;
        break;
      case 'context_usage_update':
        usage = message;
        break;
      case 'tools_updated':
        tools = message.new;
        break;
      case 'turn_started':
      case 'done':
        isRunning = message.type === 'turn_started';
        break;
      case 'context_compaction_started':
      case 'context_compaction_result':
        isCompacting = message.type === 'context_compaction_started';
        break;
      default:
    }
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
    effort: () => effort,
    usage: () => usage,
    tools: () => tools,
    isRunning: () => isRunning,
    isBusy: () => isRunning || isCompacting,
    hasTurns: () => stats.total.rounds > 0 || conversation.messages.length > 0,
  };
}
