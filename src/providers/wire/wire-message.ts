import { createRequire } from 'node:module';

/** One request as it goes over the wire. */
export interface WireRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly signal: AbortSignal;
}

/** The answer's head, and its bytes as they come in, uncompressed. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AsyncIterable<Uint8Array>;
  /** Closes the connection, for whoever does not read the body: unread, it would hold the process. */
  discard(): void;
}

const load = createRequire(import.meta.url);

/** Adds certificates to the built-in ones, which `ca` alone would replace. */
export function trusted(ca: readonly string[] | undefined): { ca?: string[] } {
  if (ca === undefined || ca.length === 0) return {};
  const { rootCertificates } = load('node:tls') as typeof import('node:tls');
  return { ca: [...rootCertificates, ...ca] };
}
