import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EMPTY_CONVERSATION, foldConversation, reduceConversation } from '../../src/conversation.ts';
import type { AgentMessage } from '../../src/messages.ts';
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

test('a log sixteen times as long does not take a hundred times as long to fold', () => {
  const turns = (count: number): AgentMessage[] =>
    stamped(Array.from({ length: count }, () => [...TURN, ...ending('halted')]).flat());
  const time_ms = (log: readonly AgentMessage[]): number => {
    const spent_ms = startCpuClock();
    foldConversation(log);
    return spent_ms();
  };
  const [short, long] = [turns(500), turns(8_000)];
  const best_ms = (log: readonly AgentMessage[]): number => Math.min(...[1, 2, 3].map(() => time_ms(log)));
  expect(best_ms(long) / best_ms(short)).toBeLessThan(60);
});
