import { describe, expect, test } from 'vitest';
import { agUi } from '../../../src/encoders/ag-ui.ts';
import { AgUiRun } from '../../../src/encoders/ag-ui-run.ts';
import type { AgentMessage, AgentMessageBody } from '../../../src/messages.ts';
import { encodeLog, stamped } from '../../helpers/encode-log.ts';
import { parseFrames, verifyAgUi, type WireEvent } from '../../helpers/verify-ag-ui.ts';

const M = { model_name: 'p/m' };
const USAGE = { input_tokens: 10, output_tokens: 4, cache_read_tokens: 5 };
const TOTALS = {
  total_input_tokens: 10,
  total_output_tokens: 4,
  total_cache_read_tokens: 5,
  total_cache_creation_tokens: 0,
  total_reasoning_tokens: 0,
};
const TIMES = { wait_ms: 1, execute_duration_ms: 2, duration_display: '2ms' };

const started: AgentMessageBody[] = [
  { type: 'session_started', session_id: 's', model: 'p/m', cwd: '/', protocol_version: 1 },
  { type: 'turn_started', turn_id: 't1', ...M, input: { id: 'u', content: 'hi' } },
];
const text = (chunk: string, is_complete = false): AgentMessageBody => ({
  type: 'text',
  message_id: 'm',
  chunk,
  is_complete,
  ...M,
});
const call = (id: string): AgentMessageBody => ({
  type: 'tool_call',
  request: { id, name: 'read_file', arguments: '' },
  display_name: 'Read',
  ...M,
});
const done = (status: 'completed' | 'error' | 'cancelled', over: object = {}): AgentMessageBody => ({
  type: 'done',
  turn_id: 't1',
  status,
  stop_reason: 'stop',
  iterations: 1,
  usage: USAGE,
  duration_ms: 5,
  ...over,
});

async function encode(bodies: readonly AgentMessageBody[], ag_ui_compat?: string): Promise<WireEvent[]> {
  async function* messages(): AsyncGenerator<AgentMessage> {
    for (const [index, body] of bodies.entries()) yield { ...body, seq: index + 1, at: 100 + index };
  }
  let frames = '';
  const options = ag_ui_compat === undefined ? {} : { ag_ui_compat };
  for await (const frame of agUi.encode(messages(), options)) frames += frame;
  const events = parseFrames(frames);
  if (ag_ui_compat === undefined) await verifyAgUi(events);
  return events;
}

async function encodeStamped(log: readonly AgentMessage[]): Promise<WireEvent[]> {
  const events = parseFrames(await encodeLog(agUi, log));
  await verifyAgUi(events);
  return events;
}

const types = (events: readonly WireEvent[]): string[] => events.map((event) => event.type);

