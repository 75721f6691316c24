import { DEMO_MODEL } from '../demo/demo-provider.ts';
import type { ModelInfo } from '../provider.ts';
import type { CatalogSettings, ModelListing } from './catalog-settings.ts';
import { allProviders, type ConfiguredProvider, findProvider, lacksKey, rootOf } from './find-endpoint.ts';
import { requestJson } from './json-request.ts';
import { findLocalServers, type LocalServer } from './local-servers.ts';
import { knownModels } from './model-data.ts';
import { describeModel, type ModelSubject } from './model-info.ts';
import { keyRemedy, startRemedy } from './name-errors.ts';
import { LOCAL_KINDS } from './provider-table.ts';
import { noteServer } from './seen-servers.ts';
import { serverModels } from './server-models.ts';

/** Lists the models of all providers, those that can be used now first. */
export async function listModels(settings: CatalogSettings): Promise<readonly ModelListing[]> {
  const servers = await searchLocal(settings);
  const providers = allProviders(settings);
  const listed = await Promise.all(providers.map((provider) => listProvider(settings, provider, servers)));
  const all = [...listed.flat(), listingOf(DEMO_MODEL, { is_usable: true })];
  return [...all.filter((model) => model.is_usable), ...all.filter((model) => !model.is_usable)];
}

/** Looks for model servers on this machine, each where the user or its habit says. */
export async function searchLocal(settings: CatalogSettings): Promise<readonly LocalServer[]> {
  if (settings.local?.is_searched === false) return [];
  const roots = LOCAL_KINDS.flatMap((kind) => findProvider(settings, kind) ?? []).map(rootOf);
  const servers = await findLocalServers(roots, {
    request: settings.requestJson ?? requestJson,
    timeout_ms: settings.local?.timeout_ms ?? 150,
  });
  for (const server of servers) noteServer(settings, server);
  return servers;
}

async function listProvider(
  settings: CatalogSettings,
  provider: ConfiguredProvider,
  servers: readonly LocalServer[],
): Promise<readonly ModelListing[]> {
  // The same models at the same address as `openai`, over the older protocol.
  if (provider.name === 'openai-chat' && provider.user === undefined) return [];
  if (provider.local_kind !== undefined) return listLocal(settings, provider, servers);
  const lacks = lacksKey(settings, provider) ? keyRemedy(provider) : undefined;
  const ids = await modelIds(settings, provider);
  if (ids.length === 0) return [];
  return Promise.all(
    ids.map(async (id) => {
      const info = await describeModel(settings, { provider, id });
      return listingOf(info, lacks === undefined ? { is_usable: true } : { is_usable: false, lacks });
    }),
  );
}

/** Gives the ids that the user lists, else those that a server of the user's own has, else those known by name. */
async function modelIds(settings: CatalogSettings, provider: ConfiguredProvider): Promise<readonly string[]> {
  if (provider.models.length > 0) return [...new Set([...provider.models, ...knownModels(provider.name)])];
  const served = await serverModels(settings, provider);
  return served.length > 0 ? served : knownModels(provider.name);
}

async function listLocal(
  settings: CatalogSettings,
  provider: ConfiguredProvider,
  servers: readonly LocalServer[],
): Promise<readonly ModelListing[]> {
  const server = servers.find((one) => `${one.root_url}/v1` === provider.base_url && one.kind === provider.local_kind);
  if (server === undefined) {
    const lacks = startRemedy(provider);
    return [{ name: `${provider.name}/…`, provider: provider.name, is_usable: false, is_local: true, lacks }];
  }
  return Promise.all(
    server.models.map(async (local) => {
      const subject: ModelSubject = { provider, id: local.id, local };
      const listing = listingOf(await describeModel(settings, subject), { is_usable: true });
      return local.warning === undefined ? listing : { ...listing, warning: local.warning };
    }),
  );
}

function listingOf(info: ModelInfo, state: Pick<ModelListing, 'is_usable' | 'lacks'>): ModelListing {
  const { name, provider, context_limit, prices, has_vision, efforts, is_local } = info;
  return {
    name,
    provider,
    ...state,
    ...(context_limit === undefined ? {} : { context_limit }),
    ...(prices === undefined ? {} : { prices }),
    ...(has_vision === undefined ? {} : { has_vision }),
    ...(efforts === undefined ? {} : { efforts }),
    ...(is_local === undefined ? {} : { is_local }),
  };
}
