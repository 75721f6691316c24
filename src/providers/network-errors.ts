import type { ProviderErrorDetails } from './provider.ts';

export interface NetworkScene {
  readonly host: string;
  readonly is_streaming: boolean;
  readonly error: unknown;
}

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
  if (TLS_CODE.test(code)) return describeTls(code, scene.host);
  if (scene.is_streaming) {
    const message = `The connection to ${scene.host} broke in the middle of the answer (${code})`;
    return { kind: 'stream_interrupted', message, retryable: true };
  }
  return describeConnection(code, scene);
}

function describeTls(code: string, host: string): ProviderErrorDetails {
  return {
    kind: 'network',
    message: `The certificate of ${host} was not accepted (${code})`,
    retryable: false,
    suggested_action:
      'Check the address and the clock. For a company proxy or a private authority, name its certificate in NODE_EXTRA_CA_CERTS or ca_file.',
  };
}

function describeConnection(code: string, { host, error }: NetworkScene): ProviderErrorDetails {
  switch (code) {
    case 'ECONNREFUSED':
      return network(`Nothing answers at ${host}: the connection was refused (${code})`, {
        suggested_action: 'Check that the server runs and that the base URL is right.',
      });
    case 'ENOTFOUND':
      return {
        ...network(`There is no host ${host} (${code})`, { suggested_action: 'Check the base URL and the network.' }),
        retryable: false,
      };
    case 'EAI_AGAIN':
      return network(`The name ${host} could not be looked up (${code})`, { suggested_action: 'Check the network.' });
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'UND_ERR_HEADERS_TIMEOUT':
      return { kind: 'timeout', message: `${host} did not answer in time (${code})`, retryable: true };
    default:
      return network(`The connection to ${host} failed (${code})${proxyNote(error)}`, {});
  }
}

function network(message: string, rest: { suggested_action?: string }): ProviderErrorDetails {
  return { kind: 'network', message, retryable: true, ...rest };
}

/** undici says in words alone that a proxy refused. */
function proxyNote(error: unknown): string {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth += 1) {
    const status = /Proxy response \((\d+)\)/i.exec(cause.message)?.[1];
    if (status !== undefined) return `: the proxy answered HTTP ${status}`;
  }
  return '';
}
