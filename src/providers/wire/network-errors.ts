import type { ProviderErrorDetails } from '../provider.ts';
import { nameProxy, type UsedProxy } from './proxy.ts';

export interface NetworkScene {
  readonly host: string;
  /** Set when the request went through one. */
  readonly proxy?: UsedProxy | undefined;
  /** It was asked by https. */
  readonly is_secure: boolean;
  readonly is_streaming: boolean;
  readonly error: unknown;
}

/** What to do where a proxy wants to know who asks. */
export const PROXY_PASSWORD = 'Check the name and the password in the address of the proxy.';

const TLS_CODE =
  /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_|CRL_|INVALID_CA|PATH_LENGTH|EPROTO$)/;
const NETWORK_CODE = /^(E[A-Z_]{3,}|UND_ERR_\w+|HPE_\w+|Z_\w+|ERR_STREAM_PREMATURE_CLOSE|ERR_BROTLI\w*|ERR_SOCKET\w*)$/;

/** Finds the code of a failed connection anywhere in the chain of causes. */
export function networkCode(error: unknown): string | undefined {
  for (let cause = error, depth = 0; typeof cause === 'object' && cause !== null && depth < 8; depth += 1) {
    const { code, cause: next, errors } = cause as { code?: unknown; cause?: unknown; errors?: unknown };
    if (typeof code === 'string' && (TLS_CODE.test(code) || NETWORK_CODE.test(code))) return code;
    cause = Array.isArray(errors) ? errors[0] : next;
  }
  return undefined;
}

/** Says what a code means to a person, and whether trying again can help. */
export function describeNetworkFailure(code: string, scene: NetworkScene): ProviderErrorDetails {
  if (TLS_CODE.test(code)) return describeTls(code, scene);
  if (scene.is_streaming) {
    const message = `The connection to ${wayTo(scene)} broke in the middle of the answer (${code})`;
    return { kind: 'stream_interrupted', message, retryable: true };
  }
  return describeConnection(code, scene);
}

/** Names the service, and the proxy before it. */
function wayTo({ host, proxy }: Pick<NetworkScene, 'host' | 'proxy'>): string {
  return proxy === undefined ? host : `${host} (through ${nameProxy(proxy)})`;
}

/** What OpenSSL says of a server that answers in plain text. */
const PLAIN_ANSWER = /wrong version number|packet length too long|http request/i;

function describeTls(code: string, scene: NetworkScene): ProviderErrorDetails {
  const host = wayTo(scene);
  if (code === 'EPROTO') {
    const isPlain = causes(scene.error).some(({ message }) => PLAIN_ANSWER.test(message));
    return isPlain
      ? otherScheme(code, { host, spoken: 'http', asked: 'https' })
      : { kind: 'network', message: `No secure connection to ${host} came about (${code})`, retryable: false };
  }
  return {
    kind: 'network',
    message: `The certificate of ${host} was not accepted (${code})`,
    retryable: false,
    suggested_action:
      'Check the address and the clock. For a company proxy or a private authority, name its certificate in NODE_EXTRA_CA_CERTS or ca_file.',
  };
}

interface Schemes {
  readonly host: string;
  readonly spoken: string;
  readonly asked: string;
}

function otherScheme(code: string, { host, spoken, asked }: Schemes): ProviderErrorDetails {
  return {
    kind: 'network',
    message: `${host} seems to speak ${spoken}, not ${asked} (${code})`,
    retryable: false,
    suggested_action: `Write ${spoken}:// in the base URL, or check its port.`,
  };
}

/** Tells whether what came in place of HTTP is a message of TLS: an alert, or a part of its greeting. */
function isTlsAnswer({ error, is_secure, proxy }: NetworkScene): boolean {
  if (is_secure || proxy !== undefined) return false;
  return causes(error).some((cause) => {
    const { rawPacket } = cause as { readonly rawPacket?: unknown };
    return Buffer.isBuffer(rawPacket) && (rawPacket[0] === 0x15 || rawPacket[0] === 0x16) && rawPacket[1] === 3;
  });
}

/** Whoever is behind a proxy is looked up and reached by the proxy: what fails before is its own. */
function describeConnection(code: string, scene: NetworkScene): ProviderErrorDetails {
  const { host, proxy } = scene;
  const place = proxy === undefined ? host : nameProxy(proxy);
  const advice = proxy === undefined ? undefined : `Check ${proxy.source}, or take it away.`;
  if (isTlsAnswer(scene)) return otherScheme(code, { host, spoken: 'https', asked: 'http' });
  switch (code) {
    case 'ECONNREFUSED':
      return network(`Nothing answers at ${place}: the connection was refused (${code})`, {
        suggested_action: advice ?? 'Check that the server runs and that the base URL is right.',
      });
    case 'ENOTFOUND':
      return {
        ...network(`There is no host ${place} (${code})`, {
          suggested_action: advice ?? 'Check the base URL and the network.',
        }),
        retryable: false,
      };
    case 'EAI_AGAIN':
      return network(`The host ${place} could not be looked up (${code})`, { suggested_action: 'Check the network.' });
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'UND_ERR_HEADERS_TIMEOUT':
      return { kind: 'timeout', message: `No answer came from ${place} in time (${code})`, retryable: true };
    default:
      return (
        refusedByProxy(scene) ?? network(`The connection to ${wayTo(scene)} failed (${code})`, resetAdvice(code, scene))
      );
  }
}

/** So do many servers that are asked in plain text and speak TLS. */
function resetAdvice(code: string, { is_secure, proxy }: NetworkScene): { suggested_action?: string } {
  if (code !== 'ECONNRESET' || is_secure || proxy !== undefined) return {};
  return { suggested_action: 'Check that the server speaks http, not https.' };
}

function network(message: string, rest: { suggested_action?: string }): ProviderErrorDetails {
  return { kind: 'network', message, retryable: true, ...rest };
}

/** A proxy that lets nobody through; undici says it in words alone. */
function refusedByProxy(scene: NetworkScene): ProviderErrorDetails | undefined {
  for (const { message: said } of causes(scene.error)) {
    const status = /Proxy (?:response|Authentication Required) \((\d+)\)/i.exec(said)?.[1];
    if (status === undefined) continue;
    const message = `The connection to ${wayTo(scene)} failed: the proxy answered HTTP ${status}`;
    return {
      ...network(message, status === '407' ? { suggested_action: PROXY_PASSWORD } : {}),
      retryable: Number(status) >= 500,
    };
  }
  return undefined;
}

function causes(error: unknown): readonly Error[] {
  const found: Error[] = [];
  for (let cause = error; cause instanceof Error && found.length < 8; cause = cause.cause) found.push(cause);
  return found;
}
