import type { CatalogSettings } from './catalog-settings.ts';
import { allProviders, type ConfiguredProvider, findProvider, lacksKey } from './find-endpoint.ts';
import { searchLocal } from './list-models.ts';
import { modelNamed } from './local-servers.ts';
import { knownModels, withoutDate } from './model-data.ts';
import { ambiguousName, missingKey } from './name-errors.ts';
import { listedFacts } from './price-data.ts';
import { serverModels } from './server-models.ts';

/** A model that a name without its provider stands for. */
export interface BareMatch {
  readonly provider: ConfiguredProvider;
  readonly id: string;
}

/**
 * Finds the one provider that has a model of this id; what can be used now comes before what lacks a key. Throws when
 * several can be meant, or when the only one lacks its key; undefined when nobody has it.
 */
export async function findBareName(settings: CatalogSettings, id: string): Promise<BareMatch | undefined> {
  const providers = allProviders(settings);
  const named = providers.filter((provider) => hasModel(provider, id));
  const having = named.length > 0 ? named : await havingPrice(providers, id);
  const usable = having.filter((provider) => !lacksKey(settings, provider));
  const local = usable.length > 0 ? [] : [...(await findLocally(settings, id)), ...(await findServed(settings, id))];
  const [first, ...others] = [...usable.map((provider) => ({ provider, id })), ...local];
  if (others.length > 0 && first !== undefined) {
    throw ambiguousName(
      id,
      [first, ...others].map(({ provider }) => provider.name),
    );
  }
  if (first !== undefined) return first;
  if (having[0] !== undefined) throw missingKey(having[0], `${having[0].name}/${id}`);
  return undefined;
}

function hasModel(provider: ConfiguredProvider, id: string): boolean {
  // The same models as `openai`, over the older protocol: only by its full name.
  if (provider.name === 'openai-chat') return false;
  const ids = [...provider.models, ...knownModels(provider.name)];
  return ids.includes(id) || ids.includes(withoutDate(id));
}

/** The price list knows more models than our own data; resellers in it say nothing of whose a model is. */
async function havingPrice(providers: readonly ConfiguredProvider[], id: string): Promise<ConfiguredProvider[]> {
  const makers = providers.filter(({ name }) => name !== 'openai-chat' && name !== 'openrouter' && name !== 'groq');
  const facts = await Promise.all(makers.map(({ entry }) => listedFacts(entry?.prices_name, id)));
  return makers.filter((_, index) => Object.keys(facts[index] ?? {}).length > 0);
}

/** Asks the servers of the user's own, which may have models of any name. */
async function findServed(settings: CatalogSettings, id: string): Promise<readonly BareMatch[]> {
  const providers = allProviders(settings);
  const own = providers.filter(({ name, user }) => name !== 'openai-chat' || user !== undefined);
  const served = await Promise.all(own.map((provider) => serverModels(settings, provider)));
  return own.flatMap((provider, index) => (served[index]?.includes(id) === true ? [{ provider, id }] : []));
}

async function findLocally(settings: CatalogSettings, id: string): Promise<readonly BareMatch[]> {
  const servers = await searchLocal(settings);
  return servers.flatMap((server) => {
    const provider = findProvider(settings, server.kind);
    const model = modelNamed(server, id);
    return provider === undefined || model === undefined ? [] : [{ provider, id: model.id }];
  });
}
