import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EMPTY_CONVERSATION, foldConversation, reduceConversation } from '../../src/conversation.ts';
import type { AgentMessage, AgentMessageBody } from '../../src/messages.ts';
import { startCpuClock } from '../helpers/cpu-clock.ts';
import { stamped } from '../helpers/encode-log.ts';
import { generatedRun } from '../helpers/generate-run.ts';
import { ending, TURN } from '../helpers/sample-log.ts';

test('folding a log and reducing it message by message come to the same, and no step changes an earlier one', () => {
  fc.assert(
    fc.property(generatedRun, (log) => {
      let conversation = EMPTY_CONVERSATION;
      const steps = log.map((message) => {
        conversation = reduceConversation(conversation, message);
        return { conversation, text: JSON.stringify(conversation) };
      });
      expect(foldConversation(log)).toEqual(conversation);
      for (const step of steps) expect(JSON.stringify(step.conversation)).toBe(step.text);
      expect(EMPTY_CONVERSATION.messages).toEqual([]);
    }),
  );
});

test('what was cancelled, or failed, before anything of an answer stood leaves the conversation, and the same cut later does not', () => {
  const input = { id: 'u9', content: 'never mind' };
  const asked: AgentMessageBody = { type: 'turn_started', turn_id: 't9', model_name: 'demo/demo', input };
  const steer: AgentMessageBody = { type: 'user_steered', id: 'u10', content: 'or do', iteration: 1 };
  const text: AgentMessageBody = { type: 'text', message_id: 'm9', chunk: 'W', is_complete: true, model_name: 'a/b' };
  const error = { kind: 'server', message: '' } as const;
  const times = { attempt: 1, max_attempts: 5, delay_ms: 0 };
  const retried: AgentMessageBody = { type: 'retrying', ...times, error, discarded: ['m9'] };
  const said = (end: 'cancelled' | 'error', ...turn: AgentMessageBody[]): unknown[] => {
    const log = stamped([...TURN, ...ending('halted'), ...turn, ...ending(end)]);
    return foldConversation(log)
      .messages.filter(({ role }) => role === 'user')
      .map((message) => 'content' in message && message.content);
  };
  const before = said('cancelled');
  expect(said('cancelled', asked)).toEqual(before);
  expect(said('cancelled', asked, steer)).toEqual(before);
  expect(said('cancelled', asked, text, retried)).toEqual(before);
  expect(said('cancelled', asked, text)).toEqual([...before, 'never mind']);
  expect(said('error', asked)).toEqual(before);
  expect(said('error', asked, text)).toEqual([...before, 'never mind']);
});

test('a long log takes as long to fold as the same turns in sixteen logs', () => {
  const turns = (count: number): AgentMessage[] =>
    stamped(Array.from({ length: count }, () => [...TURN, ...ending('halted')]).flat());
  const [short, long] = [Array.from({ length: 16 }, () => turns(500)), [turns(8_000)]];
  const time_ms = (logs: readonly (readonly AgentMessage[])[]): number => {
    const spent_ms = startCpuClock();
    for (const log of logs) foldConversation(log);
    return spent_ms();
  };
  const best_ms = (logs: typeof short): number => Math.min(...Array.from({ length: 8 }, () => time_ms(logs)));
  expect(best_ms(long) / best_ms(short)).toBeLessThan(4);
});
