import { describe, expect, test } from 'vitest';
import type { AssistantPart, AssistantTurn, ConversationMessage, ToolOutcome } from '../../../../src/conversation.ts';
import type { UserContent } from '../../../../src/messages.ts';
import { PROVIDER_TABLE } from '../../../../src/providers/catalog/provider-table.ts';
import {
  toAnthropicMessages,
  toChatMessages,
  toResponsesInput,
} from '../../../../src/providers/history/convert-history.ts';
import { MISSING_RESULT, repairHistory } from '../../../../src/providers/history/repair-history.ts';
import type { ModelInfo } from '../../../../src/providers/provider.ts';

const claude: ModelInfo = {
  name: 'anthropic/claude',
  provider: 'anthropic',
  id: 'claude',
  protocol: 'anthropic-messages',
};
const gpt: ModelInfo = { name: 'openai/gpt', provider: 'openai', id: 'gpt', protocol: 'openai-responses' };
const plain: ModelInfo = {
  name: 'groq/llama',
  provider: 'groq',
  id: 'llama',
  protocol: 'openai-chat',
  has_vision: false,
};

const user = (content: UserContent, id = 'u'): ConversationMessage => ({ role: 'user', id, content, origin: 'person' });
const assistant = (model: ModelInfo, ...parts: AssistantPart[]): AssistantTurn => ({
  role: 'assistant',
  model_name: model.name,
  parts,
});
const text = (words: string): AssistantPart => ({ type: 'text', id: 't', text: words });
const thought = (words: string, signature?: string): AssistantPart => ({
  type: 'thought',
  id: 'h',
  text: words,
  ...(signature === undefined ? {} : { signature }),
});
const call = (id: string, json = '{"path":"a"}'): AssistantPart => ({
  type: 'tool_call',
  id,
  name: 'read_file',
  arguments: json,
});
const outcome = (id: string, output = 'ok', is_error = false): ToolOutcome => ({
  tool_call_id: id,
  name: 'read_file',
  output,
  is_error,
});
const tool = (...results: ToolOutcome[]): ConversationMessage => ({ role: 'tool', results });

describe('a conversation for Anthropic Messages', () => {
  test('keeps its own signed thoughts, and puts results before what a person added behind them', () => {
    const history = [
      user('read'),
      assistant(claude, thought('hm', 'sig'), text('Reading.'), call('toolu_1'), call('toolu_2')),
      tool(outcome('toolu_1'), outcome('toolu_2', 'gone', true)),
      user('quick'),
    ];
    expect(toAnthropicMessages(history, { model: claude })).toEqual({
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'read' }] },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm', signature: 'sig' },
            { type: 'text', text: 'Reading.' },
            { type: 'tool_use', id: 'toolu_1', name: 'read_file', input: { path: 'a' } },
            { type: 'tool_use', id: 'toolu_2', name: 'read_file', input: { path: 'a' } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'toolu_1', content: 'ok' },
            { type: 'tool_result', tool_use_id: 'toolu_2', content: 'gone', is_error: true },
            { type: 'text', text: 'quick' },
          ],
        },
      ],
      report: { thoughts_dropped: 0, images_dropped: 0, ids_rewritten: 0 },
      may_think_with_budget: true,
    });
  });

  test('gives a redacted thought back as it came', () => {
    const redacted: AssistantPart = { type: 'thought', id: 'h', text: '', signature: 'secret', redacted: true };
    const { messages } = toAnthropicMessages([user('a'), assistant(claude, redacted, text('b')), user('c')], {
      model: claude,
    });
    expect(messages[1]?.content).toEqual([
      { type: 'redacted_thinking', data: 'secret' },
      { type: 'text', text: 'b' },
    ]);
  });

  test('drops the thoughts of others and rewrites their ids, in calls and results alike', () => {
    const history = [
      user('a'),
      assistant(gpt, thought('hm', '{"id":"rs"}'), call('call.1|fc')),
      tool(outcome('call.1|fc')),
    ];
    const { messages, report, may_think_with_budget } = toAnthropicMessages(history, { model: claude });
    const asked = (messages[1]?.content as unknown as { id: string }[] | undefined)?.[0];
    const given = (messages[2]?.content as unknown as { tool_use_id: string }[] | undefined)?.[0];
    expect(asked?.id).toMatch(/^[\w-]{1,64}$/);
    expect(given?.tool_use_id).toBe(asked?.id);
    expect(report).toEqual({ thoughts_dropped: 1, images_dropped: 0, ids_rewritten: 1 });
    expect(may_think_with_budget).toBe(false);
  });
});

