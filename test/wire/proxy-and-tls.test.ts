import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Protocol } from '../helpers/model-server/answers.mjs';
import { startModelServer } from '../helpers/model-server/model-server.ts';
import { CERTIFICATE, goneProxy, serveTls, startProxy } from '../helpers/proxy.ts';
import { createProvider, foldResponse, type PartialEndpoint, requestFor } from './collect.ts';

const PROTOCOLS: readonly Protocol[] = ['anthropic', 'responses', 'chat'];

const open: (() => Promise<unknown> | undefined)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

function ask(protocol: Protocol, base_url: string, endpoint: PartialEndpoint = {}) {
  return foldResponse(createProvider(protocol, base_url, endpoint), requestFor(protocol));
}

describe.each(PROTOCOLS)('%s', (protocol) => {
  test('an unknown certificate is refused for good, and accepted once it is trusted', async () => {
    const port = await serveTls(protocol);
    const { error } = await ask(protocol, `https://localhost:${port}/v1`);
    expect(error?.message).toBe(`The certificate of localhost:${port} was not accepted (DEPTH_ZERO_SELF_SIGNED_CERT)`);
    expect(error?.details).toMatchObject({ kind: 'network', retryable: false });
    expect(error?.details.suggested_action).toContain('NODE_EXTRA_CA_CERTS');
    expect((await ask(protocol, `https://localhost:${port}/v1`, { ca: [CERTIFICATE] })).texts).toEqual(['ok']);
  });

  test('who speaks the other one of http and https is named as such, and not asked again', async () => {
    const server = await startModelServer({ protocol, script: [{ text: 'ok' }] });
    open.push(() => server.close());
    const { host } = new URL(server.url);
    const { error } = await ask(protocol, `https://${host}/v1`);
    expect(error?.message).toBe(`${host} seems to speak http, not https (EPROTO)`);
    expect(error?.details).toMatchObject({
      kind: 'network',
      retryable: false,
      suggested_action: 'Write http:// in the base URL, or check its port.',
    });
    // OpenSSL's alert for what is no greeting.
    const alert = Buffer.from([0x15, 3, 1, 0, 2, 2, 70]);
    const secure = createServer((socket) => socket.on('error', () => {}).once('data', () => socket.end(alert)));
    await new Promise<void>((done) => secure.listen(0, '127.0.0.1', done));
    open.push(() => new Promise((done) => secure.close(done)));
    const there = `127.0.0.1:${(secure.address() as AddressInfo).port}`;
    const told = await ask(protocol, `http://${there}/v1`);
    expect(told.error?.message).toBe(`${there} seems to speak https, not http (HPE_INVALID_CONSTANT)`);
    expect(told.error?.details.retryable).toBe(false);
  });

  test('a service behind a proxy is reached through it, with its password', async () => {
    const server = await startModelServer({ protocol, script: [{ text: 'ok' }] });
    open.push(() => server.close());
    const proxy = await startProxy('secret-word');
    const { port } = new URL(server.url);
    const address = proxy.url.replace('//', '//me:secret-word@');
    const { texts, error } = await ask(protocol, `http://service.example:${port}/v1`, { proxy: { http: address } });
    expect([texts, error]).toEqual([['ok'], undefined]);
    expect(proxy.asked).toEqual([expect.stringContaining(`http://service.example:${port}/v1/`)]);
  });

  test('a service over TLS is reached through a tunnel', async () => {
    const port = await serveTls(protocol);
    const proxy = await startProxy();
    const trusted = { proxy: { https: proxy.url }, ca: [CERTIFICATE] };
    expect((await ask(protocol, `https://localhost:${port}/v1`, trusted)).texts).toEqual(['ok']);
    expect(proxy.asked).toEqual([`CONNECT localhost:${port}`]);
  });

  test('a refusing proxy is named, without its password', async () => {
    const proxy = await startProxy('secret-word');
    const address = proxy.url.replace('//', '//me:wrong-word@');
    const { error } = await ask(protocol, 'https://service.example/v1', {
      proxy: { https: address, https_source: 'HTTPS_PROXY' },
    });
    expect(error?.details).toMatchObject({ kind: 'network' });
    const { host } = new URL(proxy.url);
    expect(error?.message).toBe(
      `The connection to service.example (through ${host}, the proxy of HTTPS_PROXY) failed: the proxy answered HTTP 407`,
    );
    expect(error?.details).toMatchObject({ retryable: false, suggested_action: expect.stringContaining('password') });
    const plain = { http: address, http_source: 'HTTP_PROXY' };
    const told = await ask(protocol, 'http://service.example/v1', { proxy: plain });
    expect(told.error?.message).toContain(`${host}, the proxy of HTTP_PROXY) failed: the proxy answered HTTP 407`);
    expect(JSON.stringify([error?.details, told.error?.details])).not.toContain('wrong-word');
  });

  test('a proxy that is not there is blamed, not the service', async () => {
    const host = await goneProxy();
    const proxy = { https: `http://${host}`, https_source: 'https_proxy' };
    const { error } = await ask(protocol, 'https://service.example/v1', { proxy });
    expect(error?.message).toBe(
      `Nothing answers at ${host}, the proxy of https_proxy: the connection was refused (ECONNREFUSED)`,
    );
    expect(error?.details.suggested_action).toBe('Check https_proxy, or take it away.');
    const nowhere = { http: 'http://proxy.invalid:1', http_source: '"proxy" in the config' };
    const lost = await ask(protocol, 'http://service.example/v1', { proxy: nowhere });
    expect(lost.error?.message).toMatch(/proxy\.invalid:1, the proxy of "proxy" in the config/);
  });

  test('hosts of no_proxy, loopback without a key, and another scheme are reached directly', async () => {
    const proxy = await startProxy();
    const server = await startModelServer({ protocol, script: () => ({ text: 'ok' }) });
    open.push(() => server.close());
    expect((await ask(protocol, server.base_url, { key: undefined, proxy: { http: proxy.url } })).texts).toEqual([
      'ok',
    ]);
    const { port } = new URL(server.url);
    const skipped = { http: proxy.url, no_proxy: 'other.example,.invalid' };
    const direct = await ask(protocol, `http://service.invalid:${port}/v1`, { proxy: skipped });
    expect(direct.error?.message).toMatch(/service\.invalid/);
    const other = await ask(protocol, `http://service.invalid:${port}/v1`, { proxy: { https: proxy.url } });
    expect(other.error?.message).toMatch(/service\.invalid/);
    expect(proxy.asked).toEqual([]);
    expect((await ask(protocol, server.base_url, { proxy: { http: proxy.url } })).texts).toEqual(['ok']);
    expect(proxy.asked).toHaveLength(1);
  });
});
