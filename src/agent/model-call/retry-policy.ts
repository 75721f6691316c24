import type { ErrorKind } from '../../messages.ts';
import type { ProviderErrorDetails } from '../../providers/provider.ts';
import type { AgentLimits } from '../limits.ts';
import { TRUNCATED } from './pull-events.ts';

/** What to do about a failed request. */
export type FailureVerdict =
  | { readonly action: 'retry'; readonly attempt: number; readonly max_attempts: number; readonly delay_ms: number }
  | { readonly action: 'resend_without_thoughts' }
  | { readonly action: 'compact' }
  /** The service wants us to stay away for longer than a turn may wait, or has refused us too often. */
  | { readonly action: 'halt_rate_limit'; readonly wait_ms?: number }
  | { readonly action: 'halt_refusal' }
  | { readonly action: 'fail' };

const RETRIED: readonly ErrorKind[] = [
  'rate_limit',
  'overloaded',
  'server',
  'network',
  'timeout',
  'stream_interrupted',
];
/** The connection was refused or the way to the server is closed: it may come up in a moment. */
const CONNECT_CODES = ['ECONNREFUSED', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];
/** A name that does not exist is a typing error: nothing changes by asking again. */
const HOPELESS_CODES = ['ENOTFOUND'];

/** Decides about the failures of one model call, one after the other. */
export class RetryPolicy {
  readonly #limits: AgentLimits;
  readonly #random: () => number;
  #attempt = 0;
  #truncated = 0;

  constructor(limits: AgentLimits, random: () => number) {
    this.#limits = limits;
    this.#random = random;
  }

  judge(failure: ProviderErrorDetails): FailureVerdict {
    if (failure.kind === 'context_length') return { action: 'compact' };
    if (failure.kind === 'refusal') return { action: 'halt_refusal' };
    if (failure.is_thinking_rejected === true) return { action: 'resend_without_thoughts' };
    const codes = causeCodes(failure.cause);
    if (!failure.retryable || !RETRIED.includes(failure.kind) || codes.some((code) => HOPELESS_CODES.includes(code)))
      return { action: 'fail' };
    const wait_ms = failure.retry_after_ms ?? 0;
    if (wait_ms > this.#limits.longest_wait_ms) return { action: 'halt_rate_limit', wait_ms };
    return this.#retry(failure, codes);
  }

  #retry(failure: ProviderErrorDetails, codes: readonly string[]): FailureVerdict {
    const isTruncated = failure.cause === TRUNCATED;
    const isConnect = codes.some((code) => CONNECT_CODES.includes(code));
    const max_attempts = isTruncated ? 1 : isConnect ? this.#limits.max_connect_retries : this.#limits.max_retries;
    const done = isTruncated ? this.#truncated : this.#attempt;
    if (done >= max_attempts) return failure.kind === 'rate_limit' ? { action: 'halt_rate_limit' } : { action: 'fail' };
    if (isTruncated) this.#truncated++;
    this.#attempt++;
    const attempt = isTruncated ? this.#truncated : this.#attempt;
    return { action: 'retry', attempt, max_attempts, delay_ms: this.#delay(attempt, failure.retry_after_ms ?? 0) };
  }

  /** Doubles from the base to the ceiling; the jitter takes away up to half, never below what the service asked for. */
  #delay(attempt: number, floor_ms: number): number {
    const { retry_base_ms, retry_max_ms } = this.#limits;
    const full_ms = Math.min(retry_max_ms, retry_base_ms * 2 ** (attempt - 1));
    return Math.ceil(Math.max(full_ms * (1 - this.#random() / 2), floor_ms));
  }
}

function causeCodes(cause: unknown): string[] {
  const codes: string[] = [];
  let inner = cause;
  for (let depth = 0; depth < 6 && typeof inner === 'object' && inner !== null; depth++) {
    if ('code' in inner && typeof inner.code === 'string') codes.push(inner.code);
    inner = 'cause' in inner ? inner.cause : undefined;
  }
  return codes;
}
