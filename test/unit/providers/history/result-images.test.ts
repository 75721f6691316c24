import { describe, expect, test } from 'vitest';
import type { ConversationMessage } from '../../../../src/conversation.ts';
import type { ImageBlock } from '../../../../src/messages.ts';
import { estimateConversationTokens } from '../../../../src/providers/estimate-tokens.ts';
import {
  toAnthropicMessages,
  toChatMessages,
  toResponsesInput,
} from '../../../../src/providers/history/convert-history.ts';
import { reportSwitch } from '../../../../src/providers/history/switch-report.ts';
import type { ModelInfo } from '../../../../src/providers/provider.ts';

const model = (protocol: ModelInfo['protocol'], has_vision?: boolean): ModelInfo => ({
  name: `${protocol}/m`,
  provider: protocol,
  id: 'm',
  protocol,
  ...(has_vision === undefined ? {} : { has_vision }),
});
const image = (name: string, data = 'AAAA', media_type = 'image/png'): ImageBlock => ({
  type: 'image',
  media_type,
  data,
  name,
});
const history = (...images: readonly ImageBlock[]): ConversationMessage[] => [
  { role: 'user', id: 'u', content: 'look', origin: 'person' },
  {
    role: 'assistant',
    model_name: 'other/m',
    parts: images.map((_, at) => ({ type: 'tool_call', id: `c${at}`, name: 'read_file', arguments: '{}' })),
  },
  {
    role: 'tool',
    results: images.map((one, at) => ({
      tool_call_id: `c${at}`,
      name: 'read_file',
      output: `[${one.name}]`,
      images: [one],
      is_error: false,
    })),
  },
];
const steered = (...images: readonly ImageBlock[]): ConversationMessage[] => [
  ...history(...images),
  { role: 'user', id: 'v', content: 'and now?', origin: 'person' },
];

describe('an image that a tool showed', () => {
  test('stands in the result for Anthropic Messages', () => {
    const { messages } = toAnthropicMessages(history(image('a.png')), { model: model('anthropic-messages', true) });
    expect(messages.at(-1)?.content).toEqual([
      {
        type: 'tool_result',
        tool_use_id: 'c0',
        content: [
          { type: 'text', text: '[a.png]' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
        ],
      },
    ]);
  });

  test('stands in the output for OpenAI Responses', () => {
    const { messages } = toResponsesInput(history(image('a.png')), { model: model('openai-responses', true) });
    expect(messages.at(-1)).toEqual({
      type: 'function_call_output',
      call_id: 'c0',
      output: [
        { type: 'input_text', text: '[a.png]' },
        { type: 'input_image', image_url: 'data:image/png;base64,AAAA' },
      ],
    });
  });

  test('stands behind all results of a response for Chat Completions, in one message with what a person added', () => {
    const { messages } = toChatMessages(steered(image('a.png'), image('b.png', 'BBBB')), {
      model: model('openai-chat', true),
    });
    expect(messages.slice(2)).toEqual([
      { role: 'tool', tool_call_id: 'c0', content: '[a.png]' },
      { role: 'tool', tool_call_id: 'c1', content: '[b.png]' },
      {
        role: 'user',
        content: [
          { type: 'text', text: '[What the call c0 showed:]' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          { type: 'text', text: '[What the call c1 showed:]' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,BBBB' } },
          { type: 'text', text: 'and now?' },
        ],
      },
    ]);
  });

  test('is a sentence to a model that does not see, or of which that is not known', () => {
    const told = (has_vision?: boolean) =>
      toChatMessages(history(image('a.png')), { model: model('openai-chat', has_vision) });
    expect(told(false).messages.slice(2)).toEqual([
      {
        role: 'tool',
        tool_call_id: 'c0',
        content: '[a.png]\n[The image "a.png" is not shown: this model cannot see it.]',
      },
    ]);
    expect(JSON.stringify(told().messages)).toContain('whether this model sees is not known (has_vision in the config');
    expect([told(false), told(), told(true)].map(({ report }) => report.images_dropped)).toEqual([1, 1, 0]);
  });

  test('of a kind that services do not know is a sentence too', () => {
    const svg = image('a.svg', 'AAAA', 'image/svg+xml');
    const { messages, report } = toAnthropicMessages(history(svg), { model: model('anthropic-messages', true) });
    expect(JSON.stringify(messages)).not.toContain('AAAA');
    expect(report.images_dropped).toBe(1);
  });

  test('goes along while it is one of the newest twenty, and of 16 MB', () => {
    const shown = (images: readonly ImageBlock[]): string[] => {
      const { messages, report } = toAnthropicMessages(history(...images), {
        model: model('anthropic-messages', true),
      });
      expect(report.images_dropped).toBe(0);
      return Array.from(
        JSON.stringify(messages).matchAll(/\[The image \\"(\w+)\\" is no longer shown/g),
        ([, name = '']) => name,
      );
    };
    expect(shown(Array.from({ length: 22 }, (_, at) => image(`i${at}`)))).toEqual(['i0', 'i1']);
    const large = 'A'.repeat(6 * 1024 * 1024);
    expect(shown(['a', 'b', 'c'].map((name) => image(name, large)))).toEqual(['a']);
  });

  test('counts in a switch and in the estimate', () => {
    const conversation = history(image('a.png'), image('b.png'));
    const request = { system: '', conversation, tools: [] };
    const blind = { target: model('openai-chat', false), previous: model('openai-responses', true) };
    expect(reportSwitch(request, blind).images_dropped).toBe(2);
    expect(reportSwitch(request, { ...blind, target: model('script') }).images_dropped).toBe(2);
    expect(reportSwitch(request, { ...blind, target: model('openai-chat', true) }).images_dropped).toBe(0);
    const bare = history(image('a.png'), image('b.png')).map((message) =>
      message.role === 'tool'
        ? { ...message, results: message.results.map(({ images: _, ...rest }) => rest) }
        : message,
    );
    expect(estimateConversationTokens(conversation) - estimateConversationTokens(bare)).toBe(3000);
  });
});
