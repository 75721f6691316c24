import { describe, expect, test } from 'vitest';
import { chatEvents } from '../../../src/encoders/chat-events.ts';
import { json } from '../../../src/encoders/json.ts';
import { encoders, findEncoder } from '../../../src/encoders/registry.ts';
import { segments } from '../../../src/encoders/segments.ts';
import { sse } from '../../../src/encoders/sse.ts';
import { streamJson } from '../../../src/encoders/stream-json.ts';
import { encodedFrames, encodedLines, encodeLog, stamped } from '../../helpers/encode-log.ts';
import { ending, SAMPLE, TURN } from '../../helpers/sample-log.ts';

const withoutMeta = (line: unknown): unknown =>
  JSON.parse(JSON.stringify(line, (key, value) => (key === 'meta' ? undefined : value)));

describe('chat-events', () => {
  test('writes every variant as serde tags it, with its fields in the order of the seed', async () => {
    const lines = await encodedLines(chatEvents, SAMPLE);
    expect(lines.map(withoutMeta).map((line) => JSON.stringify(line))).toEqual([
      '{"SessionStarted":{"session_id":"s1","model":"demo/demo"}}',
      '{"RoundStarted":{"round_id":"t1","session_id":"s1","model":"demo/demo"}}',
      '{"ToolCalled":{"tool_call_id":"c1","round_id":"t1","session_id":"s1","tool_name":"read_file","latency_ms":31,"success":true}}',
      '{"ToolCalled":{"tool_call_id":"c2","round_id":"t1","session_id":"s1","tool_name":"run_command","latency_ms":31,"success":false}}',
      '{"RoundCompleted":{"round_id":"t1","session_id":"s1","status":"success","usage":{"prompt_tokens":23,"completion_tokens":8,"total_tokens":31},"latency_ms":900,"error":null}}',
      '{"MessageCountUpdated":{"session_id":"s1","message_count":4}}',
      '{"SessionCompleted":{"session_id":"s1","status":"completed"}}',
    ]);
  });

  test('stamps each event with a UUID of its own, the time of its message and no trace', async () => {
    const metas = (await encodedLines(chatEvents, SAMPLE)).map(
      (line) => Object.values(line as Record<string, { meta: Record<string, unknown> }>)[0]?.meta ?? {},
    );
    expect(metas[0]).toEqual({
      event_id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      occurred_at: '2026-11-21T00:00:00.000Z',
      trace_id: null,
    });
    expect(new Set(metas.map((meta) => meta.event_id)).size).toBe(metas.length);
    expect(await encodeLog(chatEvents, SAMPLE)).toBe(await encodeLog(chatEvents, SAMPLE));
  });

  test.each([
    ['error', { status: 'error', error: 'No key.' }],
    ['cancelled', { status: 'cancelled', error: null }],
    ['halted', { status: 'error', error: 'Stopped after 50 model calls.' }],
  ] as const)('a turn that ends as %s completes its round and counts no messages', async (status, fields) => {
    const lines = await encodedLines(chatEvents, stamped([...TURN, ...ending(status)]));
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatchObject({ RoundCompleted: fields });
  });
});

