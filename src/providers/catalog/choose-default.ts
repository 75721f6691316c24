import { hostOf } from '../endpoint.ts';
import { ModelNameError } from '../provider.ts';
import type { CatalogSettings, DefaultModel } from './catalog-settings.ts';
import { allProviders, type ConfiguredProvider, findProvider, keySource, lacksKey, needsKey } from './find-endpoint.ts';
import { searchLocal } from './list-models.ts';
import type { LocalServer } from './local-servers.ts';
import { addressFlaw } from './name-errors.ts';
import { serverModels } from './server-models.ts';

/**
 * Chooses the model to start with when none was named on the command line: AGENT_CHAT_MODEL, the config file, a key, a
 * local server that runs, the demo. Asks local servers only when nothing before them decided. An address that was set and is
 * none is a {@link ModelNameError} when its turn comes.
 */
export async function chooseDefault(settings: CatalogSettings): Promise<DefaultModel> {
  const named = settings.environment.AGENT_CHAT_MODEL?.trim();
  if (named) return { name: named, why: 'AGENT_CHAT_MODEL names it' };
  if (settings.model !== undefined) return { name: settings.model, why: 'the config file names it' };
  return (await chooseByKey(settings)) ?? (await chooseLocal(settings)) ?? demo(settings);
}

/** An address that somebody set and that is not used is worth a word. */
function demo(settings: CatalogSettings): DefaultModel {
  const named = allProviders(settings).filter(({ base_url_source }) => base_url_source !== undefined);
  const silent = named.find(({ local_kind }) => local_kind !== undefined);
  const services = named.filter(({ local_kind }) => local_kind === undefined);
  const locked = services.find((one) => lacksKey(settings, one));
  const empty = services.find((one) => !lacksKey(settings, one));
  const reasons = [
    locked === undefined ? 'there is no key' : `there is no key for ${placeOf(locked)}`,
    ...(empty === undefined ? [] : [`no model is known at ${placeOf(empty)}`]),
    silent === undefined ? 'no local server' : `${silent.title} does not answer at ${placeOf(silent)}`,
  ];
  const why = `${reasons.slice(0, -1).join(', ')} and ${reasons.at(-1)}`;
  return { name: 'demo/demo', why, is_fallback: true };
}

function placeOf({ base_url, base_url_source }: ConfiguredProvider): string {
  return `${hostOf(base_url)} (from ${base_url_source})`;
}

/** Nobody who sets an address means the demo with it. */
function refuseFlaw(provider: ConfiguredProvider): void {
  const flaw = provider.base_url_source === undefined ? undefined : addressFlaw(provider);
  if (flaw !== undefined) throw new ModelNameError(flaw);
}

async function chooseByKey(settings: CatalogSettings): Promise<DefaultModel | undefined> {
  for (const provider of allProviders(settings)) {
    if (provider.local_kind === undefined) refuseFlaw(provider);
    const why = whyUsable(settings, provider);
    const model = why === undefined ? undefined : await firstModel(settings, provider);
    if (why !== undefined && model !== undefined) return { name: `${provider.name}/${model}`, why };
  }
  return undefined;
}

function whyUsable(settings: CatalogSettings, provider: ConfiguredProvider): string | undefined {
  const { name, user, base_url_source, local_kind } = provider;
  const source = keySource(settings, provider);
  if (source !== undefined) return `${source} is set`;
  if (local_kind !== undefined || needsKey(provider)) return undefined;
  if (user !== undefined) return `the config file has the provider ${name}`;
  return base_url_source === undefined ? undefined : `${base_url_source} is set`;
}

/** A server of the user's own may have other models than the service whose name it has. */
async function firstModel(settings: CatalogSettings, provider: ConfiguredProvider): Promise<string | undefined> {
  const usual = provider.models[0] ?? provider.entry?.default_model;
  if (provider.models.length > 0) return usual;
  const served = await serverModels(settings, provider);
  return usual !== undefined && served.includes(usual) ? usual : (served.find((id) => !isEmbedder(id)) ?? usual);
}

async function chooseLocal(settings: CatalogSettings): Promise<DefaultModel | undefined> {
  allProviders(settings).forEach(refuseFlaw);
  const servers = await searchLocal(settings);
  for (const server of servers) {
    const provider = findProvider(settings, server.kind);
    const model = firstChatModel(server);
    if (provider === undefined || model === undefined) continue;
    return { name: `${provider.name}/${model}`, why: `${provider.title} runs at ${server.root_url}` };
  }
  return undefined;
}

/** What is loaded answers at once; a model for embeddings cannot chat. */
function firstChatModel({ models }: LocalServer): string | undefined {
  const chatting = models.filter(({ id }) => !isEmbedder(id));
  return (chatting.find((model) => model.is_loaded) ?? chatting[0])?.id;
}

function isEmbedder(id: string): boolean {
  return /embed/i.test(id);
}
