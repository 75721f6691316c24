import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AGENT_SCHEMAS, messageSchema, USER_SCHEMAS } from '../../src/message-schema.ts';
import type { UserMessage } from '../../src/messages.ts';
import { parseAgentMessage, parseUserMessage } from '../../src/parse-message.ts';
import { generatedRun } from '../helpers/generate-run.ts';

const MESSAGES: readonly UserMessage[] = [
  { type: 'text', id: 'u1', content: 'Hello', delivery: 'queue', expected_turn_id: 't1' },
  {
    type: 'text',
    id: 'u2',
    content: [
      { type: 'text', text: 'See' },
      { type: 'image', media_type: 'image/png', data: 'AA==' },
      { type: 'file', name: 'a.txt', text: 'a' },
    ],
  },
  { type: 'cancel', id: 'u3' },
  { type: 'clear_context', id: 'u4' },
  { type: 'switch_model', id: 'u5', model: 'demo/demo:high' },
  { type: 'update_tools', id: 'u6', tools: ['read_file'] },
  { type: 'set_reasoning_effort', id: 'u7', effort: 'xhigh' },
  { type: 'compact', id: 'u8', hint: 'the tests' },
  { type: 'approve', id: 'u9', tool_call_id: 'c1', decision: 'deny', note: 'no' },
  { type: 'retract', id: 'u1' },
  { type: 'restore_context', id: 'u10' },
];

describe('messages to the agent', () => {
  test.each(MESSAGES.map((message) => [message.type, message] as const))(
    '%s reads back as it was',
    (_type, message) => {
      expect(parseUserMessage(JSON.stringify(message))).toEqual({ message });
    },
  );

  test('the id may be left out, but not the one of the message to take back', () => {
    expect(parseUserMessage('{"type":"text","content":"Hi"}')).toEqual({ message: { type: 'text', content: 'Hi' } });
    expect(parseUserMessage('{"type":"retract"}')).toMatchObject({ field: 'id' });
  });

  test('unknown fields are left out, unknown types are no error', () => {
    expect(parseUserMessage('{"type":"cancel","id":"u1","__proto__":{"x":1},"why":2}')).toEqual({
      message: { type: 'cancel', id: 'u1' },
    });
    expect(parseUserMessage('{"type":"dance"}')).toEqual({ ignored: 'dance' });
    expect(parseUserMessage('{"type":"__proto__"}')).toEqual({ ignored: '__proto__' });
  });

  test.each([
    ['{"type":"text"}', 'content', '"content" is missing'],
    ['{"type":"text","content":5}', 'content', '"content" must be a string or a list, not 5'],
    ['{"type":"text","content":[{"type":"text"}]}', 'content[0].text', '"content[0].text" is missing'],
    [
      '{"type":"text","content":[{"type":"video"}]}',
      'content[0].type',
      '"content[0].type" must be one of text, image, file, not "video"',
    ],
    [
      '{"type":"text","content":"a","delivery":"later"}',
      'delivery',
      '"delivery" must be one of steer, queue, not "later"',
    ],
    ['{"type":"text","content":"a","delivery":null}', 'delivery', '"delivery" must be a string, not null'],
    ['{"type":"text","content":"a","id":7}', 'id', '"id" must be a string, not 7'],
    ['{"type":"switch_model","model":["a"]}', 'model', '"model" must be a string, not a list'],
    ['{"type":"update_tools","tools":["a",{}]}', 'tools[1]', '"tools[1]" must be a string, not an object'],
    [
      '{"type":"set_reasoning_effort","effort":"max"}',
      'effort',
      '"effort" must be one of none, low, medium, high, xhigh, not "max"',
    ],
    ['{"type":"approve","tool_call_id":"c1"}', 'decision', '"decision" is missing'],
    ['{"type":5}', 'type', '"type" must be a string, not 5'],
    ['{}', 'type', '"type" is missing'],
  ])('%s is refused by naming the field', (line, field, error) => {
    expect(parseUserMessage(line)).toEqual({ error, field });
  });

  test.each(['', 'hello', '{"type":', '[1]', 'null', '"text"', '{"type":"cancel"} {}'])(
    'the line %j is refused without a field',
    (line) => {
      const parsed = parseUserMessage(line);
      expect(parsed).toHaveProperty('error');
      expect(parsed).not.toHaveProperty('field');
    },
  );

  test('a long wrong value is not repeated in full', () => {
    const parsed = parseUserMessage(JSON.stringify({ type: 'text', content: 'a', delivery: 'x'.repeat(5000) }));
    expect('error' in parsed && parsed.error.length).toBeLessThan(120);
  });

  test('any text at all gives an answer and no exception', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
        expect(Object.keys(parseUserMessage(line)).length).toBeGreaterThan(0);
      }),
    );
  });
});

describe('messages of the agent', () => {
  test('every message of every generated run is allowed', () => {
    fc.assert(
      fc.property(generatedRun, (log) => {
        for (const message of log) expect(parseAgentMessage(JSON.stringify(message))).toEqual({ message });
      }),
    );
  });

  test('a field that is wrong or missing is named', () => {
    fc.assert(
      fc.property(generatedRun, fc.nat(), fc.nat(), (log, at, which) => {
        const message = log[at % log.length]!;
        const fields = AGENT_SCHEMAS.get(message.type)?.required?.filter((name) => name !== 'type') ?? [];
        const field = fields[which % fields.length]!;
        expect(parseAgentMessage(JSON.stringify({ ...message, [field]: null }))).toMatchObject({ field });
        expect(parseAgentMessage(JSON.stringify({ ...message, [field]: undefined }))).toMatchObject({ field });
      }),
    );
  });
});

describe('the published schema', () => {
  test('holds every type of both directions, with the tag first and required', () => {
    const { $defs } = messageSchema() as { $defs: Record<string, { anyOf: { required: string[] }[] }> };
    expect($defs.AgentMessage?.anyOf).toHaveLength(AGENT_SCHEMAS.size);
    expect($defs.UserMessage?.anyOf).toHaveLength(USER_SCHEMAS.size);
    expect(AGENT_SCHEMAS.size).toBe(34);
    expect([...USER_SCHEMAS.keys()]).toEqual([...new Set(MESSAGES.map(({ type }) => type))]);
    for (const { required } of Object.values($defs).flatMap(({ anyOf }) => anyOf)) expect(required[0]).toBe('type');
  });

  test('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(messageSchema()))).toEqual(messageSchema());
  });
});
