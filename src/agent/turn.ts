import { formatTokens } from '../format.ts';
import type { Halt } from '../messages.ts';
import type { ModelInfo } from '../providers/provider.ts';
import type { AgentParts } from './agent-parts.ts';
import { budgetSpent, warnOfUnknownCost } from './budget.ts';
import { compact, isCompactionDue, leastTokens } from './compaction/compaction.ts';
import { haltContextFull, haltIterations, haltLoop, haltRefusal, loopMessage } from './halts.ts';
import { closeOpenItems } from './journal.ts';
import { callModel, failureDetails } from './model-call/model-call.ts';
import { projectedTokens } from './model-call/model-request.ts';
import type { Reply } from './model-call/read-reply.ts';
import { takeSteers } from './steering.ts';
import { publishError } from './tool-calls/publish-tool-end.ts';
import { runBatch } from './tool-calls/tool-batch.ts';
import type { TurnEnd } from './turn-end.ts';
import { TurnTally } from './turn-tally.ts';

/** What a turn brings back. `iterations` counts the model calls that were begun. */
export interface TurnResult {
  readonly end: TurnEnd | { readonly status: 'cancelled' };
  readonly iterations: number;
  readonly final_text: string;
}

/** What a turn is given by the agent that runs it. */
export interface TurnContext {
  readonly parts: AgentParts;
  readonly signal: AbortSignal;
  /** Applies the settings that wait for a safe point. */
  applyChanges(signal: AbortSignal): Promise<void>;
  /** The compaction that a person wants, if any; asked for once. */
  takeCompaction(): { readonly hint: string | undefined } | undefined;
  /** The turn that a waiting steer was meant for, if its sender said so. */
  steerTarget(id: string): string | undefined;
}

/** Runs the loop of one turn, from the first model call to the last. Never rejects; leaves nothing open. */
export async function runTurn(context: TurnContext): Promise<TurnResult> {
  const tally = new TurnTally(context.parts.limits);
  const end = await attempt(context, tally);
  const reason = end.status === 'cancelled' ? '[cancelled by the person before completion]' : '[the turn ended before]';
  closeOpenItems(context.parts.journal, reason);
  return { end, iterations: tally.iterations, final_text: tally.answer };
}

async function attempt(context: TurnContext, tally: TurnTally): Promise<TurnResult['end']> {
  try {
    const end = await loop(context, tally);
    return context.signal.aborted ? { status: 'cancelled' } : end;
  } catch (error) {
    if (context.signal.aborted) return { status: 'cancelled' };
    return { status: 'error', error: failureDetails(error) };
  }
}

async function loop(context: TurnContext, tally: TurnTally): Promise<TurnEnd> {
  for (;;) {
    const halt = limitReached(context.parts, tally) ?? (await safePoint(context, tally));
    if (halt !== undefined) return { status: 'halted', halt };
    const replied = await reply(context, tally);
    if ('end' in replied) return replied.end;
    const end = await finishIteration(context, tally, replied.reply);
    if (end !== undefined) return end;
  }
}

function limitReached(parts: AgentParts, tally: TurnTally): Halt | undefined {
  if (tally.iterations >= parts.limits.max_turns) return haltIterations(parts.limits.max_turns);
  return budgetSpent(parts);
}

/** The only place where anything but cancel, clear and approve changes a running turn. */
async function safePoint(context: TurnContext, tally: TurnTally): Promise<Halt | undefined> {
  const { parts, signal } = context;
  await parts.options.toolSource?.ready(signal);
  await context.applyChanges(signal);
  signal.throwIfAborted();
  tally.startIteration();
  if (takeSteers(context, tally.iterations)) tally.personSpoke();
  // A model that cannot be asked is said by the call itself.
  const model = await parts.settings.model(signal).catch(() => undefined);
  signal.throwIfAborted();
  if (model !== undefined) warnOfUnknownCost(parts, model.info);
  const wanted = context.takeCompaction();
  if (wanted !== undefined) await compact(parts, { trigger: 'manual', hint: wanted.hint, signal });
  return makeRoom(context, tally, model?.info);
}

