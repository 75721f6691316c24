import { afterEach, describe, expect, test } from 'vitest';
import type { ReasoningEffort } from '../../src/messages.ts';
import { createProvider, foldResponse, KEY, requestFor } from './collect.ts';
import { body, closeServers, READ_FILE, ROUND, refusal, sent, serve } from './sent.ts';

afterEach(closeServers);

const CACHED = { cache_control: { type: 'ephemeral' } };

describe('Anthropic Messages', () => {
  test('a round with a tool is sent whole, with its four places of the cache', async () => {
    expect(await body('anthropic', { conversation: ROUND, tools: [READ_FILE], max_output_tokens: 900 })).toEqual({
      model: 'stand-in-1',
      max_tokens: 900,
      stream: true,
      system: [{ type: 'text', text: 'Be brief.', ...CACHED }],
      tools: [{ name: 'read_file', description: 'Reads a file.', input_schema: READ_FILE.parameters, ...CACHED }],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Read it.', ...CACHED }] },
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'Yes.' },
            { type: 'tool_use', id: 'call_1', name: 'read_file', input: { path: 'a' } },
          ],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_1', content: 'aaa', ...CACHED }] },
      ],
    });
  });

  test.each<[string, ReasoningEffort | undefined, object]>([
    [
      'claude-opus-4-6',
      'high',
      { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'high' } },
    ],
    ['claude-sonnet-5-5', undefined, { thinking: { type: 'adaptive', display: 'summarized' } }],
    ['claude-opus-5', 'none', { thinking: { type: 'disabled' } }],
    ['claude-opus-4-7', 'none', {}],
    ['claude-fable-5-2', 'none', { output_config: { effort: 'low' } }],
    ['claude-haiku-4-5-20251001', 'low', { thinking: { type: 'enabled', budget_tokens: 4096 } }],
    ['claude-sonnet-4-5', 'xhigh', { thinking: { type: 'enabled', budget_tokens: 24_000 } }],
    ['claude-3-7-sonnet-20250219', undefined, {}],
    ['some-other-model', 'medium', { thinking: { type: 'enabled', budget_tokens: 10_000 } }],
    ['some-other-model', 'none', {}],
  ])('%s is asked to think with effort %s in its own way', async (id, effort, expected) => {
    const asked = await body('anthropic', { model: { id }, ...(effort === undefined ? {} : { effort }) });
    const { thinking, output_config } = asked;
    expect(JSON.parse(JSON.stringify({ thinking, output_config }))).toEqual(expected);
    expect(asked.max_tokens).toBe(32_000);
  });

  test('the answer is capped at what the model gives', async () => {
    expect((await body('anthropic', { model: { output_limit: 8_192 } })).max_tokens).toBe(8_192);
    expect((await body('anthropic', { model: { output_limit: 64_000, context_limit: 8_000 } })).max_tokens).toBe(4_000);
  });

  test('what a service refuses is learnt once and left out from then on', async () => {
    const server = await serve('anthropic', [
      refusal('max_tokens: 32000 > 4096, which is the maximum allowed number of output tokens for claude-x'),
      refusal(
        '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort".',
      ),
      refusal('thinking.adaptive.display: Extra inputs are not permitted'),
      { text: 'ok' },
      { text: 'ok' },
    ]);
    const provider = createProvider('anthropic', server.base_url);
    const request = requestFor('anthropic', { effort: 'high' });
    expect((await foldResponse(provider, request)).texts).toEqual(['ok']);
    expect((await foldResponse(provider, request)).texts).toEqual(['ok']);
    expect(server.requests.map(({ body }) => [body.max_tokens, body.thinking, body.output_config])).toEqual([
      [32_000, { type: 'enabled', budget_tokens: 16_000 }, undefined],
      [4_096, { type: 'enabled', budget_tokens: 3_072 }, undefined],
      [4_096, { type: 'adaptive', display: 'summarized' }, { effort: 'high' }],
      [4_096, { type: 'adaptive' }, { effort: 'high' }],
      [4_096, { type: 'adaptive' }, { effort: 'high' }],
    ]);
  });

  test('a refused signature is said to be one, and not asked again', async () => {
    const server = await serve('anthropic', [
      refusal('messages.1.content.0: Invalid `signature` in `thinking` block'),
      { text: 'no' },
    ]);
    const { error } = await foldResponse(createProvider('anthropic', server.base_url), requestFor('anthropic'));
    expect(error?.details).toMatchObject({ kind: 'invalid_request', is_thinking_rejected: true, retryable: false });
    expect(server.requests).toHaveLength(1);
  });

  test('another host gets the key as x-api-key with the common version, a token as bearer', async () => {
    const [keyed] = await sent('anthropic');
    expect(keyed?.headers).toMatchObject({ 'x-api-key': KEY, 'anthropic-version': '2023-06-01' });
    expect(keyed?.headers.authorization).toBeUndefined();
    const server = await serve('anthropic', [{ text: 'ok' }]);
    const { key, ...endpoint } = { name: 'x', base_url: server.base_url, key: undefined, auth_token: 'token-1' };
    const { createAnthropicMessagesProvider } = await import('../../src/providers/anthropic/anthropic-messages.ts');
    await foldResponse(createAnthropicMessagesProvider(endpoint), requestFor('anthropic'));
    expect(server.requests[0]?.headers.authorization).toBe('Bearer token-1');
    expect(server.requests[0]?.headers['x-api-key']).toBeUndefined();
  });
});
