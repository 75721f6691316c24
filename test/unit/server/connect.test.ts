import { describe, expect, test } from 'vitest';
import {
  asRun,
  call,
  drive,
  driveRemote,
  end,
  rawServer,
  result,
  say,
  sendEvents,
  start,
  told,
} from '../../helpers/drive-remote.ts';

describe('what a remote agent says', () => {
  test('becomes thoughts, texts, tool calls and steps, with the usage of the run', async () => {
    const driven = await drive([
      { type: 'RUN_STARTED', threadId: 't', runId: 'r' },
      { type: 'STEP_STARTED', stepName: 's' },
      { type: 'REASONING_START', messageId: 'x' },
      { type: 'REASONING_MESSAGE_START', messageId: 'x', role: 'reasoning' },
      { type: 'REASONING_MESSAGE_CONTENT', messageId: 'x', delta: 'Let me ' },
      { type: 'REASONING_MESSAGE_CONTENT', messageId: 'x', delta: 'see.' },
      { type: 'REASONING_MESSAGE_END', messageId: 'x' },
      { type: 'REASONING_END', messageId: 'x' },
      start('m1'),
      say('m1', 'I look.'),
      end('m1'),
      ...call('c1', 'search', '{"q":1}'),
      ...call('c2', 'search', ''),
      result('c2', [{ type: 'text', text: 'second' }]),
      result('c1', 'first'),
      { type: 'STEP_FINISHED', stepName: 's' },
      start('m2'),
      say('m2', 'Found.'),
      end('m2'),
      {
        type: 'RUN_FINISHED',
        threadId: 't',
        runId: 'r',
        usage: [{ provider: 'p', model: 'm', inputTokens: 10, outputTokens: 4, cachedInputTokens: 6 }],
      },
    ]);
    const done = await driven.ask('look');
    expect(told(driven)).toEqual([
      'turn_started',
      'thought Let me see.',
      'text I look.',
      'call search',
      'ready {"q":1}',
      'call search',
      'ready {}',
      'tool_started',
      'result second',
      'tool_started',
      'result first',
      'iteration_complete',
      'text Found.',
      'iteration_complete',
      'done completed',
    ]);
    expect(done).toMatchObject({
      final_text: 'Found.',
      iterations: 2,
      usage: { input_tokens: 4, output_tokens: 4, cache_read_tokens: 6 },
    });
  });

  test('is the same in the chunk forms and with the names that AG-UI had before 1.0', async () => {
    const driven = await drive(
      asRun(
        [
          { type: 'THINKING_START', title: 'x' },
          { type: 'THINKING_TEXT_MESSAGE_START' },
          { type: 'THINKING_TEXT_MESSAGE_CONTENT', delta: 'hm' },
          { type: 'THINKING_TEXT_MESSAGE_END' },
          { type: 'THINKING_END' },
          { type: 'REASONING_MESSAGE_CHUNK', messageId: 'q', delta: 'so' },
          { type: 'TEXT_MESSAGE_CHUNK', messageId: 'm1', role: 'assistant', delta: 'One ' },
          { type: 'TEXT_MESSAGE_CHUNK', delta: 'two.' },
          { type: 'TEXT_MESSAGE_CHUNK', messageId: 'm2', delta: 'Three.' },
          { type: 'TOOL_CALL_CHUNK', toolCallId: 'c1', toolCallName: 'a', delta: '{"x"' },
          { type: 'TOOL_CALL_CHUNK', delta: ':1}' },
          result('c1', 'ok'),
        ],
        null,
      ),
    );
    await driven.ask('go');
    expect(told(driven)).toEqual([
      'turn_started',
      'thought hm',
      'thought so',
      'text One two.',
      'text Three.',
      'call a',
      'ready {"x":1}',
      'tool_started',
      'result ok',
      'iteration_complete',
      'done completed',
    ]);
  });

  test('is not lost when it comes in an order that no verifier would pass', async () => {
    const driven = await drive(
      asRun([
        say('m1', 'never started '),
        say('m2', 'other'),
        say('m1', 'again'),
        { type: 'TOOL_CALL_ARGS', toolCallId: 'ghost', delta: 'x' },
        ...call('c1', 'one'),
        ...call('c2', 'two').slice(0, 2),
        result('c1', '1'),
        say('m3', 'while it runs'),
        { type: 'TOOL_CALL_END', toolCallId: 'c2' },
        result('c2', '2'),
        result('c2', 'twice'),
        result('c9', 'from nowhere'),
        start('m4', 'user'),
        say('m4', 'quoted'),
        { type: 'TOOL_CALL_START', toolCallId: 'c3', toolCallName: 'never ended' },
        { type: 'TOOL_CALL_ARGS', toolCallId: 'c3', delta: '{"half":' },
        say('m5', 'the end'),
      ]),
    );
    await driven.ask('go');
    const words = told(driven);
    for (const text of ['never started ', 'other', 'again', 'while it runs', '[user] quoted', 'the end']) {
      expect(words).toContain(`text ${text}`);
    }
    for (const each of ['result 1', 'result 2', 'result from nowhere']) expect(words).toContain(each);
    expect(words).not.toContain('result twice');
    expect(words.at(-1)).toBe('done completed');
  });

  test('is shown from a snapshot when it was never streamed, and not twice when it was', async () => {
    const messages = [
      { id: 'u', role: 'user', content: 'go' },
      { id: 'm1', role: 'assistant', content: 'streamed' },
      { id: 'm2', role: 'assistant', content: 'only here' },
    ];
    const driven = await drive(
      asRun([start('m1'), say('m1', 'streamed'), end('m1'), { type: 'MESSAGES_SNAPSHOT', messages }]),
      asRun([]),
    );
    await driven.ask('go');
    expect(told(driven).filter((word) => word.startsWith('text'))).toEqual(['text streamed', 'text only here']);
    await driven.ask('more');
    expect(driven.server.bodies[1]?.messages).toEqual([
      ...messages,
      { id: expect.any(String), role: 'user', content: 'more' },
    ]);
  });

  test('keeps state and activities for who asks, shows an activity as it ended, and sends the state back', async () => {
    const driven = await drive(
      asRun([
        { type: 'STATE_SNAPSHOT', snapshot: { list: [1] } },
        { type: 'STATE_DELTA', delta: [{ op: 'add', path: '/list/-', value: 2 }] },
        { type: 'STATE_DELTA', delta: [{ op: 'remove', path: '/nothing' }] },
        { type: 'ACTIVITY_SNAPSHOT', messageId: 'a', activityType: 'PLAN', content: { steps: 1 } },
        {
          type: 'ACTIVITY_DELTA',
          messageId: 'a',
          activityType: 'PLAN',
          patch: [{ op: 'replace', path: '/steps', value: 2 }],
        },
        { type: 'CUSTOM', name: 'their_own', value: { x: 1 } },
        { type: 'RAW', event: { y: 2 } },
        { type: 'SUBAGENT_STARTED', subagentRunId: 's1', name: 'Helper', description: 'helps' },
        { type: 'SUBAGENT_FINISHED', subagentRunId: 's1' },
        { type: 'NEVER_HEARD_OF', whatever: true },
      ]),
    );
    await driven.ask('go');
    expect(told(driven)).toEqual([
      'turn_started',
      'system_warning',
      'thought Subagent Helper: helps',
      'call PLAN',
      'ready {"steps":2}',
      'tool_started',
      'result {\n  "steps": 2\n}',
      'iteration_complete',
      'done completed',
    ]);
    for (const text of ['"list"', 'PLAN', '"steps": 2', '{"their_own":{"x":1}}', '{"y":2}', 'NEVER_HEARD_OF 1']) {
      expect(driven.agent.inspect()).toContain(text);
    }
    await driven.ask('again');
    expect(driven.server.bodies[1]?.state).toEqual({ list: [1, 2] });
  });

  test('is sent back with the next message as AG-UI wants it', async () => {
    const driven = await drive(
      asRun([start('m1'), say('m1', 'Hi.'), end('m1'), ...call('c1', 'a', '{}'), result('c1', 'ok')]),
    );
    await driven.ask('one');
    await driven.ask('two');
    expect(driven.server.bodies[1]).toMatchObject({
      threadId: driven.server.bodies[0]?.threadId,
      messages: [
        { role: 'user', content: 'one' },
        { id: 'm1', role: 'assistant', content: 'Hi.' },
        { role: 'assistant', toolCalls: [{ id: 'c1', type: 'function', function: { name: 'a', arguments: '{}' } }] },
        { role: 'tool', toolCallId: 'c1', content: 'ok' },
        { role: 'user', content: 'two' },
      ],
    });
  });

  test('is sent back at its end only where the agent says that it keeps it, and whole elsewhere', async () => {
    const paths = { messages_url: '/m', turn_id: 't' };
    const long = 'a'.repeat(150_000);
    for (const [value, expected] of [
      [paths, [1, 3, 5, 7]],
      [{ ...paths, events_url: '/e' }, [1, 2, 2, 4]],
    ] as const) {
      const hello = { type: 'CUSTOM', name: 'agent_chat_session', value };
      const sent: unknown[][] = [];
      const server = await rawServer((response, count) => {
        sent.push(server.bodies.at(-1)?.messages as unknown[]);
        sendEvents(response, asRun([hello, start(`m${count}`), say(`m${count}`, 'Hi.'), end(`m${count}`)]));
      });
      const driven = driveRemote({ url: server.url });
      for (const words of [long, long, long, 'last']) await driven.ask(words);
      expect(sent.map(({ length }) => length)).toEqual(expected);
      expect(sent.at(-1)?.at(-1)).toMatchObject({ content: 'last' });
      await driven.close();
      await server.close();
    }
  });
});
