import { OpenAI } from 'openai/client';
import type { Endpoint } from '../endpoint.ts';
import { checkedKeys } from '../wire/api-key.ts';
import { SILENT_LOGGER } from '../wire/silent-logger.ts';
import type { Fetch } from '../wire/transport.ts';
import { headersTimeoutMs } from '../wire/wire-call.ts';

/** Makes a client of OpenAI's SDK that takes everything from the endpoint and nothing from the environment. */
export function createOpenAIClient(endpoint: Endpoint, fetch: Fetch): OpenAI {
  const { key, auth_token } = checkedKeys(endpoint);
  const bearer = key ?? auth_token;
  return new OpenAI({
    baseURL: endpoint.base_url,
    // Absent, it would be looked for in the environment; the header says what is really sent.
    apiKey: bearer ?? 'none',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    timeout: headersTimeoutMs(endpoint),
    logLevel: 'off',
    logger: SILENT_LOGGER,
    fetch,
    fetchOptions: { redirect: 'error' },
    defaultHeaders: { authorization: bearer === undefined ? null : `Bearer ${bearer}`, ...endpoint.headers },
  });
}
