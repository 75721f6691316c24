import type { AssistantPart } from '../../conversation.ts';
import type { TokenUsage } from '../../messages.ts';
import type { ModelInfo } from '../../providers/provider.ts';
import type { AgentParts } from '../agent-parts.ts';
import { contextUsage } from '../ledger.ts';
import { estimatedTokens, type ModelCall } from './model-request.ts';
import type { Attempt, Reply } from './read-reply.ts';

/** Counts and publishes what a response used; estimated, and marked so, when its provider said nothing. */
export function recordUsage(parts: AgentParts, attempt: Attempt, reply: Reply): void {
  const usage = attempt.usage ?? estimateUsage(parts, attempt.call, reply);
  parts.ledger.add(attempt.call.model.info, usage);
  publishUsage(parts, { info: attempt.call.model.info, usage, isEstimated: attempt.usage === undefined });
}

/** Publishes the counts of the last model call with the totals so far. */
export function publishUsage(
  { journal, ledger }: AgentParts,
  { info, usage, isEstimated }: { info: ModelInfo; usage: TokenUsage; isEstimated: boolean },
): void {
  journal.publish({
    type: 'context_usage_update',
    ...contextUsage(usage, ledger.totals, info.context_limit),
    model_name: info.name,
    ...(isEstimated ? { estimated: true } : {}),
  });
}

/** Publishes an estimate of the next request, where no answer has measured the conversation as it now is. */
export async function publishEstimate(parts: AgentParts, signal: AbortSignal, tokens?: number): Promise<void> {
  // Without a model there is no window to compare with; the next call says what is wrong with it.
  const model = await parts.settings.model(signal).catch(() => undefined);
  if (model === undefined || signal.aborted) return;
  const usage = { input_tokens: tokens ?? estimatedTokens(parts), output_tokens: 0 };
  publishUsage(parts, { info: model.info, usage, isEstimated: true });
}

function estimateUsage(parts: AgentParts, { request }: ModelCall, reply: Reply): TokenUsage {
  const { catalog } = parts.options;
  const calls = reply.calls.map(
    (call): AssistantPart => ({ type: 'tool_call', id: call.id, name: call.name, arguments: call.arguments ?? '' }),
  );
  const said: AssistantPart[] = [{ type: 'text', id: '', text: reply.text }, ...calls];
  const answer = { role: 'assistant' as const, model_name: reply.model_name, parts: said };
  return {
    input_tokens: catalog.estimateTokens(request),
    output_tokens: catalog.estimateTokens({ system: '', conversation: [answer], tools: [] }),
  };
}
