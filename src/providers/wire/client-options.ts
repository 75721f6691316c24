import type { Endpoint } from '../endpoint.ts';
import type { Fetch } from './transport.ts';
import { headersTimeoutMs } from './wire-call.ts';

const nothing = (): void => {};

/** Gives the options that both SDKs take alike: no retries and redirects of their own, and nothing on the console. */
export function clientOptions(endpoint: Endpoint, fetch: Fetch) {
  return {
    baseURL: endpoint.base_url,
    maxRetries: 0,
    timeout: headersTimeoutMs(endpoint),
    logLevel: 'off',
    // They print raw bytes of the model's when an event is malformed.
    logger: { error: nothing, warn: nothing, info: nothing, debug: nothing },
    fetch,
    fetchOptions: { redirect: 'error' },
  } as const;
}
