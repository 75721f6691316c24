import fc from 'fast-check';
import { expect, test } from 'vitest';
import { missingEnds } from '../../src/open-items.ts';
import { rewindLog } from '../../src/sessions/branch-session.ts';
import { checkPromises } from '../helpers/check-promises.ts';
import { generatedRun } from '../helpers/generate-run.ts';

test('a log that is cut anywhere and closed keeps every promise', () => {
  fc.assert(
    fc.property(generatedRun, fc.double({ min: 0, max: 1, noNaN: true }), (log, part) => {
      const cut = log.slice(0, Math.ceil(log.length * part));
      expect(checkPromises([...cut, ...missingEnds(cut)])).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('a whole log stays as it is', () => {
  fc.assert(
    fc.property(generatedRun, (log) => {
      expect(missingEnds(log)).toEqual([]);
    }),
  );
});

test('every text of a person can be rewound to, and what is left keeps every promise', () => {
  fc.assert(
    fc.property(generatedRun, fc.nat(), (log, which) => {
      const ids = log.flatMap((message) => {
        if (message.type === 'turn_started') return [message.input.id];
        return message.type === 'user_steered' ? [message.id] : [];
      });
      fc.pre(ids.length > 0);
      const id = ids[which % ids.length]!;
      const branch = rewindLog(log, id);
      expect(branch).toBeDefined();
      expect(checkPromises(branch?.log ?? [])).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
