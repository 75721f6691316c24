import { type Endpoint, hostOf } from '../endpoint.ts';
import { findProxy } from '../wire/proxy.ts';
import type { CatalogSettings, UserProvider } from './catalog-settings.ts';
import { type LocalKind, PROVIDER_TABLE, type ProviderEntry } from './provider-table.ts';

/** A provider of this installation: the table's entry with what the user changed. */
export interface ConfiguredProvider {
  readonly name: string;
  readonly title: string;
  readonly protocol: ProviderEntry['protocol'];
  readonly base_url: string;
  /** Where the address came from when it is not the usual one. */
  readonly base_url_source?: string;
  readonly entry: ProviderEntry | undefined;
  readonly user: UserProvider | undefined;
  /** On this machine or a private network. */
  readonly is_local: boolean;
  readonly local_kind?: LocalKind;
  readonly models: readonly string[];
}

/** A key and where it came from. The value is never shown. */
export interface FoundKey {
  readonly value: string;
  readonly source: string;
  readonly is_token: boolean;
}

/** Gives the names of all providers: the user's first, then the table's. */
export function providerNames(settings: CatalogSettings): readonly string[] {
  return [...new Set([...Object.keys(settings.providers ?? {}), ...Object.keys(PROVIDER_TABLE)])];
}

/** Gives all providers that have an address, in the order of their names above. */
export function allProviders(settings: CatalogSettings): readonly ConfiguredProvider[] {
  return providerNames(settings).flatMap((name) => findProvider(settings, name) ?? []);
}

/** Finds a provider by its name; undefined when nobody knows it, or it has no address. */
export function findProvider(settings: CatalogSettings, name: string): ConfiguredProvider | undefined {
  const entry = Object.hasOwn(PROVIDER_TABLE, name) ? PROVIDER_TABLE[name] : undefined;
  const users = settings.providers ?? {};
  const user = Object.hasOwn(users, name) ? users[name] : undefined;
  const address = findAddress(settings, { entry, user });
  if (address === undefined) return undefined;
  const protocol = user?.protocol ?? entry?.protocol ?? 'openai-chat';
  return {
    name,
    title: entry?.title ?? name,
    protocol,
    entry,
    user,
    base_url: tidyAddress(address.url, protocol),
    ...(address.source === undefined ? {} : { base_url_source: address.source }),
    is_local: entry?.local_kind !== undefined || isPrivateHost(address.url),
    ...(entry?.local_kind === undefined ? {} : { local_kind: entry.local_kind }),
    models: user?.models ?? [],
  };
}

interface Sources {
  readonly entry: ProviderEntry | undefined;
  readonly user: UserProvider | undefined;
}

interface Address {
  readonly url: string;
  readonly source?: string;
}

function findAddress({ environment }: CatalogSettings, { entry, user }: Sources): Address | undefined {
  for (const variable of entry?.base_url_variables ?? []) {
    const value = environment[variable]?.trim();
    if (value) return { url: variable === 'OLLAMA_HOST' ? ollamaAddress(value) : value, source: variable };
  }
  if (user?.base_url !== undefined) return { url: user.base_url, source: 'the config file' };
  return entry === undefined ? undefined : { url: entry.base_url };
}

/** Reads what Ollama itself takes as its host: `host`, `host:port`, `:port`, or a URL; 0.0.0.0 means this machine. What is none stays as it is. */
function ollamaAddress(value: string): string {
  const [, scheme = 'http', rest = ''] = /^(?:(https?):\/\/)?(.*)$/.exec(value.replace(/\/+$/, '')) ?? [];
  const [host = '', port] = rest.split(/:(?=\d+$)/);
  const name = host === '' || host === '0.0.0.0' ? '127.0.0.1' : host;
  const url = `${scheme}://${name}:${port ?? (scheme === 'https' ? '443' : '11434')}/v1`;
  return URL.canParse(url) ? url : value;
}

/** Anthropic's SDK adds `/v1` itself, OpenAI's does not. */
function tidyAddress(url: string, protocol: ProviderEntry['protocol']): string {
  const bare = url.replace(/\/+$/, '');
  return protocol === 'anthropic-messages' ? bare.replace(/\/v1$/, '') : bare;
}

const PRIVATE_HOST =
  /^(?:localhost|(?:127|10)(?:\.\d+){3}|192\.168(?:\.\d+){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d+){2}|\[::1\]|[^.]+\.local)$/;

/** Says whether an address is on this machine or a private network. */
function isPrivateHost(url: string): boolean {
  const host = hostOf(url)?.replace(/:\d+$/, '') ?? '';
  return PRIVATE_HOST.test(host);
}