describe('a conversation for OpenAI Responses', () => {
  const signature = JSON.stringify({ id: 'rs_1', encrypted_content: 'gAAA' });

  test('sends reasoning items back with what followed them', () => {
    const history = [
      user('a'),
      assistant(gpt, thought('hm', signature), call('call_1')),
      tool(outcome('call_1', 'no', true)),
    ];
    expect(toResponsesInput(history, { model: gpt }).messages).toEqual([
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'a' }] },
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'hm' }], encrypted_content: 'gAAA' },
      { type: 'function_call', call_id: 'call_1', name: 'read_file', arguments: '{"path":"a"}' },
      { type: 'function_call_output', call_id: 'call_1', output: 'Error: no' },
    ]);
  });

  test('never sends a reasoning item that nothing follows', () => {
    const history = [user('a'), assistant(gpt, text('b'), thought('hm', signature)), user('c')];
    const { messages, report } = toResponsesInput(history, { model: gpt });
    expect(messages.map((item) => item.type)).toEqual(['message', 'message', 'message']);
    expect(report.thoughts_dropped).toBe(1);
  });
});

describe('a conversation for Chat Completions', () => {
  test('is plain strings where there is no image', () => {
    const history = [
      user('a'),
      assistant(plain, text('b'), call('c1'), call('c2')),
      tool(outcome('c1'), outcome('c2')),
    ];
    expect(toChatMessages(history, { model: plain }).messages).toEqual([
      { role: 'user', content: 'a' },
      {
        role: 'assistant',
        content: 'b',
        tool_calls: [
          { type: 'function', id: 'c1', function: { name: 'read_file', arguments: '{"path":"a"}' } },
          { type: 'function', id: 'c2', function: { name: 'read_file', arguments: '{"path":"a"}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'ok' },
      { role: 'tool', tool_call_id: 'c2', content: 'ok' },
    ]);
  });

  test('says in a sentence that an image was there, to a model that sees none', () => {
    const image = { type: 'image', media_type: 'image/png', data: 'AAAA', name: 'cat.png' } as const;
    const { messages, report } = toChatMessages([user([{ type: 'text', text: 'look' }, image])], { model: plain });
    expect(messages).toEqual([
      {
        role: 'user',
        content: 'look\n\n[An image "cat.png" (image/png) was attached here; this model cannot see it.]',
      },
    ]);
    expect(report.images_dropped).toBe(1);
  });

  test.each([
    ['deepseek', { reasoning_content: 'hm' }],
    ['ollama', { reasoning: 'hm' }],
    ['groq', {}],
  ])('gives the thoughts behind a call back to %s in the field that it wants', (provider, expected) => {
    const model: ModelInfo = { ...plain, name: `${provider}/m`, provider };
    const history = [user('a'), assistant(model, thought('hm'), call('c1')), tool(outcome('c1'))];
    const { messages } = toChatMessages(history, { model, dialect: PROVIDER_TABLE[provider]?.dialect });
    const { role, content, tool_calls, ...rest } = messages[1] as unknown as Record<string, unknown>;
    expect(rest).toEqual(expected);
  });

  test('gives OpenRouter its reasoning details back as they came', () => {
    const model: ModelInfo = { ...plain, name: 'openrouter/m', provider: 'openrouter' };
    const details = [{ type: 'reasoning.encrypted', data: 'x' }];
    const history = [user('a'), assistant(model, thought('hm', JSON.stringify(details)), text('b')), user('c')];
    const { messages } = toChatMessages(history, { model, dialect: PROVIDER_TABLE.openrouter?.dialect });
    expect(messages[1]).toEqual({ role: 'assistant', content: 'b', reasoning_details: details });
  });

  test('signs calls for Gemini: its own as they came, foreign ones as foreign', () => {
    const model: ModelInfo = { ...plain, name: 'gemini/m', provider: 'gemini' };
    const own: AssistantPart = { type: 'tool_call', id: 'c1', name: 'x', arguments: '{}', signature: 'own' };
    const history = [
      user('a'),
      assistant(model, own),
      tool(outcome('c1')),
      assistant(gpt, call('c2')),
      tool(outcome('c2')),
    ];
    const { messages } = toChatMessages(history, { model, dialect: PROVIDER_TABLE.gemini?.dialect });
    const signatures = JSON.stringify(messages).match(/"thought_signature":"(\w+)"/g);
    expect(signatures).toEqual(['"thought_signature":"own"', '"thought_signature":"skip_thought_signature_validator"']);
  });

  test('bends to Mistral: ids of nine characters, and an answer between a result and a person', () => {
    const model: ModelInfo = { ...plain, name: 'mistral/m', provider: 'mistral' };
    const history = [
      user('a'),
      assistant(gpt, call('call_1'), call('call_2')),
      tool(outcome('call_1'), outcome('call_2')),
      user('b'),
    ];
    const { messages, report } = toChatMessages(history, { model, dialect: PROVIDER_TABLE.mistral?.dialect });
    const roles = messages.map((message) => message.role);
    expect(roles).toEqual(['user', 'assistant', 'tool', 'tool', 'assistant', 'user']);
    expect(JSON.stringify(messages).match(/"(?:id|tool_call_id)":"[A-Za-z0-9]{9}"/g)).toHaveLength(4);
    expect(report.ids_rewritten).toBe(2);
  });

  test('never makes one id of two', () => {
    const long = 'x'.repeat(50);
    const history = [
      user('a'),
      assistant(gpt, call(`${long}1`), call(`${long}2`)),
      tool(outcome(`${long}1`), outcome(`${long}2`)),
    ];
    const { messages } = toChatMessages(history, { model: plain });
    const ids = messages.flatMap((message) => (message.role === 'tool' ? [message.tool_call_id] : []));
    expect(new Set(ids).size).toBe(2);
    expect(ids.every((id) => id.length <= 40)).toBe(true);
  });

  test('does not change what earlier ids became when the conversation grows', () => {
    const long = 'x'.repeat(50);
    const before = [user('a'), assistant(gpt, call(long)), tool(outcome(long))];
    const after = [...before, assistant(gpt, call(`${long}y`)), tool(outcome(`${long}y`))];
    const written = (history: readonly ConversationMessage[]) => toChatMessages(history, { model: plain }).messages;
    expect(written(after).slice(0, 3)).toEqual(written(before));
  });
});

describe('the repair', () => {
  test('gives a call without a result a synthetic error, right behind it', () => {
    const repaired = repairHistory([user('a'), assistant(gpt, call('c1'), call('c2')), tool(outcome('c2')), user('b')]);
    expect(repaired[2]).toEqual(tool(outcome('c1', MISSING_RESULT, true), outcome('c2')));
  });

  test('drops results without a call, and brings a result that came late to its call', () => {
    const repaired = repairHistory([
      tool(outcome('x')),
      user('a'),
      assistant(gpt, call('c1')),
      user('b'),
      tool(outcome('c1', 'late')),
    ]);
    expect(repaired.map((message) => message.role)).toEqual(['user', 'assistant', 'tool', 'user']);
    expect(repaired[2]).toEqual(tool(outcome('c1', 'late')));
  });

  test('gives calls that share an id each their own result', () => {
    const repaired = repairHistory([
      user('a'),
      assistant(gpt, call('c'), call('c')),
      tool(outcome('c', '1'), outcome('c', '2')),
    ]);
    expect(repaired[2]).toEqual(tool(outcome('c', '1'), { ...outcome('c_2', '2') }));
  });

  test('leaves nothing empty and no half of a surrogate pair', () => {
    const repaired = repairHistory([
      user('  '),
      assistant(gpt, text(' \n'), thought('')),
      user([{ type: 'text', text: '' }]),
      assistant(gpt, text('a\ud83d'), call('c', 'no json')),
      tool(outcome('c', '')),
    ]);
    expect(repaired).toEqual([
      user('(empty message)'),
      user('(empty message)'),
      assistant(gpt, text('a\uFFFD'), call('c', '{"invalid_arguments":"no json"}')),
      tool(outcome('c', '(no output)')),
    ]);
  });

  test('lets a person speak first', () => {
    expect(repairHistory([assistant(gpt, text('hello'))])[0]?.role).toBe('user');
  });
});
