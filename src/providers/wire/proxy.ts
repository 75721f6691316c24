import type { CatalogSettings } from '../catalog/catalog-settings.ts';
import type { Endpoint, ProxySettings } from '../endpoint.ts';

/** The proxy that a request goes through. */
export interface UsedProxy {
  /** Absolute, with the name and the password that it wants. */
  readonly url: string;
  /** Without them. */
  readonly host: string;
  /** The variable that named it, or the key of the config file. */
  readonly source: string;
}

/** Finds the proxies: the config file's before those of the environment. */
export function findProxy({
  environment,
  proxy,
}: Pick<CatalogSettings, 'environment' | 'proxy'>): ProxySettings | undefined {
  const read = (...names: readonly string[]): Named | undefined => {
    if (proxy !== undefined) return { value: proxy, source: '"proxy" in the config' };
    const source = names.find((name) => environment[name]?.trim());
    return source === undefined ? undefined : { value: environment[source]?.trim() ?? '', source };
  };
  const https = read('HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy');
  const http = read('HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy');
  const no_proxy = ['NO_PROXY', 'no_proxy'].map((name) => environment[name]?.trim()).find(Boolean);
  if (https === undefined && http === undefined) return undefined;
  return {
    ...(http === undefined ? {} : { http: http.value, http_source: http.source }),
    ...(https === undefined ? {} : { https: https.value, https_source: https.source }),
    ...(no_proxy === undefined ? {} : { no_proxy }),
  };
}

interface Named {
  readonly value: string;
  readonly source: string;
}

/** Gives the proxy of a request; undefined where it goes straight. Throws a {@link ProxyError} for a wrong address. */
export function proxyFor(url: URL, endpoint: Pick<Endpoint, 'proxy' | 'key' | 'auth_token'>): UsedProxy | undefined {
  const named = namedFor(url, endpoint.proxy);
  if (named === undefined || isNear(url, endpoint) || isExempt(url, endpoint.proxy?.no_proxy)) return undefined;
  const address = readAddress(named);
  return { url: address.href.replace(/\/$/, ''), host: address.host, source: named.source };
}

/** Names a proxy in a sentence. */
export function nameProxy({ host, source }: UsedProxy): string {
  return `${host}, the proxy of ${source}`;
}

function namedFor({ protocol }: URL, proxy: ProxySettings | undefined): Named | undefined {
  const [value, source] =
    protocol === 'https:' ? [proxy?.https, proxy?.https_source] : [proxy?.http, proxy?.http_source];
  return value === undefined || value === '' ? undefined : { value, source: source ?? 'the settings' };
}

const LOOPBACK = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/;

/** A loopback service without a key is a program of this machine, which no proxy could reach. */
function isNear(url: URL, { key, auth_token }: Pick<Endpoint, 'key' | 'auth_token'>): boolean {
  return key === undefined && auth_token === undefined && LOOPBACK.test(url.hostname);
}

/** Reads NO_PROXY as others do: names with all below them, an address, either with a port, or `*`. */
function isExempt(url: URL, no_proxy: string | undefined): boolean {
  const host = url.hostname.toLowerCase();
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  const entries = (no_proxy ?? '').toLowerCase().split(/[\s,]+/);
  return entries.some((entry) => {
    if (entry === '*') return true;
    const [, name = '', only] = /^(\[.*\]|[^:]+):(\d+)$/.exec(entry) ?? [entry, entry];
    const bare = bracketed(name.replace(/^\*?\./, ''));
    return bare !== '' && (only === undefined || only === port) && (host === bare || host.endsWith(`.${bare}`));
  });
}

/** An address of version 6 stands in brackets in a URL, and mostly without them in NO_PROXY. */
function bracketed(name: string): string {
  return name.includes(':') && !name.startsWith('[') ? `[${name}]` : name;
}

/** The address of a proxy is none, or one of a kind that is not spoken. The message says where it stands, and what to do. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';
}

/** Reads `http://host:port`, or `host:port` as curl does. */
function readAddress({ value, source }: Named): URL {
  const address = /^[\w.-]+:\d{1,5}$|^[^/]*@[\w.-]+:\d{1,5}$/.test(value) ? `http://${value}` : value;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.hostname !== '') return url;
  const shown = JSON.stringify(value.replace(/(\/\/|^)[^/]*@/, '$1…@').slice(0, 200));
  const problem = /^socks/i.test(value)
    ? `${source} names a SOCKS proxy, ${shown}; only HTTP proxies can be used`
    : `${source} is no address of a proxy: ${shown}`;
  throw new ProxyError(`${problem}. Set it to http://HOST:PORT, or take it away.`);
}
