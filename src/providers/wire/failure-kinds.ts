import type { ErrorKind } from '../../messages.ts';
import { PROXY_PASSWORD } from './network-errors.ts';
import type { FailureReport } from './service-failure.ts';

/** What kind of failure it is, and whether the same request may succeed later. */
export interface FailureKind {
  readonly kind: ErrorKind;
  readonly retryable: boolean;
  readonly suggested_action?: string;
}

const COMPACT: FailureKind = {
  kind: 'context_length',
  retryable: false,
  suggested_action:
    'Compact the conversation (/compact), begin anew (/clear), or choose a model with a larger window (/model).',
};
const BILLING: FailureKind = {
  kind: 'rate_limit',
  retryable: false,
  suggested_action: 'Check the plan and the billing of the account, or choose another model (/model).',
};
const AUTH: FailureKind = { kind: 'auth', retryable: false };
const INVALID: FailureKind = { kind: 'invalid_request', retryable: false };
const UNKNOWN_MODEL: FailureKind = { ...INVALID, suggested_action: 'Try agent-chat models.' };
const PROXY: FailureKind = {
  kind: 'network',
  retryable: false,
  suggested_action: PROXY_PASSWORD,
};
const REFUSED: FailureKind = { kind: 'refusal', retryable: false, suggested_action: 'Put the request otherwise.' };
const RATE_LIMIT: FailureKind = { kind: 'rate_limit', retryable: true };
const OVERLOADED: FailureKind = { kind: 'overloaded', retryable: true };
const SERVER: FailureKind = { kind: 'server', retryable: true };
const TIMEOUT: FailureKind = { kind: 'timeout', retryable: true };
const INTERRUPTED: FailureKind = { kind: 'stream_interrupted', retryable: true };

/** How services say that a request is too long for the model. Codes first; the words are each of one service. */
const OVERFLOW_CODES =
  /^(context_length_exceeded|request_too_large|model_context_window_exceeded|context_window_exceeded)$/;
const OVERFLOW_WORDS = [
  /prompt is too long/i,
  /exceeds? the (model'?s? )?(maximum )?context (window|length)/i,
  /maximum context length (is|of)/i,
  /input token count.{0,40}exceeds the maximum/i,
  /maximum prompt length is/i,
  /reduce the length of the (messages|prompt|input)/i,
  /exceeds the available context size/i,
  /greater than the context length/i,
  /context window exceeds limit/i,
  /exceeded model token limit/i,
  /exceeds the limit of \d/i,
  /input is too long for requested model/i,
  /input length and `?max_tokens`? exceed context limit/i,
  /request too large for model/i,
  /context[ _](length|window|limit).{0,40}(exceed|too (long|large))/i,
  /too large for model with \d+ maximum context length/i,
];

const BILLING_CODES =
  /^(insufficient_quota|billing_error|billing_not_active|billing_hard_limit_reached|credits?_.*|insufficient_(balance|funds|credits))$|spend_limit_reached$/;
const BILLING_WORDS =
  /(credit balance is too low|insufficient (balance|credits|funds)|exceeded your current quota, please check your plan)/i;

const CODES: Readonly<Record<string, FailureKind>> = {
  authentication_error: AUTH,
  permission_error: AUTH,
  invalid_api_key: AUTH,
  UNAUTHENTICATED: AUTH,
  PERMISSION_DENIED: AUTH,
  rate_limit_error: RATE_LIMIT,
  rate_limit_exceeded: RATE_LIMIT,
  RESOURCE_EXHAUSTED: RATE_LIMIT,
  overloaded_error: OVERLOADED,
  server_overloaded: OVERLOADED,
  engine_overloaded: OVERLOADED,
  insufficient_system_resource: OVERLOADED,
  slow_down: OVERLOADED,
  UNAVAILABLE: OVERLOADED,
  api_error: SERVER,
  server_error: SERVER,
  internal_error: SERVER,
  internal_server_error: SERVER,
  network_error: SERVER,
  INTERNAL: SERVER,
  timeout_error: TIMEOUT,
  request_timeout: TIMEOUT,
  not_found_error: UNKNOWN_MODEL,
  model_not_found: UNKNOWN_MODEL,
  content_policy_violation: REFUSED,
  content_filter: REFUSED,
  invalid_prompt: REFUSED,
  data_inspection_failed: REFUSED,
  invalid_request_error: INVALID,
  INVALID_ARGUMENT: INVALID,
};

const STATUSES: Readonly<Record<number, FailureKind>> = {
  401: AUTH,
  402: BILLING,
  403: AUTH,
  404: UNKNOWN_MODEL,
  407: PROXY,
  408: TIMEOUT,
  409: SERVER,
  413: COMPACT,
  425: SERVER,
  429: RATE_LIMIT,
  503: OVERLOADED,
  504: TIMEOUT,
  529: OVERLOADED,
};

/** Judges a service's complaint. An unknown one inside a stream counts as an interruption. */
export function judgeFailure(report: FailureReport): FailureKind {
  if (isOverflow(report)) return COMPACT;
  if (isBilling(report)) return BILLING;
  const judged = fromStatus(report) ?? fromCode(report) ?? INTERRUPTED;
  const advice = report.headers?.get('x-should-retry');
  return advice === 'false' ? { ...judged, retryable: false } : judged;
}

function isOverflow({ status, code, type, message, is_bodiless }: FailureReport): boolean {
  if (OVERFLOW_CODES.test(code ?? '') || OVERFLOW_CODES.test(type ?? '')) return true;
  if (status === 413 || (status === 400 && is_bodiless === true)) return true;
  if (status === 401 || status === 403 || status === 429 || (status ?? 0) >= 500) return false;
  return OVERFLOW_WORDS.some((words) => words.test(message));
}

function isBilling({ code, type, message }: FailureReport): boolean {
  return BILLING_CODES.test(code ?? '') || BILLING_CODES.test(type ?? '') || BILLING_WORDS.test(message);
}

function fromStatus({ status, code, type }: FailureReport): FailureKind | undefined {
  if (status === undefined) return undefined;
  const known = STATUSES[status];
  if (known !== undefined) return known;
  if (status >= 500) return SERVER;
  // A 400 may be anything: several services say with it what others have a status for.
  return fromCode({ message: '', code, type }) ?? INVALID;
}

function fromCode({ code, type }: FailureReport): FailureKind | undefined {
  return CODES[code ?? ''] ?? CODES[type ?? ''];
}

const THINKING_WORDS =
  /(thinking|redacted_thinking|thought|reasoning).{0,120}(signature|cannot be modified|block)|signature.{0,80}(thinking|thought|reasoning)|(encrypted content|encrypted_content).{0,120}(verif|decrypt|invalid|parse)|item .?rs_|thought_?signature/i;

/** Says whether a request was refused because of the thoughts that were sent back with it. */
export function isThinkingRejected({ status, code, message }: FailureReport): boolean {
  if (status !== undefined && status !== 400 && status !== 404 && status !== 422) return false;
  return code === 'invalid_encrypted_content' || THINKING_WORDS.test(message);
}
