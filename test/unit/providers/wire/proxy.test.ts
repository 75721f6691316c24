import { expect, test } from 'vitest';
import { findProxy, ProxyError, proxyFor } from '../../../../src/providers/wire/proxy.ts';

const HTTPS_SERVICE = new URL('https://api.service.example/v1');

function wayTo(address: string, environment: Readonly<Record<string, string>>, key: string | null = 'k') {
  const proxy = findProxy({ environment, proxy: undefined });
  return proxyFor(new URL(address), { ...(proxy && { proxy }), ...(key === null ? {} : { key }) });
}

test('the variable of the scheme counts before ALL_PROXY, and the config file before both', () => {
  const environment = { HTTPS_PROXY: 'http://a:1', all_proxy: 'http://b:2' };
  expect(wayTo('https://x.example', environment)).toEqual({ url: 'http://a:1', host: 'a:1', source: 'HTTPS_PROXY' });
  expect(wayTo('http://x.example', environment)).toEqual({ url: 'http://b:2', host: 'b:2', source: 'all_proxy' });
  const proxy = findProxy({ environment, proxy: 'http://c:3' });
  expect(proxyFor(HTTPS_SERVICE, { ...(proxy && { proxy }) })?.source).toBe('"proxy" in the config');
  expect(wayTo('https://x.example', { HTTP_PROXY: 'http://a:1' })).toBeUndefined();
});

test.each([
  ['*', true],
  ['other.example, service.example', true],
  ['.service.example', true],
  ['*.service.example', true],
  ['API.SERVICE.EXAMPLE', true],
  ['api.service.example:443', true],
  ['api.service.example:8080', false],
  ['vice.example', false],
  ['other.example other.test', false],
  ['', false],
])('NO_PROXY=%s', (NO_PROXY, isDirect) => {
  const used = wayTo(HTTPS_SERVICE.href, { HTTPS_PROXY: 'http://a:1', NO_PROXY });
  expect(used === undefined).toBe(isDirect);
});

test.each([
  ['http://localhost:1/v1', 'localhost'],
  ['http://127.0.0.1:1/v1', '127.0.0.1'],
  ['http://[::1]:1/v1', '::1'],
  ['http://[::1]:1/v1', '[::1]:1'],
])('%s is reached straight with NO_PROXY=%s, and without a key', (address, no_proxy) => {
  const HTTP_PROXY = 'http://a:1';
  expect(wayTo(address, { HTTP_PROXY, no_proxy })).toBeUndefined();
  expect(wayTo(address, { HTTP_PROXY }, null)).toBeUndefined();
  expect(wayTo(address, { HTTP_PROXY })?.host).toBe('a:1');
});

test.each([
  ['proxy.example:3128', 'http://proxy.example:3128', 'proxy.example:3128'],
  ['me:secret@proxy:80', 'http://me:secret@proxy', 'proxy'],
  ['https://proxy.example', 'https://proxy.example', 'proxy.example'],
])('%s is the address of a proxy', (HTTPS_PROXY, url, host) => {
  expect(wayTo(HTTPS_SERVICE.href, { HTTPS_PROXY })).toEqual({ url, host, source: 'HTTPS_PROXY' });
});

test.each([
  ['garbage', 'HTTPS_PROXY is no address of a proxy: "garbage".'],
  ['http://', 'HTTPS_PROXY is no address of a proxy: "http://".'],
  ['ftp://me:secret@host', 'HTTPS_PROXY is no address of a proxy: "ftp://…@host".'],
  [
    'socks5h://me:secret@host:1',
    'HTTPS_PROXY names a SOCKS proxy, "socks5h://…@host:1"; only HTTP proxies can be used.',
  ],
])('%s is refused by name, and only where it would be used', (HTTPS_PROXY, problem) => {
  const remedy = 'Set it to http://HOST:PORT, or take it away.';
  expect(() => wayTo(HTTPS_SERVICE.href, { HTTPS_PROXY })).toThrow(new ProxyError(`${problem} ${remedy}`));
  expect(wayTo('http://service.example', { HTTPS_PROXY })).toBeUndefined();
  expect(wayTo(HTTPS_SERVICE.href, { HTTPS_PROXY, NO_PROXY: 'service.example' })).toBeUndefined();
});
