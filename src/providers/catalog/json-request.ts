import { parseJson } from '../../parse-json.ts';
import { safeLine } from '../../safe-text.ts';

/** Asks a server for JSON. Resolves to undefined when it does not answer in time, refuses, or answers no JSON. */
export type JsonRequest = (url: string, options?: JsonRequestOptions) => Promise<unknown>;

export interface JsonRequestOptions {
  /** Sent as JSON by POST; absent: GET. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeout_ms?: number;
}

const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
const LONGEST_NAME = 512;

/** Asks over plain `node:http`, without proxies and without following redirects: for servers on this machine. */
export const requestJson: JsonRequest = async (url, options = {}) => {
  if (!URL.canParse(url) || !/^https?:/.test(url)) return undefined;
  const { request } = url.startsWith('https:') ? await import('node:https') : await import('node:http');
  const body = options.body === undefined ? undefined : JSON.stringify(options.body);
  return new Promise((resolve) => {
    const asked = request(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...options.headers,
      },
      agent: false,
      signal: AbortSignal.timeout(options.timeout_ms ?? 150),
    });
    asked.on('error', () => resolve(undefined));
    asked.on('response', (response) => {
      let answer = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        answer += chunk;
        if (answer.length > MAX_ANSWER_BYTES) asked.destroy();
      });
      response.on('error', () => resolve(undefined));
      response.on('close', () => resolve(undefined));
      response.on('end', () => resolve(response.statusCode === 200 ? parseJson(answer) : undefined));
    });
    asked.end(body);
  });
};

/** Reads a name that a server gives: what could not be shown as it is, or is longer than any name, is none. */
export function plainName(value: unknown): string | undefined {
  const given = text(value);
  return given === undefined || given.length > LONGEST_NAME || safeLine(given) !== given ? undefined : given;
}

/** Reads a property of anything; undefined where there is none. */
export function property(value: unknown, ...path: readonly string[]): unknown {
  let found: unknown = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return found;
}

/** Gives a text, or undefined for anything else. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Gives a positive whole number, or undefined for anything else. */
export function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined;
}
