import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { HttpError } from './http-error.ts';

/** Who may talk to the server. */
export interface GuardOptions {
  readonly token: string;
  readonly port: number;
  /** Origins of web pages that may; others get nothing. */
  readonly allowed_origins: readonly string[];
}

/**
 * Refuses every request that does not come from someone who has the token: a page whose name was rebound to loopback
 * (Host), a page of another site (Origin, Sec-Fetch-Site), anyone else (Authorization). Nothing is read before.
 */
export function guardRequest(request: IncomingMessage, options: GuardOptions): void {
  guardHost(request.headers.host, options.port);
  guardOrigin(request, options.allowed_origins);
  if (!hasToken(request.headers.authorization, options.token)) {
    throw new HttpError(401, 'The token is missing or wrong. Send it as "Authorization: Bearer <token>".', {
      'www-authenticate': 'Bearer realm="agent-chat"',
    });
  }
}

/** Refuses a request for another host name than loopback's, whatever address it came to. */
export function guardHost(host: string | undefined, port: number): void {
  const allowed = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
  if (host === undefined || !allowed.includes(host.toLowerCase())) {
    throw new HttpError(
      403,
      `The host ${JSON.stringify(host ?? '')} is not served here. Use http://127.0.0.1:${port}.`,
    );
  }
}

/** Refuses a request that a page of another site made. */
export function guardOrigin(request: IncomingMessage, allowed_origins: readonly string[]): void {
  const { origin } = request.headers;
  if (origin !== undefined && !allowed_origins.includes(origin)) {
    throw new HttpError(403, `The origin ${JSON.stringify(origin)} is not allowed.`);
  }
  if (origin === undefined && request.headers['sec-fetch-site'] === 'cross-site') {
    throw new HttpError(403, 'Requests from pages of other sites are not allowed.');
  }
}

/** The header that lets a page of an allowed origin read the answer; none for anyone else. */
export function originHeaders(request: IncomingMessage, allowed_origins: readonly string[]): Record<string, string> {
  const { origin } = request.headers;
  if (origin === undefined || !allowed_origins.includes(origin)) return {};
  return { 'access-control-allow-origin': origin, vary: 'origin' };
}

/** Compares in a time that does not depend on where they differ, nor on their lengths. */
function hasToken(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer ([\x21-\x7e]+)$/i.exec(authorization ?? '')?.[1] ?? '';
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token)) && given !== '';
}
