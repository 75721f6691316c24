import { clipLine } from '../../format.ts';
import { hostOf } from '../endpoint.ts';
import { ModelNameError } from '../provider.ts';
import type { CatalogSettings } from './catalog-settings.ts';
import {
  type ConfiguredProvider,
  findProvider,
  keySource,
  keyVariables,
  providerNames,
  unsetVariables,
  variablesIn,
} from './find-endpoint.ts';
import { knownModels } from './model-data.ts';
import { nearNames } from './model-names.ts';
import type { LocalKind } from './provider-table.ts';

/** Says that the address of a provider is none; undefined where it is one. */
export function addressFlaw({ name, base_url, base_url_source }: ConfiguredProvider): string | undefined {
  if (URL.canParse(base_url) && /^https?:$/.test(new URL(base_url).protocol)) return undefined;
  const source = base_url_source ?? `The address of ${name}`;
  return `${source} is "${clipLine(base_url, 100)}", which is no address. Write it like https://HOST/v1 or http://127.0.0.1:8080/v1.`;
}

/** Says that the key of the config file names variables that are not set, so that there is none; else undefined. */
export function keyFlaw(settings: CatalogSettings, provider: ConfiguredProvider): string | undefined {
  const { name, user } = provider;
  const unset = unsetVariables(user?.key ?? '', settings.environment);
  if (unset.length === 0 || keySource(settings, provider) !== undefined) return undefined;
  const names = unset.join(', ');
  const are = unset.length === 1 ? 'is' : 'are';
  return `providers.${name}.key in the config file names ${names}, which ${are} not set: no key is sent. Set ${names}, or take the key out.`;
}

/** Says what a provider's key is to be put into. */
export function keyRemedy(provider: ConfiguredProvider): string {
  const [named] = variablesIn(provider.user?.key ?? '');
  if (named !== undefined) return `set ${named}, which providers.${provider.name}.key in the config file names`;
  const [variable] = keyVariables(provider);
  const inConfig = `providers.${provider.name}.key in the config file`;
  return variable === undefined ? `set ${inConfig}` : `set ${variable}`;
}

const STARTING: Readonly<Record<LocalKind, string>> = {
  ollama: 'start it with ollama serve, or set OLLAMA_HOST',
  llamacpp: 'start it with llama-server -m MODEL.gguf --jinja',
  lmstudio: 'start its server with lms server start',
  vllm: 'start it with vllm serve MODEL',
};

/** Says how a local server is started. */
export function startRemedy({ local_kind, base_url, title }: ConfiguredProvider): string {
  const remedy = local_kind === undefined ? 'start it' : STARTING[local_kind];
  return `${title} does not answer at ${hostOf(base_url) ?? base_url}: ${remedy}`;
}

/** Says that a model exists and its key does not. */
export function missingKey(provider: ConfiguredProvider, name: string): ModelNameError {
  const other = provider.user?.key === undefined ? `, or providers.${provider.name}.key in the config file` : '';
  return new ModelNameError(`${name} needs a key: ${keyRemedy(provider)}${other}.`, 'auth');
}

/** Says that a local server is not there. */
export function missingServer(provider: ConfiguredProvider): ModelNameError {
  return new ModelNameError(`${startRemedy(provider)}.`);
}

/** Says that a local server is there and lacks the model. */
export function unlistedModel(
  provider: ConfiguredProvider,
  { id, models }: { readonly id: string; readonly models: readonly string[] },
): ModelNameError {
  const near = nearNames(id, models);
  const shown = (near.length > 0 ? near : models.slice(0, 5)).map((name) => `${provider.name}/${name}`).join(', ');
  const pull = provider.local_kind === 'ollama' ? ` To get it: ollama pull ${id}.` : '';
  return new ModelNameError(`${provider.title} has no model "${id}"; it has ${shown}.${pull}`);
}

/** Says that several providers have a model of this id. */
export function ambiguousName(id: string, providers: readonly string[]): ModelNameError {
  const names = providers.map((provider) => `${provider}/${id}`).join(' or ');
  return new ModelNameError(`"${id}" can be several models. Write ${names}.`);
}

/** Says that nobody knows a name, and which it may have meant. */
export async function missingProvider(settings: CatalogSettings, name: string): Promise<ModelNameError> {
  const providers = providerNames(settings);
  const slash = name.indexOf('/');
  const near = nearNames(name, allNames(settings));
  const meant = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
  if (slash <= 0 || near.length > 0) {
    return new ModelNameError(`There is no model "${name}". Try agent-chat models.${meant}`);
  }
  const known = [...providers, 'demo'].join(', ');
  return new ModelNameError(
    `There is no provider "${name.slice(0, slash)}". Known are ${known}. Try agent-chat models.`,
  );
}

function allNames(settings: CatalogSettings): readonly string[] {
  return [
    'demo',
    ...providerNames(settings).flatMap((name) => {
      const provider = name === 'openai-chat' ? undefined : findProvider(settings, name);
      return [...(provider?.models ?? []), ...(provider === undefined ? [] : knownModels(name))].map(
        (id) => `${name}/${id}`,
      );
    }),
  ];
}
