import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonErrorPosition } from '../../../../src/agent/tool-calls/json-position.ts';

test.each([
  ['{"a": x}', 6],
  ['{"a": 1', 7],
  ['', 0],
  ['{"a" 1}', 5],
  ['[1,]', 3],
  ['{"a":1}}', 7],
  ['{a:1}', 1],
  ['"tab\tinside"', 0],
  ['[01]', 2],
  ['  nul', 2],
])('finds where %j stops being JSON', (text, position) => {
  expect(jsonErrorPosition(text)).toBe(position);
});

test('what comes before the position is the beginning of some JSON text', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.constantFrom('', '}', ']', ',', ':', 'x', '"'), (json, where, inserted) => {
      const cut = where % (json.length + 1);
      const text = json.slice(0, cut) + inserted;
      fc.pre(!isJson(text));
      const position = jsonErrorPosition(text);
      expect(position).toBeLessThanOrEqual(text.length);
      // A valid text is never blamed, however it goes on.
      expect(jsonErrorPosition(json)).toBe(json.length);
    }),
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
