import { AGUIMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { driveRemote, told } from '../../helpers/drive-remote.ts';

/** A server of AG-UI that nobody here wrote. */
const mock = new AGUIMock();

beforeAll(async () => {
  mock.onPredicate(
    (input) => input.messages?.at(-1)?.role === 'tool',
    [
      { type: 'RUN_STARTED', threadId: 't', runId: 'r' },
      { type: 'TEXT_MESSAGE_START', messageId: 'after', role: 'assistant' },
      { type: 'TEXT_MESSAGE_CONTENT', messageId: 'after', delta: 'Blue it is.' },
      { type: 'TEXT_MESSAGE_END', messageId: 'after' },
      { type: 'RUN_FINISHED', threadId: 't', runId: 'r' },
    ],
  );
  mock.onMessage('hello', 'Hi! How can I help?');
  mock.onReasoning('think', 'I consider it.');
  mock.onToolCall('search', 'web_search', '{"query":"x"}', { result: 'three hits' });
  mock.onToolCall('colour', 'pick_colour', '{"of":["red","blue"]}');
  mock.onStateKey('state please', { count: 1 });
  await mock.start();
});
afterAll(() => mock.stop());

describe('connect against the AG-UI server of aimock', () => {
  test('shows text, thoughts and tool calls with their results', async () => {
    const driven = driveRemote({ url: mock.url });
    expect((await driven.ask('hello')).final_text).toBe('Hi! How can I help?');
    await driven.ask('think about it');
    await driven.ask('search the web');
    const words = told(driven);
    expect(words).toContain('text Hi! How can I help?');
    expect(words).toContain('thought I consider it.');
    expect(words).toEqual(expect.arrayContaining(['call web_search', 'ready {"query":"x"}', 'result three hits']));
    expect(driven.log.filter((message) => message.type === 'error')).toEqual([]);
    await driven.close();
  });

  test('lets the person answer a call of a front-end tool, and shows what comes of it', async () => {
    const driven = driveRemote({ url: mock.url });
    driven.send({ type: 'text', content: 'which colour' });
    const asked = await driven.next('approval_requested');
    expect(asked.reason).toContain('pick_colour');
    driven.send({ type: 'approve', tool_call_id: asked.tool_call_id, decision: 'once', note: 'blue' });
    expect((await driven.next('done')).final_text).toBe('Blue it is.');
    told(driven);
    await driven.close();
  });
});
