import type { ErrorKind } from '../messages.ts';
import type { AgentParts } from './agent-parts.ts';
import { warnOfSpentBudget } from './budget.ts';
import type { TurnResult } from './turn.ts';

interface EndedTurn {
  readonly turn_id: string;
  /** On the monotonic clock. */
  readonly started_ms: number;
  readonly result: TurnResult;
}

const LATER = 'Send the message again later, or choose another model with /model.';

/** What helps where the failure itself does not say it. */
const REMEDIES: Readonly<Record<ErrorKind, string>> = {
  auth: 'Check the key: agent-chat doctor shows which are found, and where.',
  rate_limit: LATER,
  overloaded: LATER,
  server: LATER,
  network: LATER,
  timeout: LATER,
  stream_interrupted: LATER,
  invalid_request: 'Choose another model with /model, or see what was sent with /wire.',
  context_length:
    'Compact the conversation (/compact), begin anew (/clear), or choose a model with a larger window (/model).',
  refusal: 'Put the request otherwise.',
  internal: 'Send the message again; the conversation is kept.',
};

/** Publishes the one `done` of a turn, and before it why it did not complete. */
export function publishTurnEnd(parts: AgentParts, { turn_id, started_ms, result }: EndedTurn): void {
  const { journal, ledger, options } = parts;
  const { end, iterations, final_text } = result;
  warnOfSpentBudget(parts, end.status === 'halted' ? end.halt : undefined);
  if (end.status === 'error') {
    const { message, kind, status, retryable } = end.error;
    const suggested_action = end.error.suggested_action ?? REMEDIES[kind];
    journal.publish({
      type: 'error',
      message,
      kind,
      ...(status === undefined ? {} : { status }),
      retryable,
      suggested_action,
    });
  }
  if (end.status === 'cancelled') journal.publish({ type: 'cancelled', message: 'The turn was cancelled.' });
  const { usage, cost } = ledger.turn;
  journal.publish({
    type: 'done',
    turn_id,
    status: end.status,
    ...(end.status === 'halted' ? { halt: end.halt } : {}),
    stop_reason: stopReason(end),
    iterations,
    usage,
    ...(cost === undefined ? {} : { cost }),
    duration_ms: Math.round(options.clock.monotonic() - started_ms),
    ...(final_text === '' ? {} : { final_text }),
  });
}

function stopReason(end: TurnResult['end']): string {
  if (end.status === 'completed') return end.stop_reason;
  return end.status === 'halted' ? end.halt.reason : end.status;
}
