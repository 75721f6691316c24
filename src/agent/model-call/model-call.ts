import { errorLine } from '../../errors.ts';
import { assertNever } from '../../messages.ts';
import { ModelNameError, ProviderError, type ProviderErrorDetails } from '../../providers/provider.ts';
import { childController } from '../abort.ts';
import type { AgentParts } from '../agent-parts.ts';
import { haltRateLimit, haltRefusal } from '../halts.ts';
import { closeOpenItems } from '../journal.ts';
import type { TurnEnd } from '../turn-end.ts';
import { nextRequest, refuseThoughts } from './model-request.ts';
import { type Attempt, type Reply, readReply } from './read-reply.ts';
import { recordUsage } from './record-usage.ts';
import { type FailureVerdict, RetryPolicy } from './retry-policy.ts';

/** What came of one model call, after all its retries. */
export type CallOutcome =
  | { readonly kind: 'reply'; readonly reply: Reply }
  /** The conversation is too long; `streamed` is void if the call is made again. */
  | { readonly kind: 'overflow'; readonly message: string; readonly streamed: readonly string[] }
  | { readonly kind: 'end'; readonly end: TurnEnd };

const NOT_RUN = 'Not run: the response that asked for it failed.';

/** Calls the model whose turn it is, and again where that may help. Rejects only when the signal is aborted. */
export async function callModel(parts: AgentParts, signal: AbortSignal): Promise<CallOutcome> {
  let policy = new RetryPolicy(parts.limits, parts.options.random);
  for (let isRetry = false; ; isRetry = true) {
    const tried = await tryOnce(parts, { signal, isRetry });
    if ('outcome' in tried) return tried.outcome;
    const verdict = policy.judge(tried.failure);
    const outcome = concludeFailure(parts, tried, verdict);
    if (outcome !== undefined) return outcome;
    announceRetry(parts, tried, verdict);
    const isSwitched = await waitForRetry(parts, verdict, signal);
    if (isSwitched) policy = new RetryPolicy(parts.limits, parts.options.random);
  }
}

interface Failed {
  readonly failure: ProviderErrorDetails;
  readonly streamed: readonly string[];
}

async function tryOnce(
  parts: AgentParts,
  { signal, isRetry }: { signal: AbortSignal; isRetry: boolean },
): Promise<{ outcome: CallOutcome } | Failed> {
  let attempt: Attempt | undefined;
  try {
    const model = await parts.settings.model(signal);
    attempt = { call: { model, request: nextRequest(parts, model), signal, isRetry }, streamed: [] };
    const reply = await readReply(parts, attempt);
    recordUsage(parts, attempt, reply);
    if (reply.finish.reason !== 'context_full') return { outcome: { kind: 'reply', reply } };
    const message = reply.finish.detail ?? `${reply.model_name} stopped because the window is full.`;
    closeOpenItems(parts.journal, NOT_RUN);
    return { outcome: { kind: 'overflow', message, streamed: attempt.streamed } };
  } catch (error) {
    if (attempt?.usage !== undefined) parts.ledger.add(attempt.call.model.info, attempt.usage);
    signal.throwIfAborted();
    closeOpenItems(parts.journal, NOT_RUN);
    return { failure: failureDetails(error), streamed: attempt?.streamed ?? [] };
  }
}

/** Says what a failure is. What no provider threw on purpose is a bug, and said as one. */
export function failureDetails(error: unknown): ProviderErrorDetails {
  if (error instanceof ProviderError) return error.details;
  if (error instanceof ModelNameError) {
    const kind = error.reason === 'auth' ? 'auth' : 'invalid_request';
    return { kind, message: error.message, retryable: false, suggested_action: 'Choose a model with /model.' };
  }
  return {
    kind: 'internal',
    message: `Something unexpected went wrong: ${errorLine(error)}`,
    retryable: false,
    suggested_action: 'Send the message again; the conversation is kept.',
    cause: error,
  };
}

/** Gives the outcome when the call is not made again here. */
function concludeFailure(parts: AgentParts, failed: Failed, verdict: FailureVerdict): CallOutcome | undefined {
  const { failure, streamed } = failed;
  switch (verdict.action) {
    case 'retry':
      return undefined;
    case 'resend_without_thoughts':
      return refuseThoughts(parts) ? undefined : errorOutcome(failure);
    case 'compact':
      return { kind: 'overflow', message: failure.message, streamed };
    case 'halt_refusal':
      return { kind: 'end', end: { status: 'halted', halt: haltRefusal(failure.message) } };
    case 'halt_rate_limit': {
      // A halted turn keeps what it said; what a failed response said is void.
      if (streamed.length > 0) return errorOutcome(failure);
      const { wait_ms } = verdict;
      const until = new Date(parts.options.clock.now() + (wait_ms ?? 0));
      const halt = haltRateLimit(failure.message, wait_ms === undefined ? undefined : { wait_ms, until });
      return { kind: 'end', end: { status: 'halted', halt } };
    }
    case 'fail':
      return errorOutcome(failure);
    default:
      return assertNever(verdict);
  }
}

function errorOutcome(failure: ProviderErrorDetails): CallOutcome {
  return { kind: 'end', end: { status: 'error', error: failure } };
}

function announceRetry(parts: AgentParts, { failure, streamed }: Failed, verdict: FailureVerdict): void {
  const { attempt, max_attempts, delay_ms } =
    verdict.action === 'retry' ? verdict : { attempt: 1, max_attempts: 1, delay_ms: 0 };
  const { message, kind, status } = failure;
  parts.journal.publish({
    type: 'retrying',
    attempt,
    max_attempts,
    delay_ms,
    error: { message, kind, ...(status === undefined ? {} : { status }) },
    discarded: streamed,
  });
}

/** Waits out the delay; another model that is wanted meanwhile is asked at once. Says whether the model changed. */
async function waitForRetry(parts: AgentParts, verdict: FailureVerdict, signal: AbortSignal): Promise<boolean> {
  const { controller, release } = childController(signal);
  const delay_ms = verdict.action === 'retry' ? verdict.delay_ms : 0;
  const { clock } = parts.options;
  try {
    await Promise.race([clock.sleep(delay_ms, controller.signal), parts.settings.modelWanted(controller.signal)]);
  } finally {
    controller.abort();
    release();
  }
  signal.throwIfAborted();
  return parts.settings.apply(signal);
}