describe('the ag-ui encoder', () => {
  test('closes the text, the call and the step that a cancel leaves open, then says that the run was cancelled', async () => {
    const open = [...started, text('Hal'), call('c1')];
    const error: AgentMessageBody = {
      type: 'tool_error',
      error: { id: 'c1', name: 'read_file', error: 'Cancelled.' },
      kind: 'cancelled',
      ...M,
      ...TIMES,
    };
    const events = await encode([...open, error, { type: 'cancelled', message: 'Cancelled.' }, done('cancelled')]);
    expect(types(events)).toEqual([
      'RUN_STARTED',
      'STEP_STARTED',
      'TEXT_MESSAGE_START',
      'TEXT_MESSAGE_CONTENT',
      'TEXT_MESSAGE_END',
      'TOOL_CALL_START',
      'TOOL_CALL_END',
      'TOOL_CALL_RESULT',
      'STEP_FINISHED',
      'RUN_FINISHED',
    ]);
    expect(events.at(-1)).toMatchObject({ outcome: { type: 'cancelled' }, runId: 't1', threadId: 's' });
  });

  test('closes everything before an error, which is last, and before the end of a log that was cut off', async () => {
    const failed: AgentMessageBody = {
      type: 'error',
      message: 'Too long.',
      kind: 'context_length',
      status: 400,
      retryable: false,
    };
    const events = await encode([...started, text('Hal'), failed, done('error')]);
    expect(types(events).slice(-3)).toEqual(['TEXT_MESSAGE_END', 'STEP_FINISHED', 'RUN_ERROR']);
    expect(events.at(-1)).toMatchObject({
      message: 'Too long.',
      code: 'context_length',
      usage: [{ provider: 'p', model: 'm', inputTokens: 15, outputTokens: 4, totalTokens: 19, cachedInputTokens: 5 }],
    });
    const cut = await encode([...started, { ...text('Hal'), type: 'thought' } as AgentMessageBody, call('c1')]);
    expect(types(cut).slice(-3)).toEqual(['TOOL_CALL_END', 'STEP_FINISHED', 'RUN_ERROR']);
    expect(types(cut)).toContain('REASONING_END');
  });

  test('sends what was never streamed of the arguments, and nothing of them twice', async () => {
    const ready = (id: string): AgentMessageBody => ({
      type: 'tool_call_ready',
      request: { id, name: 'read_file', arguments: '{"path":"a"}' },
      display_name: 'Read',
    });
    const update = (id: string, chunk: string): AgentMessageBody => ({
      type: 'tool_call_update',
      tool_call_id: id,
      chunk,
      ...M,
    });
    const events = await encode([
      ...started,
      call('c1'),
      ready('c1'),
      call('c2'),
      update('c2', '{"path"'),
      ready('c2'),
      done('completed'),
    ]);
    const args = events
      .filter((event) => event.type === 'TOOL_CALL_ARGS')
      .map((event) => [event.toolCallId, event.delta]);
    expect(args).toEqual([
      ['c1', '{"path":"a"}'],
      ['c2', '{"path"'],
      ['c2', ':"a"}'],
    ]);
  });

  test('ends the calls of a response that is tried again, so that nobody waits for them', async () => {
    const retry: AgentMessageBody = {
      type: 'retrying',
      attempt: 1,
      max_attempts: 5,
      delay_ms: 500,
      error: { message: 'cut', kind: 'stream_interrupted' },
      discarded: ['m', 'c1'],
    };
    const events = await encode([
      ...started,
      text('So', true),
      call('c1'),
      retry,
      { ...text('Now', true), message_id: 'm2' } as AgentMessageBody,
      done('completed'),
    ]);
    expect(types(events)).toContain('TOOL_CALL_RESULT');
    expect(events.find((event) => event.name === 'retrying')?.value).toMatchObject({ discarded: ['m', 'c1'] });
  });

  test('sums the usage of a run per model, and counts cached tokens as part of the input', async () => {
    const usage = (model_name: string, extra: object = {}): AgentMessageBody =>
      ({ type: 'context_usage_update', ...USAGE, ...TOTALS, model_name, ...extra }) as AgentMessageBody;
    const events = await encode([
      ...started,
      usage('p/m'),
      usage('q/n/o'),
      usage('p/m'),
      usage('p/m', { estimated: true }),
      done('completed'),
    ]);
    expect(events.at(-1)?.usage).toEqual([
      { provider: 'p', model: 'm', inputTokens: 30, outputTokens: 8, totalTokens: 38, cachedInputTokens: 10 },
      { provider: 'q', model: 'n/o', inputTokens: 15, outputTokens: 4, totalTokens: 19, cachedInputTokens: 5 },
    ]);
    expect(events.filter((event) => event.type === 'STATE_DELTA')).toHaveLength(4);
  });

  test('keeps what is said between turns for the next run, and says it there', async () => {
    const warning: AgentMessageBody = { type: 'system_warning', message: 'Mind the gap.' };
    const [session, turn] = started as [AgentMessageBody, AgentMessageBody];
    const events = await encode([
      session,
      warning,
      turn,
      done('completed'),
      { type: 'context_cleared', messages_removed: 2 },
    ]);
    expect(types(events)).toEqual(['RUN_STARTED', 'CUSTOM', 'RUN_FINISHED']);
    expect(events[1]).toMatchObject({ name: 'system_warning', value: { message: 'Mind the gap.' } });
  });

  test('makes a halt an interrupt with the ways on, and leaves it out for a client of 0.0.45', async () => {
    const halt = {
      reason: 'budget',
      message: 'The budget is used up.',
      actions: [{ label: 'More', send: '/budget 2' }],
    };
    const halted = [...started, { ...done('completed'), status: 'halted', halt } as AgentMessageBody];
    expect((await encode(halted)).at(-1)?.outcome).toMatchObject({
      type: 'interrupt',
      interrupts: [
        {
          id: 'halt-t1',
          reason: 'budget',
          message: 'The budget is used up.',
          metadata: { agent_chat: { kind: 'halt', halt } },
        },
      ],
    });
    const old = (await encode(halted, '0.0.45')).at(-1);
    expect(old).toMatchObject({ type: 'RUN_FINISHED', result: { status: 'halted' } });
    expect(old).not.toHaveProperty('outcome');
  });

  test('escapes what a terminal would obey, and reads back as the same text', async () => {
    const nasty = 'a\u202eb\u009b31mc\u2028d\u{e0041}';
    const frames = await encodeLog(agUi, stamped([...started, text(nasty, true), done('completed')]));
    expect(frames).not.toMatch(/[\u007f-\u009f\u2028-\u202e]|\udb40[\udc00-\udfff]/);
    expect(parseFrames(frames).find((event) => event.delta !== undefined)?.delta).toBe(nasty);
  });

  test('says nothing of a crashed turn that a resumed session ends first', async () => {
    const resumed = { ...started[0], resumed: true } as AgentMessageBody;
    const error: AgentMessageBody = {
      type: 'tool_error',
      error: { id: 'old', name: 'read_file', error: 'The process ended.' },
      kind: 'failed',
      ...M,
      ...TIMES,
    };
    const left = stamped([resumed, error, done('error'), ...started.slice(1), text('Hi', true), done('completed')]);
    const crashed = left.map((message, index) => (index > 0 && index < 3 ? { ...message, turn_id: 't0' } : message));
    const events = await encodeStamped(crashed as AgentMessage[]);
    expect(types(events)).toEqual([
      'RUN_STARTED',
      'STEP_STARTED',
      'TEXT_MESSAGE_START',
      'TEXT_MESSAGE_CONTENT',
      'TEXT_MESSAGE_END',
      'STEP_FINISHED',
      'RUN_FINISHED',
    ]);
    const whole = await encodeStamped([...stamped([...started, call('old')]), ...left.slice(0, 3)] as AgentMessage[]);
    expect(types(whole).slice(-3)).toEqual(['TOOL_CALL_RESULT', 'STEP_FINISHED', 'RUN_ERROR']);
  });

  test('gives a result within a step, also one that is the first of its run', () => {
    const run = new AgUiRun({ thread_id: 's', run_id: 'r2', iteration: 2 });
    run.start();
    const result: AgentMessageBody = {
      type: 'tool_result',
      result: { id: 'c1', name: 'read_file', arguments: '{}', result: 'text' },
      ...M,
      ...TIMES,
    };
    const complete: AgentMessageBody = { type: 'iteration_complete', iteration: 3, tool_calls: 1 };
    const events = [result, complete].flatMap((body) => run.take({ ...body, seq: 9, at: 1, turn_id: 't1' }));
    expect(events.map((event) => event.type)).toEqual(['STEP_STARTED', 'TOOL_CALL_RESULT', 'STEP_FINISHED']);
  });

  test('does not take the path of a script for a provider', async () => {
    const usage = { type: 'context_usage_update', ...USAGE, ...TOTALS, model_name: 'script:../a/echo.json' };
    const events = await encode([...started, usage as AgentMessageBody, done('completed')]);
    expect(events.at(-1)?.usage).toMatchObject([{ model: 'script:../a/echo.json', inputTokens: 15 }]);
    expect(events.at(-1)?.usage).not.toMatchObject([{ provider: expect.anything() }]);
  });
});
