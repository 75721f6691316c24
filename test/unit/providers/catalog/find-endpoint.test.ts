import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createModelCatalog } from '../../../../src/providers/catalog/catalog.ts';
import type { CatalogSettings } from '../../../../src/providers/catalog/catalog-settings.ts';
import { findKey, findProvider, makeEndpoint } from '../../../../src/providers/catalog/find-endpoint.ts';
import { catalogSettings } from '../../../helpers/catalog-settings.ts';

const KEY = 'sk-ant-0123456789abcdef';
const withKey = { environment: { ANTHROPIC_API_KEY: KEY } };

describe('the endpoint of a provider', () => {
  const endpoint = async (name: string, more: Partial<CatalogSettings>) => {
    const made = catalogSettings(more);
    const provider = findProvider(made, name);
    if (provider === undefined) throw new Error('unknown');
    return makeEndpoint(made, provider, await findKey(made, provider));
  };

  test('has the key of the environment and says where it came from', async () => {
    expect(await endpoint('anthropic', withKey)).toEqual({
      name: 'anthropic',
      base_url: 'https://api.anthropic.com',
      key: KEY,
      key_source: 'ANTHROPIC_API_KEY',
    });
  });

  test('takes a token, another address, the proxies and certificates', async () => {
    const environment = {
      ANTHROPIC_AUTH_TOKEN: 'token',
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:8123/v1/',
      HTTPS_PROXY: 'http://proxy:3128',
      NO_PROXY: 'localhost',
    };
    expect(await endpoint('anthropic', { environment, ca: ['PEM'] })).toEqual({
      name: 'anthropic',
      base_url: 'http://127.0.0.1:8123',
      auth_token: 'token',
      key_source: 'ANTHROPIC_AUTH_TOKEN',
      proxy: { https: 'http://proxy:3128', https_source: 'HTTPS_PROXY', no_proxy: 'localhost' },
      ca: ['PEM'],
      is_local: true,
    });
  });

  test('expands variables in the keys and headers of the config file, and runs a command for a key', async () => {
    const environment = { MY_KEY: 'secret' };
    const variable = '$'.concat('{MY_KEY}');
    const providers = {
      a: { base_url: 'https://a.example/v1', key: variable, headers: { 'x-team': `blue ${variable}` } },
      b: { base_url: 'https://b.example/v1', key_command: 'pass show b' },
    };
    const readKey = (command: string) => Promise.resolve(`printed by ${command}\n`);
    expect(await endpoint('a', { environment, providers })).toMatchObject({
      key: 'secret',
      key_source: 'MY_KEY',
      headers: { 'x-team': 'blue secret' },
    });
    expect(await endpoint('b', { providers, readKey })).toMatchObject({ key: 'printed by pass show b' });
  });

  test('asks for a key again where a command prints it, and uses the new one', async () => {
    const keys = ['first-key', 'second-key', 'second-key'];
    const sent: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      sent.push(request.headers.authorization);
      response.writeHead(401).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const base_url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    const providers = { a: { base_url, key_command: 'print' } };
    const catalog = createModelCatalog(catalogSettings({ providers, readKey: async () => keys.shift() ?? '' }));
    for (const expected of ['first-key', 'second-key', 'second-key']) {
      const { info, provider } = await catalog.resolve('a/one');
      const request = { model: info, system: '', conversation: [], tools: [], session_id: 's' };
      await expect(provider.stream(request, new AbortController().signal).next()).rejects.toThrow('HTTP 401');
      expect(sent.pop()).toBe(`Bearer ${expected}`);
    }
  });

  test.each([
    ['http://10.1.2.3:8000/v1', true],
    ['http://172.20.0.9/v1', true],
    ['http://192.168.1.7/v1', true],
    ['http://box.local/v1', true],
    ['http://[::1]:8080/v1', true],
    ['https://10.example.com/v1', false],
    ['https://192.168.example.com/v1', false],
    ['https://172.20.example.com/v1', false],
    ['https://172.32.0.1/v1', false],
  ])('%s is on a private network: %s', (base_url, is_local) => {
    expect(findProvider(catalogSettings({ providers: { a: { base_url } } }), 'a')?.is_local).toBe(is_local);
  });

  test.each([
    ['0.0.0.0', 'http://127.0.0.1:11434/v1'],
    ['box:1234', 'http://box:1234/v1'],
    [':4000', 'http://127.0.0.1:4000/v1'],
    ['https://ollama.example', 'https://ollama.example:443/v1'],
  ])('reads OLLAMA_HOST=%s as Ollama does', async (OLLAMA_HOST, base_url) => {
    expect((await endpoint('ollama', { environment: { OLLAMA_HOST } })).base_url).toBe(base_url);
  });
});
