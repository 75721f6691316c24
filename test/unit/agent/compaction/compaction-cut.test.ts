import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findCut } from '../../../../src/agent/compaction/compaction-cut.ts';
import type { ConversationMessage } from '../../../../src/conversation.ts';

const person = (id = 'p'): ConversationMessage => ({ role: 'user', id, content: 'x', origin: 'person' });
const steer = (): ConversationMessage => person('steer');
const summary = (): ConversationMessage => ({ role: 'user', id: 's', content: 'x', origin: 'summary' });
const agent = (): ConversationMessage => ({ role: 'assistant', model_name: 'm', parts: [] });
const tool = (): ConversationMessage => ({ role: 'tool', results: [] });

const options = {
  keep_tokens: 3,
  keep_turn_tokens: 6,
  max_turn_tokens: 20,
  isTurnStart: (message: ConversationMessage) =>
    message.role === 'user' && message.origin === 'person' && message.id !== 'steer',
  tokensOf: () => 1,
  isManual: false,
  isIdle: false,
};

test('keeps as many whole turns as fit the tail', () => {
  const messages = [person(), agent(), person(), agent(), person(), agent(), person()];
  expect(findCut(messages, options)).toBe(4);
});

test('keeps a last turn that is a little too large', () => {
  expect(findCut([person(), agent(), person(), agent(), tool(), agent()], options)).toBe(2);
});

test('cuts inside a last turn that is much too large, before a model call', () => {
  const messages = [person(), agent(), tool(), agent(), tool(), agent(), tool(), agent(), tool()];
  expect(findCut(messages, options)).toBe(7);
});

test('does not take a steer for the beginning of a turn', () => {
  expect(findCut([person(), agent(), person(), agent(), tool(), steer(), agent()], options)).toBe(2);
});

test('finds nothing in what is a summary and one turn already', () => {
  expect(findCut([summary(), person()], options)).toBe(0);
  expect(findCut([], { ...options, isManual: true, isIdle: true })).toBe(0);
  expect(findCut([summary()], { ...options, isManual: true, isIdle: true })).toBe(0);
});

test('summarises a single turn whole when a person asks and nothing runs', () => {
  expect(findCut([person(), agent()], { ...options, isManual: true, isIdle: true })).toBe(2);
});

test('summarises also a last turn that cannot fit any more when a person asks and nothing runs', () => {
  const messages = [person(), agent(), person(), agent()];
  const asked = { ...options, keep_turn_tokens: 1, isManual: true, isIdle: true };
  expect(findCut(messages, { ...asked, keep_tokens: 1 })).toBe(2);
  expect(findCut(messages, { ...asked, keep_tokens: 1, max_turn_tokens: 1 })).toBe(4);
});

test('never cuts between a call and its result', () => {
  const plan = fc.record({
    messages: fc.array(fc.constantFrom(person, steer, agent, tool, summary).map((make) => make())),
    keep_tokens: fc.nat(20),
    keep_turn_tokens: fc.nat(20),
    max_turn_tokens: fc.nat(20),
    isManual: fc.boolean(),
    isIdle: fc.boolean(),
  });
  fc.assert(
    fc.property(plan, ({ messages, ...chosen }) => {
      const cut = findCut(messages, { ...options, ...chosen });
      expect(cut).toBeLessThanOrEqual(messages.length);
      if (cut > 0) expect(messages[cut]?.role).not.toBe('tool');
      if (cut > 0 && !(chosen.isManual && chosen.isIdle)) expect(cut).toBeLessThan(messages.length);
    }),
  );
});