describe('segments', () => {
  test('brackets segments, tells calls before they run and ends with Done', async () => {
    const call = (id: string, name: string, json_: string) => ({
      id,
      type: 'function',
      function: { name, arguments: json_ },
    });
    const lines = await encodedLines(segments, SAMPLE);
    expect(lines.slice(0, -1)).toEqual([
      'ThinkingStart',
      { ThinkingDelta: 'Hm' },
      { ThinkingDelta: 'm.' },
      'ThinkingEnd',
      'TextStart',
      { TextDelta: 'Let me' },
      { TextDelta: ' look.' },
      'TextEnd',
      { ToolCallsBegin: [call('c1', 'read_file', '')] },
      {
        ToolCallsStart: [call('c1', 'read_file', '{"path":"a.txt"}'), call('c2', 'run_command', '{"command":"false"}')],
      },
      { ToolResult: { call_id: 'c1', output: { Ok: 'hello' }, duration_ms: 31 } },
      { ToolResult: { call_id: 'c2', output: { Err: 'exit 1' }, duration_ms: 31 } },
      'ToolCallsComplete',
      { Compact: { summary: 'All so far' } },
      { UserSteered: { content: 'quick' } },
      'TextStart',
      { TextDelta: 'Done.' },
      'TextEnd',
    ]);
    expect(lines.at(-1)).toMatchObject({
      Done: { final_response: 'Done.', iterations: 2, stop_reason: 'text_response', model: 'demo/demo', error: null },
    });
  });

  test('Done tells each model call with its usage, its calls and their results', async () => {
    const done = (await encodedLines(segments, SAMPLE)).at(-1) as { Done: { steps: Record<string, unknown>[] } };
    expect(Object.keys(done.Done)).toEqual(['steps', 'final_response', 'iterations', 'stop_reason', 'model', 'error']);
    expect(done.Done.steps).toMatchObject([
      {
        message: { role: 'assistant', content: 'Let me look.', reasoning_content: 'Hmm.' },
        usage: { prompt_tokens: 13, completion_tokens: 4, total_tokens: 17 },
        finish_reason: 'tool_calls',
        tool_calls: [{ id: 'c1' }, { id: 'c2' }],
        tool_results: [
          { role: 'tool', tool_call_id: 'c1', content: 'hello' },
          { role: 'tool', tool_call_id: 'c2', content: 'exit 1' },
        ],
      },
      { message: { content: 'Done.' }, finish_reason: 'stop', tool_calls: [] },
    ]);
  });

  test.each([
    ['error', { stop_reason: 'error', error: 'No key.' }],
    ['cancelled', { stop_reason: 'cancelled', error: null }],
    ['halted', { stop_reason: 'max_iterations', error: null }],
  ] as const)('a turn that ends as %s closes what is open before Done', async (status, fields) => {
    const open = { type: 'text' as const, message_id: 'm1', model_name: 'demo/demo' };
    const log = stamped([
      ...TURN,
      { ...open, chunk: 'Par', is_complete: false },
      { ...open, chunk: '', is_complete: true },
      ...ending(status),
    ]);
    const lines = await encodedLines(segments, log);
    expect(lines.slice(0, -1)).toEqual(['TextStart', { TextDelta: 'Par' }, 'TextEnd']);
    expect(lines.at(-1)).toMatchObject({ Done: fields });
  });
});

describe('sse', () => {
  test('writes every event of a whole turn, tagged in snake_case, absent options as null', async () => {
    expect(await encodedFrames(sse, SAMPLE)).toEqual([
      { type: 'prompt_progress', processed: 5, total: 9, cached: 1, time_ms: 40 },
      { type: 'reasoning_delta', content: 'Hm' },
      { type: 'reasoning_delta', content: 'm.' },
      { type: 'text_delta', content: 'Let me' },
      { type: 'text_delta', content: ' look.' },
      {
        type: 'tool_call_start',
        tool_call: { id: 'c2', name: 'run_command', arguments: { command: 'false' } },
        display_name: 'Run',
        args_summary: null,
      },
      {
        type: 'tool_call_start',
        tool_call: { id: 'c1', name: 'read_file', arguments: { path: 'a.txt' } },
        display_name: 'Read',
        args_summary: 'a.txt',
      },
      {
        type: 'tool_call_complete',
        tool_name: 'read_file',
        result: { tool_call_id: 'c1', content: 'hello', success: true },
        wait_ms: 2,
        execute_duration_ms: 31,
        display_name: 'Read',
        duration_display: '31ms',
      },
      {
        type: 'tool_call_complete',
        tool_name: 'run_command',
        result: { tool_call_id: 'c2', content: 'exit 1', success: false },
        wait_ms: 2,
        execute_duration_ms: 31,
        display_name: 'Run',
        duration_display: '31ms',
      },
      { type: 'iteration_complete', iteration: 1, tool_calls: 2 },
      { type: 'system_warning', message: 'Slow.', suggested_action: '/model' },
      { type: 'text_delta', content: 'Done.' },
      { type: 'iteration_complete', iteration: 2, tool_calls: 0 },
      { type: 'final_answer', content: 'Done.' },
    ]);
  });

  test.each([
    ['error', [{ type: 'error', message: 'No key.' }]],
    ['cancelled', []],
    ['halted', [{ type: 'error', message: 'Stopped after 50 model calls.' }]],
  ] as const)('a turn that ends as %s has this last word', async (status, frames) => {
    expect(await encodedFrames(sse, stamped([...TURN, ...ending(status)]))).toEqual(frames);
  });

  test('frames each event as one data line, also when a text looks like a frame', async () => {
    const text = { type: 'text' as const, message_id: 'm1', is_complete: true, model_name: 'demo/demo' };
    const encoded = await encodeLog(sse, stamped([...TURN, { ...text, chunk: 'a\n\ndata: {}\n\n\u2028b' }]));
    expect(encoded).toBe('data: {"type":"text_delta","content":"a\\n\\ndata: {}\\n\\n\\u2028b"}\n\n');
  });
});

