import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textAlone } from '../../../src/view/simple-text.ts';

// The build lets Ink give such text out as it is; what it then says must not differ from what it would have made of it.
interface InkOutput {
  readonly operations: never[];
  readonly height: number;
  write(x: number, y: number, text: string, options: { transformers: ((line: string) => string)[] }): void;
  get(): { output: string; height: number };
}

const folder = `${import.meta.dirname}/../../../node_modules`;
const load = (file: string): Promise<Record<string, unknown>> => import(pathToFileURL(`${folder}/${file}`).href);
const { default: Output } = (await load('ink/build/output.js')) as {
  default: new (size: { width: number; height: number }) => InkOutput;
};
const { styledCharsFromTokens, tokenize } = (await load('@alcalzone/ansi-tokenize/build/index.js')) as {
  tokenize(text: string): unknown[];
  styledCharsFromTokens(tokens: unknown[]): { value: string; styles: { code: string }[] }[];
};

/** Characters with their styles, however the sequences for them are written; blanks at the end are nothing to see. */
function cells(text: string): readonly string[] {
  const all = styledCharsFromTokens(tokenize(text)).map(
    ({ value, styles }) => `${value}${styles.map(({ code }) => code)}`,
  );
  return all.slice(0, all.findLastIndex((cell) => cell !== ' ') + 1);
}

const styled = fc
  .tuple(
    fc.constantFrom('', '\u001b[1m', '\u001b[38;5;12m', '\u001b[2;38;5;99m', '\u001b[7m'),
    fc.string({ unit: 'binary-ascii' }),
  )
  .map(([begin, text]) => {
    const plain = text.replace(/[^\x20-\x7e]/g, ' ');
    return begin === '' ? plain : `${begin}${plain}\u001b[0m`;
  });
const row = fc.array(fc.oneof(styled, fc.constantFrom('日本', '❯ ', '…', 'é', '   ')), { maxLength: 6 });
const rows = fc.array(
  row.map((parts) => parts.join('')),
  { minLength: 1, maxLength: 4 },
);

test('one text in the corner is what Ink would make of it', () => {
  fc.assert(
    fc.property(rows, fc.nat({ max: 6 }), (lines, height) => {
      // Ink draws nothing for no text.
      fc.pre(lines.join('\n') !== '');
      const output = new Output({ width: 200, height });
      output.write(0, 0, lines.join('\n'), { transformers: [(line) => line] });
      const alone = textAlone(output);
      const whole = output.get();
      expect(alone?.height).toBe(whole.height);
      expect(alone?.output.split('\n').map(cells)).toEqual(whole.output.split('\n').map(cells));
    }),
    { numRuns: 500 },
  );
});

test('anything else is left to Ink', () => {
  const made = (write: (output: InkOutput) => void) => {
    const output = new Output({ width: 20, height: 2 });
    write(output);
    return textAlone(output);
  };
  const transformers: [] = [];
  expect(made(() => {})).toBeUndefined();
  expect(made((output) => output.write(1, 0, 'a', { transformers }))).toBeUndefined();
  expect(made((output) => output.write(0, 1, 'a', { transformers }))).toBeUndefined();
  expect(made((output) => output.write(0, 0, 'a👍', { transformers }))).toBeUndefined();
  expect(made((output) => output.write(0, 0, 'a\tb', { transformers }))).toBeUndefined();
  const twice = (output: InkOutput): void => {
    output.write(0, 0, 'a', { transformers });
    output.write(0, 0, 'b', { transformers });
  };
  expect(made(twice)).toBeUndefined();
});
