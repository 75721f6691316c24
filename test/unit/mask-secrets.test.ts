import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSecretMask, MASK } from '../../src/mask-secrets.ts';

const SHORT = 'sk-0123456789';
const LONG = `${SHORT}-of-the-team`;

describe('masking', () => {
  test.each([
    ['as it is', `key=${SHORT};`, `key=${MASK};`],
    ['one that begins with another', `key=${LONG};`, `key=${MASK};`],
    ['both, in any order', `${SHORT} ${LONG} ${SHORT}`, `${MASK} ${MASK} ${MASK}`],
  ])('takes out a secret: %s', (_, text, masked) => {
    expect(createSecretMask([SHORT, LONG]).mask(text)).toBe(masked);
    expect(createSecretMask([LONG, SHORT]).mask(text)).toBe(masked);
  });

  test('finds a secret in JSON, and in JSON inside of JSON', () => {
    const secret = 'say "friend"\\and enter';
    const once = JSON.stringify({ key: secret });
    const twice = JSON.stringify({ arguments: once });
    const { mask } = createSecretMask([secret]);
    expect(JSON.parse(mask(once))).toEqual({ key: MASK });
    expect(JSON.parse(JSON.parse(mask(twice)).arguments)).toEqual({ key: MASK });
  });

  test('leaves values alone that are too short to be told from words', () => {
    expect(createSecretMask(['secret']).mask('a secret')).toBe('a secret');
  });

  test('a stream gives what the whole text gives, wherever it is cut', () => {
    const secrets = [SHORT, LONG, 'abcabcabcabc'];
    const { mask, stream } = createSecretMask(secrets);
    const piece = fc.constantFrom(...secrets, 'sk-', '0123', '-of', 'abc', 'x', '\n', 'é');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.array(fc.nat(60), { maxLength: 5 }), (pieces, cuts) => {
        const bytes = Buffer.from(pieces.join(''));
        const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
        const pass = stream();
        const parts = places.slice(1).map((end, index) => pass(bytes.subarray(places[index], end)));
        expect(Buffer.concat([...parts, pass()]).toString()).toBe(mask(bytes.toString()));
      }),
    );
  });
});
