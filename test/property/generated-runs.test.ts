import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldConversation } from '../../src/conversation.ts';
import { checkPromises } from '../helpers/check-promises.ts';
import { generatedRun, recut } from '../helpers/generate-run.ts';

test('generated runs count up and end every turn, call and accepted text once', () => {
  fc.assert(
    fc.property(generatedRun, (log) => {
      expect(log.map((message) => message.seq)).toEqual(log.map((_, index) => index + 1));
      const turns = log.filter((message) => message.type === 'turn_started').map((message) => message.turn_id);
      expect(log.filter((message) => message.type === 'done').map((message) => message.turn_id)).toEqual(turns);
      const calls = log.flatMap((message) => (message.type === 'tool_call' ? [message.request.id] : []));
      const ends = log.flatMap((message) =>
        message.type === 'tool_result' ? [message.result.id] : message.type === 'tool_error' ? [message.error.id] : [],
      );
      expect([...ends].sort()).toEqual([...calls].sort());
    }),
  );
});

test('generated runs keep every promise that a log can show', () => {
  fc.assert(
    fc.property(generatedRun, (log) => {
      expect(checkPromises([...log])).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('where a text is cut into chunks changes no conversation', () => {
  const words = (log: Parameters<typeof foldConversation>[0]) =>
    foldConversation(log).messages.map((message) =>
      message.role === 'user' ? { ...message, id: message.origin === 'person' ? message.id : '' } : message,
    );
  fc.assert(
    fc.property(generatedRun, fc.integer({ min: 1, max: 5 }), (log, size) => {
      expect(words(recut(log, size))).toEqual(words(log));
    }),
  );
});