/** Compacts where that is due and can help. Gives the halt when the request clearly does not fit nevertheless. */
async function makeRoom(
  { parts, signal }: TurnContext,
  tally: TurnTally,
  info: ModelInfo | undefined,
): Promise<Halt | undefined> {
  if (tally.mayCompact && isCompactionDue(parts)) {
    const hopeless = haltIfTooLarge(parts, info, leastTokens(parts));
    if (hopeless !== undefined) return hopeless;
    if (tally.isCompactionLoop) return haltContextFull('it is full again after each summary.');
    tally.compacted(await compact(parts, { trigger: 'auto', signal }));
  } else {
    tally.wentOnWithoutCompaction();
  }
  return haltIfTooLarge(parts, info, projectedTokens(parts));
}

function haltIfTooLarge({ limits }: AgentParts, info: ModelInfo | undefined, tokens: number): Halt | undefined {
  if (info?.context_limit === undefined || tokens <= info.context_limit * limits.refuse_at) return undefined;
  const window = formatTokens(info.context_limit);
  return haltContextFull(`about ${formatTokens(tokens)} tokens would be sent, and ${info.name} takes ${window}.`);
}

/** Calls the model; when the conversation is too long, once more after a compaction. */
async function reply(
  { parts, signal }: TurnContext,
  tally: TurnTally,
): Promise<{ readonly reply: Reply } | { readonly end: TurnEnd }> {
  for (let isSecond = false; ; isSecond = true) {
    const outcome = await callModel(parts, signal);
    if (outcome.kind === 'reply') return { reply: outcome.reply };
    if (outcome.kind === 'end') return { end: outcome.end };
    const full: TurnEnd = { status: 'halted', halt: haltContextFull(outcome.message) };
    if (isSecond) return { end: full };
    discard(parts, outcome);
    const result = await compact(parts, { trigger: 'overflow', signal });
    tally.compacted(result);
    if (result !== 'completed') return { end: full };
  }
}

function discard(
  { journal }: AgentParts,
  { message, streamed }: { message: string; streamed: readonly string[] },
): void {
  if (streamed.length === 0) return;
  const error = { kind: 'context_length' as const, message };
  journal.publish({ type: 'retrying', attempt: 1, max_attempts: 1, delay_ms: 0, error, discarded: streamed });
}

/** Ends one iteration; gives the end of the turn, or nothing when another model call follows. */
async function finishIteration(context: TurnContext, tally: TurnTally, answer: Reply): Promise<TurnEnd | undefined> {
  const { parts, signal } = context;
  const { reason, detail } = answer.finish;
  tally.said(answer);
  if (reason === 'tool_calls' && answer.calls.length > 0) {
    tally.ranBatch(await runBatch(parts, answer.calls, signal));
    completeIteration(parts, tally, answer);
    const loopKind = tally.loop;
    return loopKind === undefined
      ? undefined
      : { status: 'halted', halt: haltLoop(loopMessage(parts.limits, loopKind)) };
  }
  for (const call of answer.calls)
    publishError(parts, call, { kind: 'cancelled', error: 'Not run: the response ended before its calls were due.' });
  completeIteration(parts, tally, answer);
  if (reason === 'refusal') return { status: 'halted', halt: haltRefusal(detail) };
  if (reason === 'length') return continueOrStop(parts, tally);
  if (reason === 'pause' && tally.mayResume()) return undefined;
  return { status: 'completed', stop_reason: reason === 'tool_calls' ? 'stop' : reason };
}

function completeIteration({ journal }: AgentParts, tally: TurnTally, answer: Reply): void {
  journal.publish({
    type: 'iteration_complete',
    iteration: tally.iterations,
    tool_calls: answer.calls.length,
  });
}

function continueOrStop({ journal, limits }: AgentParts, tally: TurnTally): TurnEnd | undefined {
  const attempt = tally.nextContinue();
  if (attempt !== undefined) {
    journal.publish({ type: 'auto_continue', attempt, max_attempts: limits.max_auto_continues });
    return undefined;
  }
  journal.publish({
    type: 'system_warning',
    message: `The answer was cut at the length limit ${limits.max_auto_continues + 1} times in a row.`,
    suggested_action: 'Send "Go on." to have it continued.',
  });
  return { status: 'completed', stop_reason: 'length' };
}
