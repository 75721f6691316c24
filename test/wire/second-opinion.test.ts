import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConversationMessage } from '../../src/conversation.ts';
import { createProvider, foldResponse, person, requestFor } from './collect.ts';

/** A stand-in for the services that nobody here wrote. */
const mock = new LLMock({ port: 0 });

beforeAll(async () => {
  mock.on({ toolCallId: 'call_1' }, { content: 'It says: aaa.' });
  mock.onMessage('think', { reasoning: 'Let me think about it.', content: 'Thought about.' });
  mock.onMessage('both files', {
    toolCalls: [
      { id: 'call_1', name: 'read_file', arguments: '{"path":"a"}' },
      { id: 'call_2', name: 'read_file', arguments: '{"path":"b"}' },
    ],
  });
  mock.onMessage('too often', { error: { message: 'Slow down', type: 'rate_limit_error' }, status: 429 });
  await mock.start();
});
afterAll(() => mock.stop());

const READ_FILE = { name: 'read_file', description: 'Reads a file.', parameters: { type: 'object', properties: {} } };
const RESULT: readonly ConversationMessage[] = [
  person('Read a.'),
  {
    role: 'assistant',
    model_name: 'stand-in/stand-in-1',
    parts: [{ type: 'tool_call', id: 'call_1', name: 'read_file', arguments: '{"path":"a"}' }],
  },
  { role: 'tool', results: [{ tool_call_id: 'call_1', name: 'read_file', output: 'aaa', is_error: false }] },
];

describe.each(['anthropic', 'responses', 'chat'] as const)('another stand-in for %s', (protocol) => {
  const ask = (conversation: readonly ConversationMessage[]) =>
    foldResponse(
      createProvider(protocol, protocol === 'anthropic' ? mock.url : `${mock.url}/v1`),
      requestFor(protocol, { conversation, tools: [READ_FILE], effort: 'high' }),
    );

  test('is understood when it thinks and answers', async () => {
    const { thoughts, texts, finish, error } = await ask([person('Please think.')]);
    expect([thoughts.map(({ text }) => text).join(''), texts.join(''), finish, error]).toEqual([
      'Let me think about it.',
      'Thought about.',
      'stop',
      undefined,
    ]);
  });

  test('is understood when it calls two tools', async () => {
    const { calls, finish, error } = await ask([person('Read both files.')]);
    expect([calls.map((call) => [call.name, call.arguments]), finish, error]).toEqual([
      [
        ['read_file', '{"path":"a"}'],
        ['read_file', '{"path":"b"}'],
      ],
      'tool_calls',
      undefined,
    ]);
  });

  test('understands the result of a call', async () => {
    expect((await ask(RESULT)).texts.join('')).toBe('It says: aaa.');
  });

  test('is understood when it refuses', async () => {
    const { error } = await ask([person('Too often?'.toLowerCase())]);
    expect(error?.details).toMatchObject({ kind: 'rate_limit', status: 429, retryable: true });
  });
});
