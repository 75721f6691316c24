import type { AssistantTurn, ConversationMessage } from '../../conversation.ts';
import type { ModelRequest, ResolvedModel } from '../../providers/provider.ts';
import type { AgentParts } from '../agent-parts.ts';
import { withNotes } from '../notes.ts';
import { toolSpec } from '../tool-spec.ts';

/** One request to one model. */
export interface ModelCall {
  readonly model: ResolvedModel;
  readonly request: ModelRequest;
  readonly signal: AbortSignal;
  /** It was sent before, and failed. */
  readonly isRetry?: boolean;
}

/** Makes the request that continues the conversation as it now stands. */
export function nextRequest(parts: AgentParts, model: ResolvedModel): ModelRequest {
  const effort = parts.settings.effort(model);
  return {
    model: model.info,
    system: parts.options.systemPrompt(),
    conversation: withNotes(sendable(parts)),
    tools: parts.settings.tools.map(toolSpec),
    ...(effort === undefined ? {} : { effort }),
    session_id: parts.options.session_id,
  };
}

/** The conversation without the thoughts that a provider refused to read back. */
function sendable({ journal, refusedThoughts }: AgentParts): readonly ConversationMessage[] {
  const { messages } = journal.state.conversation;
  if (!messages.some((message) => refusedThoughts.has(message))) return messages;
  return messages.flatMap((message) =>
    message.role === 'assistant' && refusedThoughts.has(message) ? withoutThoughts(message) : [message],
  );
}

function withoutThoughts(message: AssistantTurn): AssistantTurn[] {
  const parts = message.parts.filter((part) => part.type !== 'thought');
  return parts.length === 0 ? [] : [{ ...message, parts }];
}

/** Remembers that none of the thoughts so far can be sent again; says whether there was one. */
export function refuseThoughts({ journal, refusedThoughts }: AgentParts): boolean {
  const turns = journal.state.conversation.messages.filter(
    (message) => message.role === 'assistant' && message.parts.some((part) => part.type === 'thought'),
  );
  const fresh = turns.filter((message) => !refusedThoughts.has(message));
  for (const message of fresh) refusedThoughts.add(message);
  return fresh.length > 0;
}

/** Gives the tokens that the next request will have: what was last measured and what came since, else an estimate of all. */
export function projectedTokens(parts: AgentParts): number {
  const { conversation, measured } = parts.journal.state;
  const { catalog } = parts.options;
  if (measured === undefined) return estimatedTokens(parts);
  const added = conversation.messages.slice(measured.messages);
  return (
    measured.tokens + (added.length === 0 ? 0 : catalog.estimateTokens({ system: '', conversation: added, tools: [] }))
  );
}

/** Estimates the tokens of the next request. */
export function estimatedTokens(parts: AgentParts, conversation = parts.journal.state.conversation.messages): number {
  return parts.options.catalog.estimateTokens({
    system: parts.options.systemPrompt(),
    conversation,
    tools: parts.settings.tools.map(toolSpec),
  });
}
