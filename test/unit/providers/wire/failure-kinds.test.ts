import { describe, expect, test } from 'vitest';
import { judgeFailure } from '../../../../src/providers/wire/failure-kinds.ts';
import { toProviderError } from '../../../../src/providers/wire/provider-errors.ts';
import { readFailure, ServiceFailure } from '../../../../src/providers/wire/service-failure.ts';

const ENDPOINT = {
  name: 'stand-in',
  base_url: 'https://api.example.com/v1',
  key: 'plain-word-of-mine',
  headers: { 'x-team': 'header-word' },
  proxy: { https: 'http://me:proxy-word@127.0.0.1:1' },
};

function judge(status: number, body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return judgeFailure(readFailure(status, text, new Headers(headers)));
}

function explain(status: number, body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const failure = new ServiceFailure(readFailure(status, text, new Headers(headers)));
  return toProviderError(failure, { endpoint: ENDPOINT, is_streaming: false }).details;
}

const error = (message: string, rest: object = {}) => ({ error: { message, ...rest } });

describe('a request that is too long', () => {
  test.each<[string, number, unknown]>([
    [
      'Anthropic',
      400,
      {
        type: 'error',
        error: { type: 'invalid_request_error', message: 'prompt is too long: 213462 tokens > 200000 maximum' },
      },
    ],
    [
      'Anthropic, by size',
      413,
      { type: 'error', error: { type: 'request_too_large', message: 'Request exceeds the maximum size' } },
    ],
    [
      'Anthropic, with the answer',
      400,
      error('input length and `max_tokens` exceed context limit: 190000 + 32000 > 200000'),
    ],
    ['OpenAI, by code', 400, error('too long', { code: 'context_length_exceeded' })],
    [
      'OpenAI Responses',
      400,
      error('Your input exceeds the context window of this model. Please adjust your input and try again.'),
    ],
    [
      'OpenAI Chat',
      400,
      error("This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens."),
    ],
    [
      'Gemini',
      400,
      [
        error('The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).', {
          status: 'INVALID_ARGUMENT',
        }),
      ],
    ],
    [
      'xAI',
      400,
      {
        code: 'Client specified an invalid argument',
        error: "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
      },
    ],
    ['Groq', 400, error('Please reduce the length of the messages or completion.')],
    [
      'OpenRouter',
      400,
      error("This endpoint's maximum context length is 200000 tokens. However, you requested about 300000 tokens", {
        code: 400,
      }),
    ],
    [
      'llama.cpp',
      400,
      error('the request exceeds the available context size, try increasing it', {
        code: 400,
        type: 'exceed_context_size_error',
      }),
    ],
    [
      'LM Studio',
      400,
      { error: 'The number of tokens to keep from the initial prompt is greater than the context length' },
    ],
    ['MiniMax', 400, error('invalid params, context window exceeds limit (2013)')],
    ['Kimi', 400, error('Invalid request: Your request exceeded model token limit: 131072')],
    ['Copilot', 400, error('prompt token count of 140000 exceeds the limit of 128000')],
    ['Bedrock', 400, { message: 'Input is too long for requested model.' }],
    ['vLLM', 400, { object: 'error', message: "This model's maximum context length is 4096 tokens." }],
    [
      'Mistral',
      400,
      error('Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length'),
    ],
    ['a bodiless 400', 400, ''],
    ['a bodiless 413', 413, ''],
  ])('is known from %s', (_, status, body) => {
    expect(judge(status, body)).toMatchObject({ kind: 'context_length', retryable: false });
  });

  test('is not seen in a rate limit that speaks of tokens', () => {
    expect(judge(429, error('Rate limit reached: tokens per minute exceeds the limit of 30000')).kind).toBe(
      'rate_limit',
    );
  });
});

describe('a failure', () => {
  test.each<[number, unknown, string, boolean]>([
    [400, error('bad'), 'invalid_request', false],
    [400, error('API key not valid', { status: 'INVALID_ARGUMENT' }), 'invalid_request', false],
    [400, { type: 'error', error: { type: 'billing_error', message: 'x' } }, 'rate_limit', false],
    [401, error('bad key'), 'auth', false],
    [402, error('pay'), 'rate_limit', false],
    [403, error('no'), 'auth', false],
    [404, error('no such model'), 'invalid_request', false],
    [408, '', 'timeout', true],
    [409, '', 'server', true],
    [422, { detail: [{ msg: 'x' }] }, 'invalid_request', false],
    [429, error('slow down'), 'rate_limit', true],
    [429, error('quota', { code: 'insufficient_quota' }), 'rate_limit', false],
    [429, error('x', { type: 'organization_spend_limit_reached' }), 'rate_limit', false],
    [500, '<html>oops</html>', 'server', true],
    [502, '', 'server', true],
    [503, '', 'overloaded', true],
    [504, '', 'timeout', true],
    [520, '', 'server', true],
    [529, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, 'overloaded', true],
    [
      400,
      { type: 'error', error: { type: 'invalid_request_error', message: 'Your credit balance is too low' } },
      'rate_limit',
      false,
    ],
  ])('%i %j is %s, retryable: %s', (status, body, ...expected) => {
    const { kind, retryable } = judge(status, body);
    expect([kind, retryable]).toEqual(expected);
  });

  test('is not tried again when the service says so', () => {
    expect(judge(500, '', { 'x-should-retry': 'false' }).retryable).toBe(false);
    expect(judge(401, '', { 'x-should-retry': 'true' }).retryable).toBe(false);
  });

  test('is told in one clean line of at most 500 characters, without secrets', () => {
    const { message } = explain(
      500,
      error(
        `\u001b]52;c;ZXZpbA==\u0007boom\n\n${ENDPOINT.key} header-word me:proxy-word sk-live-abcdefghijklmnop Bearer abcdefghijk ${'x'.repeat(600)}`,
      ),
    );
    expect(message).toMatch(/^api\.example\.com answered HTTP 500: boom … … … … Bearer … x+…$/);
    expect(message.length).toBe(500);
  });

  test('of a page is told by its title, with the proxy that may have sent it', () => {
    expect(
      explain(502, '<!doctype html><html><head><title>502 Bad Gateway</title></head><body><h1>x</h1></body></html>')
        .message,
    ).toBe('api.example.com (through 127.0.0.1:1, the proxy of the settings) answered HTTP 502: 502 Bad Gateway');
  });

  test('without any text says so', () => {
    expect(explain(500, '').message).toBe('api.example.com answered HTTP 500: no reason given');
  });

  test.each([
    'messages.1.content.0: Invalid `signature` in `thinking` block',
    '`thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified.',
    "Item 'rs_123' of type 'reasoning' was provided without its required following item.",
    'The encrypted content for item rs_123 could not be verified.',
    'Function call is missing a thought_signature in functionCall parts.',
  ])('because of thoughts is known as such: %s', (message) => {
    expect(explain(400, error(message)).is_thinking_rejected).toBe(true);
  });

  test('because of anything else is not', () => {
    expect(explain(400, error('tools.0.name: too long')).is_thinking_rejected).toBeUndefined();
    expect(explain(500, error('Invalid `signature` in `thinking` block')).is_thinking_rejected).toBeUndefined();
  });
});