/** Gives the address of a server without the `/v1` behind which it speaks as OpenAI does. */
export function rootOf({ base_url }: ConfiguredProvider): string {
  return base_url.replace(/\/v1$/, '');
}

/** Says where a key of a provider would be found, without running anything. */
export function keySource(settings: CatalogSettings, provider: ConfiguredProvider): string | undefined {
  const { user, name } = provider;
  const fromUser = user?.key === undefined ? undefined : expandVariables(user.key, settings.environment);
  if (fromUser) return /^\$\{(\w+)\}$/.exec(user?.key?.trim() ?? '')?.[1] ?? `providers.${name}.key in the config file`;
  if (user?.key_command !== undefined) return `providers.${name}.key_command in the config file`;
  return keyVariables(provider).find((variable) => settings.environment[variable]?.trim());
}

/** Finds the key of a provider; a `key_command` is run for it. */
export async function findKey(settings: CatalogSettings, provider: ConfiguredProvider): Promise<FoundKey | undefined> {
  const source = keySource(settings, provider);
  if (source === undefined) return undefined;
  const { user, entry } = provider;
  const is_token = entry?.token_variables?.includes(source) ?? false;
  const given = user?.key === undefined ? undefined : expandVariables(user.key, settings.environment);
  if (given) return { value: given, source, is_token: false };
  if (user?.key_command !== undefined) {
    const printed = (await settings.readKey?.(user.key_command))?.trim();
    return printed ? { value: printed, source, is_token: false } : undefined;
  }
  return { value: settings.environment[source]?.trim() ?? '', source, is_token };
}

/** Gives the variables that may hold a key or token of a provider, in the order in which they count. */
export function keyVariables({ entry }: ConfiguredProvider): readonly string[] {
  return [...(entry?.key_variables ?? []), ...(entry?.token_variables ?? [])];
}

/** Replaces each `${NAME}` by the variable's value; an unset one leaves nothing. */
export function expandVariables(text: string, environment: CatalogSettings['environment']): string {
  return text.replace(/\$\{(\w+)\}/g, (_, name: string) => environment[name] ?? '').trim();
}

/** Gives the variables that a text names as `${NAME}`. */
export function variablesIn(text: string): readonly string[] {
  return [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name);
}

/** Gives those of them that are unset or empty. */
export function unsetVariables(text: string, environment: CatalogSettings['environment']): readonly string[] {
  return variablesIn(text).filter((name) => !environment[name]?.trim());
}

/** Says whether a provider cannot be asked without a key. */
export function needsKey(provider: ConfiguredProvider): boolean {
  if (provider.is_local) return false;
  return provider.entry !== undefined || provider.user?.key !== undefined || provider.user?.key_command !== undefined;
}

/** Says whether a provider needs a key and none would be found. */
export function lacksKey(settings: CatalogSettings, provider: ConfiguredProvider): boolean {
  return needsKey(provider) && keySource(settings, provider) === undefined;
}

/** Makes the endpoint that the adapter of a provider's protocol takes. */
export function makeEndpoint(
  settings: CatalogSettings,
  provider: ConfiguredProvider,
  key: FoundKey | undefined,
): Endpoint {
  const headers = Object.entries(provider.user?.headers ?? {}).map(([name, value]) => [
    name,
    expandVariables(value, settings.environment),
  ]);
  const dialect = provider.entry?.dialect;
  const proxy = findProxy(settings);
  return {
    name: provider.name,
    base_url: provider.base_url,
    ...keyFields(provider, key),
    ...(headers.length === 0 ? {} : { headers: Object.fromEntries(headers) as Record<string, string> }),
    ...(dialect === undefined ? {} : { dialect }),
    ...(proxy === undefined ? {} : { proxy }),
    ...(settings.ca === undefined ? {} : { ca: settings.ca }),
    ...(provider.is_local ? { is_local: true } : {}),
    ...(isProtocolGuessed(provider) ? { may_lack_responses: true } : {}),
    ...(settings.read_every_ms === undefined ? {} : { read_every_ms: settings.read_every_ms }),
    ...(settings.onSent === undefined ? {} : { onSent: settings.onSent }),
  };
}

function keyFields(provider: ConfiguredProvider, key: FoundKey | undefined): Partial<Endpoint> {
  if (key !== undefined) return { key_source: key.source, [key.is_token ? 'auth_token' : 'key']: key.value };
  const variable = variablesIn(provider.user?.key ?? '')[0] ?? keyVariables(provider)[0];
  return variable === undefined ? {} : { key_variable: variable };
}

/** OpenAI itself speaks Responses; who answers at another address is not known. */
function isProtocolGuessed({ protocol, user, base_url }: ConfiguredProvider): boolean {
  return protocol === 'openai-responses' && user?.protocol === undefined && hostOf(base_url) !== 'api.openai.com';
}
