import type { ModelInfo, ModelPrices } from '../provider.ts';
import type { CatalogSettings, UserModel } from './catalog-settings.ts';
import type { ConfiguredProvider } from './find-endpoint.ts';
import type { LocalModel } from './local-servers.ts';
import { knownFacts, type ModelFacts } from './model-data.ts';
import { listedFacts } from './price-data.ts';

/** One model of one provider, with what its server said of it. */
export interface ModelSubject {
  readonly provider: ConfiguredProvider;
  readonly id: string;
  readonly local?: LocalModel | undefined;
}

/**
 * Gathers what is known of a model. The user's word counts most, then what the server itself says, then our own dated
 * data, then the price list, which takes long to load and is asked only for what we lack. What nobody knows stays
 * absent.
 */
export async function describeModel(settings: CatalogSettings, subject: ModelSubject): Promise<ModelInfo> {
  const { provider, id, local } = subject;
  const name = `${provider.name}/${id}`;
  const known = knownFacts(provider.name, id);
  const isComplete = known.prices !== undefined && known.context_limit !== undefined;
  const listed = isComplete ? {} : await listedFacts(provider.entry?.prices_name, id);
  return {
    ...listed,
    ...known,
    ...(local === undefined ? {} : localFacts(local)),
    ...userFacts(settings, name),
    name,
    provider: provider.name,
    id,
    protocol: provider.protocol,
    ...(provider.is_local ? { is_local: true } : {}),
  };
}

/** A local model costs nothing that a service would charge for. */
function localFacts({ context_limit, has_vision }: LocalModel): ModelFacts {
  return {
    prices: { input: 0, output: 0 },
    ...(context_limit === undefined ? {} : { context_limit }),
    ...(has_vision === undefined ? {} : { has_vision }),
  };
}

/** Gives what the user's config says of a model, by its full name. */
export function userFacts(settings: CatalogSettings, name: string): ModelFacts {
  const users = settings.models ?? {};
  const user: UserModel | undefined = Object.hasOwn(users, name) ? users[name] : undefined;
  if (user === undefined) return {};
  const { prices, ...rest } = user;
  const facts = Object.entries(rest).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(facts), ...(prices === undefined ? {} : { prices: stated(prices) }) };
}

function stated(prices: NonNullable<UserModel['prices']>): ModelPrices {
  const { input, output, cache_read, cache_creation } = prices;
  return {
    input,
    output,
    ...(cache_read === undefined ? {} : { cache_read }),
    ...(cache_creation === undefined ? {} : { cache_creation }),
  };
}
