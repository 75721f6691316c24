import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createIdMap, type IdRule } from '../../../../src/providers/history/tool-call-ids.ts';

/** So few ids are allowed that most of them collide. */
const NARROW: IdRule = { pattern: /^[0-9a-z]{2}$/, forbidden: /[^0-9a-z]/g, max_length: 2, is_exact: true };

test('two ids never become one, however few are allowed', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ maxLength: 6 }), { maxLength: 200 }), (ids) => {
      const map = createIdMap(NARROW);
      const rewritten = ids.map((id) => map.rewrite(id));
      expect(new Set(rewritten).size).toBe(ids.length);
      expect(rewritten.every((id) => NARROW.pattern.test(id))).toBe(true);
      expect(ids.map((id) => map.rewrite(id))).toEqual(rewritten);
    }),
  );
});

test('an id that is allowed stays, unless an earlier one became it', () => {
  const map = createIdMap(NARROW);
  const taken = map.rewrite('too long');
  expect(map.rewrite('ab')).toBe('ab');
  expect(map.rewrite(taken)).not.toBe(taken);
  expect(map.rewritten).toBe(2);
});
