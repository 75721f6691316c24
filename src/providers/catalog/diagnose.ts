import { connect } from 'node:net';
import { groupDigits } from '../../format.ts';
import { hostOf } from '../endpoint.ts';
import { ModelNameError } from '../provider.ts';
import { findProxy, proxyFor } from '../wire/proxy.ts';
import type { CatalogSettings, DefaultModel, Finding } from './catalog-settings.ts';
import { chooseDefault } from './choose-default.ts';
import { allProviders, type ConfiguredProvider, keySource, needsKey } from './find-endpoint.ts';
import { searchLocal } from './list-models.ts';
import type { LocalServer } from './local-servers.ts';
import { MODEL_DATA_DATE } from './model-data.ts';
import { addressFlaw, keyFlaw, keyRemedy } from './name-errors.ts';

const LISTENING_MS = 1_500;

/** Explains the setup in single findings: nothing secret is in them, only where a key came from and its last letters. */
export async function diagnose(settings: CatalogSettings): Promise<readonly Finding[]> {
  const servers = await searchLocal(settings);
  const chosen = await usableDefault(settings);
  const providers = allProviders(settings);
  return [
    ...(chosen === undefined
      ? []
      : [{ topic: 'model', level: 'ok', message: `Without --model it is ${chosen.name}: ${chosen.why}.` } as const]),
    ...(await Promise.all(providers.filter(isWorthALine).map((one) => reachableFinding(settings, one)))),
    ...servers.flatMap(serverFindings),
    ...(servers.length === 0
      ? [{ topic: 'local', level: 'info', message: 'No model server runs on this machine.' } as const]
      : []),
    ...proxyFindings(settings),
    { topic: 'data', level: 'info', message: `Windows and prices of known models are of ${MODEL_DATA_DATE}.` },
    ...nodeFindings(process.versions.node),
  ];
}

/** Gives none where an address is wrong, which the finding of its provider says. */
async function usableDefault(settings: CatalogSettings): Promise<DefaultModel | undefined> {
  try {
    return await chooseDefault(settings);
  } catch (error) {
    if (error instanceof ModelNameError) return undefined;
    throw error;
  }
}

/** Of a server on this machine one can tell at once whether it runs. */
async function reachableFinding(settings: CatalogSettings, provider: ConfiguredProvider): Promise<Finding> {
  const finding = providerFinding(settings, provider);
  const { name, base_url, base_url_source, is_local } = provider;
  if (finding.level === 'error' || !is_local || base_url_source === undefined) return finding;
  if (await isListening(new URL(base_url))) return finding;
  const message = `${name}: nothing answers at ${hostOf(base_url)} (from ${base_url_source}).`;
  return { topic: 'provider', level: 'error', message, suggested_action: 'Start the server, or mend the address.' };
}

function isListening({ hostname, port, protocol }: URL): Promise<boolean> {
  const usual = protocol === 'https:' ? 443 : 80;
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? usual : Number(port) });
    const settle = (is_listening: boolean): void => {
      socket.destroy();
      resolve(is_listening);
    };
    socket.setTimeout(LISTENING_MS, () => settle(false));
    socket.once('connect', () => settle(true)).once('error', () => settle(false));
  });
}

function providerFinding(settings: CatalogSettings, provider: ConfiguredProvider): Finding {
  const source = keySource(settings, provider);
  const host = hostOf(provider.base_url) ?? provider.base_url;
  const place = provider.base_url_source === undefined ? host : `${host} (from ${provider.base_url_source})`;
  const flaw = addressFlaw(provider);
  if (flaw !== undefined) return { topic: 'provider', level: 'error', message: `${provider.name}: ${flaw}` };
  const unset = keyFlaw(settings, provider);
  if (unset !== undefined) {
    const level = needsKey(provider) ? 'error' : 'warning';
    return { topic: 'provider', level, message: `${provider.name}: asks ${place}. ${unset}` };
  }
  if (source !== undefined) {
    const shown = lastLetters(settings.environment[source]);
    return { topic: 'provider', level: 'ok', message: `${provider.name}: ${source} is set${shown}; asks ${place}.` };
  }
  if (!needsKey(provider))
    return { topic: 'provider', level: 'ok', message: `${provider.name}: needs no key; asks ${place}.` };
  return {
    topic: 'provider',
    level: 'info',
    message: `${provider.name}: has no key.`,
    suggested_action: asSentence(keyRemedy(provider)),
  };
}

/** Local servers are found, not configured; `openai-chat` is `openai` again, over the older protocol. */
function isWorthALine(provider: ConfiguredProvider): boolean {
  const { local_kind, name, user } = provider;
  if (local_kind !== undefined) return addressFlaw(provider) !== undefined;
  return name !== 'openai-chat' || user !== undefined;
}

function asSentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** Of a short secret nothing is shown. */
function lastLetters(value: string | undefined): string {
  const secret = value?.trim() ?? '';
  return secret.length < 16 ? '' : ` (ends in ${secret.slice(-4)})`;
}

function serverFindings(server: LocalServer): readonly Finding[] {
  const models = server.models.map(({ id, context_limit }) =>
    context_limit === undefined ? `${id} (window unknown)` : `${id} (reads ${groupDigits(context_limit)} tokens)`,
  );
  const list = models.length === 0 ? 'no model' : models.slice(0, 8).join(', ');
  const more = models.length > 8 ? ` and ${models.length - 8} more` : '';
  return [
    { topic: 'local', level: 'ok', message: `${server.kind} runs at ${server.root_url} with ${list}${more}.` },
    ...server.models.flatMap(({ warning }) =>
      warning === undefined ? [] : [{ topic: 'local', level: 'warning', message: warning } as const],
    ),
  ];
}

function proxyFindings(settings: CatalogSettings): readonly Finding[] {
  const proxy = findProxy(settings);
  if (proxy === undefined) return [];
  const except = proxy.no_proxy === undefined ? '' : `, except for ${proxy.no_proxy}`;
  const lines = ['https:', 'http:'].map((protocol): Finding | undefined => {
    try {
      const used = proxyFor(new URL(`${protocol}//service.invalid`), { proxy: { ...proxy, no_proxy: '' } });
      if (used === undefined) return undefined;
      const message = `Requests to ${protocol}// go through the proxy ${used.host} (${used.source})${except}.`;
      return { topic: 'proxy', level: 'info', message };
    } catch (error) {
      return { topic: 'proxy', level: 'error', message: (error as Error).message };
    }
  });
  return lines.filter((line) => line !== undefined);
}

function nodeFindings(version: string): readonly Finding[] {
  const major = Number(version.split('.')[0]);
  if (major >= 24) return [{ topic: 'node', level: 'ok', message: `Node ${version}.` }];
  const message = `Node ${version} works; Node 24 draws the screen about three times as fast.`;
  return [{ topic: 'node', level: 'info', message, suggested_action: 'Install Node 24.' }];
}
