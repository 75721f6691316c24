import { hostOf } from '../endpoint.ts';
import type { CatalogSettings, DefaultModel } from './catalog-settings.ts';
import { allProviders, type ConfiguredProvider, findProvider, keySource, needsKey } from './find-endpoint.ts';
import { searchLocal } from './list-models.ts';
import type { LocalServer } from './local-servers.ts';
import { serverModels } from './server-models.ts';

/**
 * Chooses the model to start with when none was named on the command line: AGENT_CHAT_MODEL, the config file, a key, a
 * local server that runs, the demo. Asks local servers only when nothing before them decided.
 */
export async function chooseDefault(settings: CatalogSettings): Promise<DefaultModel> {
  const named = settings.environment.AGENT_CHAT_MODEL?.trim();
  if (named) return { name: named, why: 'AGENT_CHAT_MODEL names it' };
  if (settings.model !== undefined) return { name: settings.model, why: 'the config file names it' };
  return (await chooseByKey(settings)) ?? (await chooseLocal(settings)) ?? demo(settings);
}

/** An address that somebody set and that does not answer is worth a word. */
function demo(settings: CatalogSettings): DefaultModel {
  const silent = allProviders(settings).find(
    ({ local_kind, base_url_source }) => local_kind !== undefined && base_url_source !== undefined,
  );
  const place = `${hostOf(silent?.base_url ?? '')} (from ${silent?.base_url_source})`;
  const server = silent === undefined ? 'and no local server' : `and ${silent.title} does not answer at ${place}`;
  return { name: 'demo/demo', why: `there is no key ${server}`, is_fallback: true };
}

async function chooseByKey(settings: CatalogSettings): Promise<DefaultModel | undefined> {
  for (const provider of allProviders(settings)) {
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
