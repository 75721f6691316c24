import { afterEach, describe, expect, test } from 'vitest';
import type { ConversationMessage } from '../../src/conversation.ts';
import type { ReasoningEffort } from '../../src/messages.ts';
import type { Endpoint } from '../../src/providers/endpoint.ts';
import { body, closeServers, READ_FILE, ROUND, refusal, sent } from './sent.ts';

afterEach(closeServers);

describe('OpenAI Responses', () => {
  test('a round with a tool is sent whole; nothing is stored there', async () => {
    const asked = { conversation: ROUND, tools: [READ_FILE], effort: 'high' as const, max_output_tokens: 900 };
    expect(await body('responses', asked)).toEqual({
      model: 'stand-in-1',
      stream: true,
      store: false,
      instructions: 'Be brief.',
      max_output_tokens: 900,
      include: ['reasoning.encrypted_content'],
      reasoning: { effort: 'high', summary: 'auto' },
      prompt_cache_key: 'session-1',
      tools: [
        {
          type: 'function',
          name: 'read_file',
          description: 'Reads a file.',
          parameters: READ_FILE.parameters,
          strict: false,
        },
      ],
      input: [
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Read it.' }] },
        { type: 'message', role: 'assistant', content: 'Yes.' },
        { type: 'function_call', call_id: 'call_1', name: 'read_file', arguments: '{"path":"a"}' },
        { type: 'function_call_output', call_id: 'call_1', output: 'aaa' },
      ],
    });
  });

  test('reasoning of its own goes back encrypted', async () => {
    const signature = JSON.stringify({ id: 'rs_1', encrypted_content: 'secret' });
    const thought = { type: 'thought' as const, id: 'r', text: 'Hm.', signature };
    const conversation: ConversationMessage[] = ROUND.map((message) =>
      message.role === 'assistant' ? { ...message, parts: [thought, ...message.parts] } : message,
    );
    const { input } = await body('responses', { conversation });
    expect(input[1]).toEqual({
      type: 'reasoning',
      id: 'rs_1',
      summary: [{ type: 'summary_text', text: 'Hm.' }],
      encrypted_content: 'secret',
    });
  });

  test('a model that cannot reason is not asked about it', async () => {
    const asked = await body('responses', { model: { efforts: [] } });
    expect([asked.include, asked.reasoning]).toEqual([undefined, undefined]);
  });

  test('summaries, encryption and cache keys are left out where they are refused', async () => {
    const requests = await sent(
      'responses',
      { effort: 'low' },
      {
        refusals: [
          refusal('Your organization must be verified to generate reasoning summaries.', {
            param: 'reasoning.summary',
          }),
          refusal("Unsupported parameter: 'include'", { param: 'include' }),
          refusal("Unknown parameter: 'prompt_cache_key'.", { param: 'prompt_cache_key' }),
        ],
      },
    );
    expect(requests.at(-1)?.body).toEqual({
      model: 'stand-in-1',
      stream: true,
      store: false,
      instructions: 'Be brief.',
      reasoning: { effort: 'low' },
      input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello?' }] }],
    });
  });
});

describe('Chat Completions', () => {
  test('a round with a tool is sent whole', async () => {
    const asked = { conversation: ROUND, tools: [READ_FILE], effort: 'high' as const, max_output_tokens: 900 };
    expect(await body('chat', asked)).toEqual({
      model: 'stand-in-1',
      stream: true,
      stream_options: { include_usage: true },
      max_completion_tokens: 900,
      reasoning_effort: 'high',
      tools: [{ type: 'function', function: READ_FILE }],
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Read it.' },
        {
          role: 'assistant',
          content: 'Yes.',
          tool_calls: [{ type: 'function', id: 'call_1', function: { name: 'read_file', arguments: '{"path":"a"}' } }],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'aaa' },
      ],
    });
  });

  test.each<[Endpoint['dialect'] & object, ReasoningEffort, object]>([
    [{ effort_field: 'reasoning' }, 'high', { reasoning: { effort: 'high' } }],
    [{ effort_field: 'reasoning' }, 'none', { reasoning: { enabled: false } }],
    [{ effort_field: 'thinking' }, 'low', { thinking: { type: 'enabled' } }],
    [
      { effort_field: 'thinking', effort_words: { xhigh: 'max' } },
      'xhigh',
      { thinking: { type: 'enabled' }, reasoning_effort: 'max' },
    ],
    [{ effort_field: 'thinking' }, 'none', { thinking: { type: 'disabled' } }],
    [{ effort_field: 'enable_thinking' }, 'none', { chat_template_kwargs: { enable_thinking: false } }],
    [{ effort_field: 'none' }, 'high', {}],
    [{ effort_words: { xhigh: 'high', none: null } }, 'xhigh', { reasoning_effort: 'high' }],
    [{ effort_words: { none: null } }, 'none', {}],
    [
      { has_prompt_progress: true, has_prompt_cache_key: true },
      'low',
      { reasoning_effort: 'low', return_progress: true, prompt_cache_key: 'session-1' },
    ],
    [{ max_tokens_field: 'max_tokens', system_role: 'developer' }, 'low', { reasoning_effort: 'low' }],
  ])('the dialect %o with effort %s', async (dialect, effort, expected) => {
    const asked = await body('chat', { effort, max_output_tokens: 7 }, { dialect });
    const field = dialect.max_tokens_field ?? 'max_completion_tokens';
    expect(asked).toEqual({
      model: 'stand-in-1',
      stream: true,
      stream_options: { include_usage: true },
      [field]: 7,
      messages: [
        { role: dialect.system_role ?? 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hello?' },
      ],
      ...expected,
    });
  });

  test('the caching of Anthropic models behind OpenRouter is asked for', async () => {
    const dialect = { has_cache_control: true } as const;
    expect((await body('chat', { model: { id: 'anthropic/claude-opus-5' } }, { dialect })).cache_control).toEqual({
      type: 'ephemeral',
    });
    expect((await body('chat', { model: { id: 'openai/gpt-5' } }, { dialect })).cache_control).toBeUndefined();
  });

  test('parameters are renamed or left out where they are refused', async () => {
    const requests = await sent(
      'chat',
      { effort: 'low', max_output_tokens: 7 },
      {
        refusals: [
          refusal(
            "Unsupported parameter: 'max_completion_tokens' is not supported with this model. Use 'max_tokens' instead.",
            { param: 'max_completion_tokens' },
          ),
          refusal('Unrecognized request argument supplied: reasoning_effort', {}),
          refusal('stream_options: Extra inputs are not permitted', {}),
        ],
      },
    );
    expect(requests.at(-1)?.body).toEqual({
      model: 'stand-in-1',
      stream: true,
      max_tokens: 7,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hello?' },
      ],
    });
    const other = await sent(
      'chat',
      { max_output_tokens: 7 },
      {
        dialect: { max_tokens_field: 'max_tokens' },
        refusals: [
          refusal(
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
            { param: 'max_tokens', code: 'unsupported_parameter' },
          ),
        ],
      },
    );
    expect(other.map(({ body }) => [body.max_tokens, body.max_completion_tokens])).toEqual([
      [7, undefined],
      [undefined, 7],
    ]);
  });

  test('a refusal that cannot be helped is asked once', async () => {
    const requests = await sent('chat', {}, { refusals: [refusal('messages.0.content: Invalid type')] });
    expect(requests).toHaveLength(1);
  });
});
