import { errorMessage } from '../../errors.ts';
import { safeLine } from '../../safe-text.ts';
import { type Endpoint, hostOf } from '../endpoint.ts';
import { ProviderError, type ProviderErrorDetails } from '../provider.ts';
import { type FailureKind, isThinkingRejected, judgeFailure } from './failure-kinds.ts';
import { describeNetworkFailure, networkCode } from './network-errors.ts';
import { nameProxy, proxyFor, type UsedProxy } from './proxy.ts';
import { readRetryAfter } from './retry-after.ts';
import { type FailureReport, ServiceFailure } from './service-failure.ts';

const MESSAGE_CHARS = 500;

/** Where a failure happened, for its message and its secrets. */
export interface FailureScene {
  readonly endpoint: Endpoint;
  /** The answer had begun: whatever breaks now is an interruption. */
  readonly is_streaming: boolean;
}

/** Turns whatever was thrown between us and a service into a {@link ProviderError}. */
export function toProviderError(error: unknown, scene: FailureScene): ProviderError {
  if (error instanceof ProviderError) return error;
  if (error instanceof ServiceFailure) return fromService(error.report, scene.endpoint);
  const code = networkCode(error);
  if (code !== undefined) return fromNetwork(code, error, scene);
  return scene.is_streaming
    ? interrupted(`${serviceHost(scene.endpoint)}: ${errorMessage(error)}`, scene.endpoint)
    : internal(error, scene);
}

/** Makes the error of an answer that ended, or broke, before the service's own end. */
export function interrupted(message: string, endpoint: Endpoint): ProviderError {
  return new ProviderError({ kind: 'stream_interrupted', message: clean(message, endpoint), retryable: true });
}

/** Names the host of a service; the service itself where its address is none. */
export function serviceHost(endpoint: Endpoint): string {
  return hostOf(endpoint.base_url) ?? endpoint.name;
}

function fromService(report: FailureReport, endpoint: Endpoint): ProviderError {
  const judged = judgeFailure(report);
  const retry_after_ms = judged.retryable ? readRetryAfter(report.headers, report.message) : undefined;
  const details: ProviderErrorDetails = {
    kind: judged.kind,
    message: clean(describeFailure(report, endpoint), endpoint),
    retryable: judged.retryable,
    ...(report.status === undefined ? {} : { status: report.status }),
    ...(retry_after_ms === undefined ? {} : { retry_after_ms }),
    ...adviceFor(judged, endpoint),
    ...(judged.kind === 'invalid_request' && isThinkingRejected(report) ? { is_thinking_rejected: true } : {}),
  };
  return new ProviderError(details);
}

function describeFailure({ status, message, code, type }: FailureReport, endpoint: Endpoint): string {
  const said = message.trim() || code || type || 'no reason given';
  if (status === undefined) return `${serviceHost(endpoint)} broke the answer off: ${said}`;
  return `${whoAnswered(status, endpoint)} answered HTTP ${status}: ${said}`;
}

/** Of what comes through a proxy, a failed way behind it may be its own word. */
function whoAnswered(status: number, endpoint: Endpoint): string {
  const host = serviceHost(endpoint);
  const proxy = usedProxy(endpoint);
  return proxy === undefined || status < 502 ? host : `${host} (through ${nameProxy(proxy)})`;
}

function usedProxy(endpoint: Endpoint): UsedProxy | undefined {
  try {
    return proxyFor(new URL(endpoint.base_url), endpoint);
  } catch {
    // A wrong address of a proxy is an error of its own.
    return undefined;
  }
}

function adviceFor({ kind, suggested_action }: FailureKind, endpoint: Endpoint): { suggested_action?: string } {
  if (kind === 'auth') return { suggested_action: keyAdvice(endpoint) };
  return suggested_action === undefined ? {} : { suggested_action };
}

function keyAdvice({ name, key, auth_token, key_source, key_variable }: Endpoint): string {
  const secret = key ?? auth_token;
  if (secret === undefined)
    return `Set ${key_variable === undefined ? '' : `${key_variable}, or `}providers.${name}.key in the config file; agent-chat doctor shows what is found.`;
  const tail = secret.length >= 12 ? ` (it ends in …${secret.slice(-4)})` : '';
  return `Check the key${key_source === undefined ? '' : ` from ${key_source}`}${tail}.`;
}

function fromNetwork(code: string, error: unknown, { endpoint, is_streaming }: FailureScene): ProviderError {
  const described = describeNetworkFailure(code, {
    host: serviceHost(endpoint),
    proxy: usedProxy(endpoint),
    is_secure: endpoint.base_url.startsWith('https:'),
    is_streaming,
    error,
  });
  return new ProviderError({
    ...described,
    message: clean(described.message, endpoint),
    cause: Object.assign(new Error(code), { code }),
  });
}

function internal(error: unknown, { endpoint }: FailureScene): ProviderError {
  return new ProviderError({
    kind: 'internal',
    message: clean(`The request to ${serviceHost(endpoint)} could not be made: ${errorMessage(error)}`, endpoint),
    retryable: false,
  });
}

const KEY_SHAPES =
  /\b(sk-[\w-]{8,}|AKIA[A-Z0-9]{12,}|AIza[\w-]{20,}|gsk_\w{16,}|xai-\w{16,}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*)/g;

/** Makes a service's words fit for a person: one line, bounded, without control characters and secrets. */
function clean(message: string, endpoint: Endpoint): string {
  let text = message.slice(0, 64 * 1024);
  for (const secret of secretsOf(endpoint)) text = text.replaceAll(secret, '…');
  text = safeLine(text)
    .replaceAll(KEY_SHAPES, '…')
    .replaceAll(/(bearer|basic)\s+[\w.~+/=-]{8,}/gi, '$1 …')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return text.length <= MESSAGE_CHARS ? text : `${text.slice(0, MESSAGE_CHARS - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

function secretsOf({ key, auth_token, headers, proxy }: Endpoint): string[] {
  const userinfo = [proxy?.http, proxy?.https].map((address) => /(?:\/\/|^)([^@/]+)@/.exec(address ?? '')?.[1]);
  const values = [key, auth_token, ...Object.values(headers ?? {}), ...userinfo];
  return values.filter((value): value is string => value !== undefined && value.trim().length >= 6);
}
