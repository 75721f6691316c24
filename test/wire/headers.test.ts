import { afterEach, describe, expect, test } from 'vitest';
import { createProvider, foldResponse, KEY, requestFor } from './collect.ts';
import { closeServers, sent, serve } from './sent.ts';

afterEach(closeServers);

describe.each(['anthropic', 'responses', 'chat'] as const)('%s', (protocol) => {
  test('nothing but known headers and the endpoint’s own are sent, whatever the environment says', async () => {
    const added = {
      ANTHROPIC_CUSTOM_HEADERS: 'x-leak: 1\nx-api-key: other\nauthorization: Bearer other',
      OPENAI_CUSTOM_HEADERS: 'x-leak: 1\nauthorization: Bearer other',
      ANTHROPIC_API_KEY: 'other',
      ANTHROPIC_AUTH_TOKEN: 'other',
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:1',
      OPENAI_API_KEY: 'other',
      OPENAI_BASE_URL: 'http://127.0.0.1:1',
      OPENAI_ORG_ID: 'other',
      OPENAI_PROJECT_ID: 'other',
      OPENAI_ADMIN_KEY: 'other',
      OPENAI_LOG: 'debug',
      ANTHROPIC_LOG: 'debug',
    };
    Object.assign(process.env, added);
    try {
      const [request] = await sent(protocol, {}, { headers: { 'X-Team': 'blue' } });
      const { host, connection, 'content-length': length, ...headers } = request?.headers ?? {};
      expect(headers).toEqual({
        'accept-encoding': 'identity',
        'user-agent': 'agent-chat',
        accept: 'application/json',
        'content-type': 'application/json',
        'x-team': 'blue',
        ...(protocol === 'anthropic'
          ? { 'x-api-key': KEY, 'anthropic-version': '2023-06-01' }
          : { authorization: `Bearer ${KEY}` }),
      });
    } finally {
      for (const name of Object.keys(added)) delete process.env[name];
    }
  });

  test('a service without a key gets none', async () => {
    const server = await serve(protocol, [{ text: 'ok' }]);
    const { texts } = await foldResponse(createProvider(protocol, server.base_url, { key: '' }), requestFor(protocol));
    expect(texts).toEqual(['ok']);
    expect(server.requests[0]?.headers.authorization ?? server.requests[0]?.headers['x-api-key']).toBeUndefined();
  });
});
