import { OpenAI } from 'openai/client';
import type { Endpoint } from '../endpoint.ts';
import { checkedKeys } from '../wire/api-key.ts';
import { clientOptions } from '../wire/client-options.ts';
import type { Fetch } from '../wire/transport.ts';

/** Makes a client of OpenAI's SDK that takes everything from the endpoint and nothing from the environment. */
export function createOpenAIClient(endpoint: Endpoint, fetch: Fetch): OpenAI {
  const { key, auth_token } = checkedKeys(endpoint);
  const bearer = key ?? auth_token;
  return new OpenAI({
    ...clientOptions(endpoint, fetch),
    // Absent, it would be looked for in the environment; the header says what is really sent.
    apiKey: bearer ?? 'none',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    defaultHeaders: { authorization: bearer === undefined ? null : `Bearer ${bearer}`, ...endpoint.headers },
  });
}
