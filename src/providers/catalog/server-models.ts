import { proxyFor } from '../wire/proxy.ts';
import { itemsOf } from '../wire/wire-fields.ts';
import type { CatalogSettings } from './catalog-settings.ts';
import { type ConfiguredProvider, findKey, lacksKey, makeEndpoint } from './find-endpoint.ts';
import { plainName, property, requestJson } from './json-request.ts';
import { addressFlaw } from './name-errors.ts';

const SERVER_MS = 1_500;

/**
 * Asks a service at an address of the user's own for the ids of its models. Empty where the address is the usual one,
 * where the key is missing, behind a proxy, and when it does not answer in time.
 */
export async function serverModels(
  settings: CatalogSettings,
  provider: ConfiguredProvider,
): Promise<readonly string[]> {
  const isOwn = provider.base_url_source !== undefined && provider.local_kind === undefined;
  if (!isOwn || !isReachable(settings, provider)) return [];
  if (lacksKey(settings, provider)) return [];
  const key = await findKey(settings, provider);
  const isAnthropic = provider.protocol === 'anthropic-messages';
  const answer = await (settings.requestJson ?? requestJson)(`${provider.base_url}${isAnthropic ? '/v1' : ''}/models`, {
    timeout_ms: SERVER_MS,
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key.value}` }),
      ...(key === undefined || !isAnthropic ? {} : { 'x-api-key': key.value }),
      ...(isAnthropic ? { 'anthropic-version': '2023-06-01' } : {}),
    },
  });
  return itemsOf(property(answer, 'data')).flatMap((model) => plainName(property(model, 'id')) ?? []);
}

/** Is asked without proxies: through one it would only be waited for. */
function isReachable(settings: CatalogSettings, provider: ConfiguredProvider): boolean {
  if (addressFlaw(provider) !== undefined) return false;
  try {
    return proxyFor(new URL(provider.base_url), makeEndpoint(settings, provider, undefined)) === undefined;
  } catch {
    // A wrong address of a proxy is told when a model is chosen.
    return false;
  }
}