describe('stream-json', () => {
  test('is the log itself, one message a line', async () => {
    expect(await encodedLines(streamJson, SAMPLE)).toEqual(SAMPLE);
  });

  test('escapes what a terminal would obey', async () => {
    const text = { type: 'text' as const, message_id: 'm1', is_complete: true, model_name: 'demo/demo' };
    const log = stamped([{ ...text, chunk: '\u001b]52;c;x\u0007\u009b31m\u202e\u{e0041}\ud800' }]);
    const encoded = await encodeLog(streamJson, log);
    expect(encoded).toMatch(/^[\x20-\x7e]*\n$/);
    expect(JSON.parse(encoded)).toEqual(log[0]);
  });
});

describe('json', () => {
  test('sums the run up in one object', async () => {
    const lines = await encodedLines(json, SAMPLE);
    expect(lines).toEqual([
      {
        type: 'result',
        protocol_version: 1,
        session_id: 's1',
        model: 'demo/demo',
        status: 'completed',
        final_text: 'Done.',
        stop_reason: 'stop',
        turns: 1,
        iterations: 2,
        duration_ms: 900,
        usage: { input_tokens: 20, output_tokens: 8, cache_read_tokens: 3 },
        cost: 0.5,
        tool_calls: [
          expect.objectContaining({ id: 'c1', name: 'read_file', status: 'completed', output: 'hello' }),
          expect.objectContaining({ id: 'c2', name: 'run_command', status: 'failed', output: 'exit 1' }),
        ],
        warnings: ['Slow.'],
      },
    ]);
  });

  test('leaves the text of a response that was tried again out of the answer', async () => {
    const piece = { is_complete: true, model_name: 'demo/demo' };
    const error = { message: 'cut', kind: 'stream_interrupted' as const };
    const log = stamped([
      ...TURN.slice(0, 1),
      { type: 'text', message_id: 'void', chunk: 'Half', ...piece },
      { type: 'retrying', attempt: 1, max_attempts: 5, delay_ms: 0, error, discarded: ['void'] },
      { type: 'text', message_id: 'kept', chunk: 'Whole', ...piece },
      ...ending('cancelled'),
    ]);
    expect(await encodedLines(json, log)).toMatchObject([{ status: 'cancelled', final_text: 'Whole' }]);
  });

  test('says that a run is incomplete when its turn has no end', async () => {
    expect(await encodedLines(json, stamped(TURN))).toMatchObject([{ status: 'incomplete', final_text: '' }]);
  });

  test('names the halt and the error', async () => {
    const [halted] = await encodedLines(json, stamped([...TURN, ...ending('halted')]));
    expect(halted).toMatchObject({ status: 'halted', halt: { reason: 'max_iterations' } });
    const [failed] = await encodedLines(json, stamped([...TURN, ...ending('error')]));
    expect(failed).toMatchObject({ status: 'error', error: { message: 'No key.', kind: 'auth', status: 401 } });
  });
});

test('every vocabulary is found by its name', () => {
  const names = ['text', 'json', 'stream-json', 'chat-events', 'segments', 'sse', 'ag-ui'];
  expect(encoders.map((encoder) => encoder.name)).toEqual(names);
  expect(names.map((name) => findEncoder(name)?.name)).toEqual(names);
  expect(findEncoder('xml')).toBeUndefined();
});

const others = encoders.filter(({ name }) => name !== 'ag-ui');
test.each(others.map((encoder) => [encoder.name, encoder] as const))(
  '%s ignores types it does not know',
  async (name, encoder) => {
    const odd = { type: 'from_the_future', seq: 3, at: 0, payload: 1 } as never;
    const log = [...SAMPLE.slice(0, 2), odd, ...SAMPLE.slice(2)];
    const native = name === 'stream-json' ? `${JSON.stringify(odd)}\n` : '';
    expect((await encodeLog(encoder, log)).replace(native, '')).toBe(await encodeLog(encoder, SAMPLE));
  },
);
