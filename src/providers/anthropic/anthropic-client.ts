import { BaseAnthropic } from '@anthropic-ai/sdk/client';
import type { Endpoint } from '../endpoint.ts';
import { checkedKeys } from '../wire/api-key.ts';
import { clientOptions } from '../wire/client-options.ts';
import type { Fetch } from '../wire/transport.ts';

const OWN_HOST = 'api.anthropic.com';
/** What services that speak Anthropic's protocol know; the SDK's newer version is known to Anthropic alone. */
const COMMON_VERSION = '2023-06-01';

/** Makes a client of Anthropic's SDK that takes everything from the endpoint and nothing from the environment. */
export function createAnthropicClient(endpoint: Endpoint, fetch: Fetch): BaseAnthropic {
  const keys = checkedKeys(endpoint);
  return new BaseAnthropic({
    ...clientOptions(endpoint, fetch),
    // Without any credential the SDK would look for one in files and variables of its own.
    ...(keys.key === undefined && keys.auth_token !== undefined
      ? { authToken: keys.auth_token }
      : { apiKey: keys.key ?? 'none' }),
    webhookKey: null,
    defaultHeaders: { ...authHeaders(endpoint, keys), ...endpoint.headers },
  });
}

function authHeaders(
  endpoint: Endpoint,
  { key, auth_token }: ReturnType<typeof checkedKeys>,
): Record<string, string | null> {
  const isOwn = URL.canParse(endpoint.base_url) && new URL(endpoint.base_url).hostname === OWN_HOST;
  const version = isOwn ? {} : { 'anthropic-version': COMMON_VERSION };
  if (key === undefined) return { ...version, authorization: auth_token === undefined ? null : `Bearer ${auth_token}` };
  return isOwn ? { authorization: `Bearer ${key}` } : { ...version, authorization: null, 'x-api-key': key };
}
