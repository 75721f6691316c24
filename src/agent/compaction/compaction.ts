import { contentText } from '../../content-text.ts';
import { type ConversationMessage, SUMMARY_PREFIX } from '../../conversation.ts';
import { errorLine } from '../../errors.ts';
import type { AgentParts } from '../agent-parts.ts';
import { estimatedTokens, projectedTokens } from '../model-call/model-request.ts';
import { publishEstimate } from '../model-call/record-usage.ts';
import { findCut } from './compaction-cut.ts';
import { shorten } from './shorten.ts';
import { summarise } from './summarise.ts';
import { REQUEST_HEADING } from './summary-prompt.ts';

export interface CompactionOptions {
  readonly trigger: 'auto' | 'manual' | 'overflow';
  /** What the person asks the summary to keep. */
  readonly hint?: string | undefined;
  readonly signal: AbortSignal;
}

/** `nothing`: there is nothing that could be summarised; a person who asked for it is told. */
export type CompactionOutcome = 'completed' | 'failed' | 'nothing';

/** The part of the window that one request for a summary may fill. */
const REQUEST_RATIO = 0.6;
const MIN_REQUEST_TOKENS = 1_000;
const KEEP_TURN_RATIO = 0.5;
const MAX_REQUEST_CHARACTERS = 4_000;

/** Tells whether the next request would fill more of the window than it should. Unknown windows are never full. */
export function isCompactionDue(parts: AgentParts): boolean {
  const window = parts.settings.window();
  return window !== undefined && projectedTokens(parts) >= window * parts.limits.compact_at;
}

/** Estimates the next request after the most that a compaction could remove. */
export function leastTokens(parts: AgentParts): number {
  const { messages } = parts.journal.state.conversation;
  return estimatedTokens(parts, messages.slice(cutOf(parts, 'auto')));
}

/**
 * Replaces the beginning of the conversation by a summary. The history stays in the log.
 *
 * Contract: publishes a started and exactly one result. Nothing changes before the summary is complete. Rejects only
 * when the signal is aborted; any other failure is published as a warning.
 */
export async function compact(parts: AgentParts, options: CompactionOptions): Promise<CompactionOutcome> {
  const { journal } = parts;
  const { messages } = journal.state.conversation;
  const removed = cutOf(parts, options.trigger);
  if (removed === 0) {
    const message = 'There is nothing to summarise: the conversation has no earlier part.';
    if (options.trigger === 'manual') journal.publish({ type: 'system_warning', message });
    return 'nothing';
  }
  const tokens_before = projectedTokens(parts);
  const counts = { messages_removed: 0, tokens_before, tokens_after: tokens_before };
  journal.publish({
    type: 'context_compaction_started',
    message_count: messages.length,
    trigger: options.trigger,
  });
  try {
    const summary = await makeSummary(parts, removed, options);
    const tokens_after = tokensAfter(parts, { summary, removed, tokens_before });
    // An estimate proves nothing where the service itself has said that it is too much.
    if (options.trigger === 'auto' && tokens_after >= tokens_before)
      throw new Error('the summary is no shorter than what it replaces');
    const result = { outcome: 'completed' as const, summary, messages_removed: removed, tokens_before, tokens_after };
    journal.publish({ type: 'context_compaction_result', ...result });
    await publishEstimate(parts, options.signal, tokens_after);
    options.signal.throwIfAborted();
    return 'completed';
  } catch (error) {
    if (journal.state.open.compaction === undefined) throw error;
    const outcome = options.signal.aborted ? 'cancelled' : 'failed';
    journal.publish({ type: 'context_compaction_result', outcome, ...counts, error: errorLine(error) });
    options.signal.throwIfAborted();
    journal.publish({
      type: 'system_warning',
      message: `The conversation could not be summarised: ${errorLine(error)}`,
      suggested_action: 'Try /compact again, /clear, or a model with a larger window.',
    });
    return 'failed';
  }
}

function cutOf(parts: AgentParts, trigger: CompactionOptions['trigger']): number {
  const { conversation, steered, turn_id } = parts.journal.state;
  const window = parts.settings.window() ?? Number.POSITIVE_INFINITY;
  const size = Math.min(window, estimatedTokens(parts));
  return findCut(conversation.messages, {
    keep_tokens: size * parts.limits.keep_ratio,
    keep_turn_tokens: size * KEEP_TURN_RATIO,
    max_turn_tokens: window * parts.limits.compact_at,
    isTurnStart: (message) => isPerson(message) && !steered.includes(message.id),
    tokensOf: (message) => parts.options.catalog.estimateTokens({ system: '', conversation: [message], tools: [] }),
    isManual: trigger === 'manual',
    isIdle: turn_id === undefined,
  });
}

function isPerson(message: ConversationMessage): message is Extract<ConversationMessage, { role: 'user' }> {
  return message.role === 'user' && message.origin === 'person';
}

async function makeSummary(parts: AgentParts, removed: number, options: CompactionOptions): Promise<string> {
  const messages = parts.journal.state.conversation.messages.slice(0, removed);
  const window = parts.settings.window() ?? estimatedTokens(parts);
  const budget_tokens = Math.max(MIN_REQUEST_TOKENS, Math.floor(window * REQUEST_RATIO));
  const summary = await summarise(parts, { messages, hint: options.hint, budget_tokens, signal: options.signal });
  return summary + verbatimRequests(parts, removed);
}

/** Where the cut lies inside the running turn, what the person asked for in it must not depend on the summary. */
function verbatimRequests({ journal }: AgentParts, removed: number): string {
  const { conversation, asked, turn_id } = journal.state;
  if (turn_id === undefined) return '';
  const kept = conversation.messages.slice(removed);
  const lost = asked.filter(({ id }) => !kept.some((message) => isPerson(message) && message.id === id));
  if (lost.length === 0) return '';
  const texts = lost.map(({ content }) => shorten(contentText(content), MAX_REQUEST_CHARACTERS));
  return `\n\n${REQUEST_HEADING}\n${texts.join('\n\n')}`;
}

/** Scaled by what was measured before, since an estimate alone may be far off. */
function tokensAfter(
  parts: AgentParts,
  { summary, removed, tokens_before }: { summary: string; removed: number; tokens_before: number },
): number {
  const { messages } = parts.journal.state.conversation;
  const content = SUMMARY_PREFIX + summary;
  const first: ConversationMessage = { role: 'user', id: '', content, origin: 'summary' };
  const after = estimatedTokens(parts, [first, ...messages.slice(removed)]);
  const before = Math.max(1, estimatedTokens(parts));
  return Math.round((after * tokens_before) / before);
}
