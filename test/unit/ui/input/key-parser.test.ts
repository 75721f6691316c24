import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KeyEvent } from '../../../../src/ui/input/keys/key-event.ts';
import { createKeyParser } from '../../../../src/ui/input/keys/parser.ts';
import { startCpuClock } from '../../../helpers/cpu-clock.ts';

const ESC = '\u001b';

/** Parses bytes given in pieces, then lets the time for more run out. */
function parse(...pieces: (string | Uint8Array)[]): KeyEvent[] {
  const parser = createKeyParser();
  const events = pieces.flatMap((piece) => parser.push(typeof piece === 'string' ? Buffer.from(piece) : piece));
  return [...events, ...(parser.pending_ms === undefined ? [] : parser.flush())];
}

/** Writes events in one line: names in angle brackets, text as it is. */
function written(events: readonly KeyEvent[]): string {
  return events
    .map((event) => {
      if (event.type === 'key') return `<${event.key}>`;
      return event.type === 'paste' ? `{${event.text}}` : event.text;
    })
    .join('');
}

describe('keys as terminals write them', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['a', 'a'],
    ['\r', '<enter>'],
    ['\n', '<ctrl+j>'],
    ['\t', '<tab>'],
    ['\u007f', '<backspace>'],
    ['\u0008', '<ctrl+h>'],
    ['\u0000', '<ctrl+space>'],
    ['\u0003', '<ctrl+c>'],
    ['\u001f', '<ctrl+_>'],
    [ESC, '<escape>'],
    [`${ESC}${ESC}`, '<escape><escape>'],
    [`${ESC}[A`, '<up>'],
    [`${ESC}OA`, '<up>'],
    [`${ESC}[1;5C`, '<ctrl+right>'],
    [`${ESC}[1;3A`, '<alt+up>'],
    [`${ESC}${ESC}[A`, '<alt+up>'],
    [`${ESC}[1;10B`, '<shift+super+down>'],
    [`${ESC}[H${ESC}[F${ESC}[1~${ESC}[4~${ESC}[7~${ESC}[8~`, '<home><end><home><end><home><end>'],
    [`${ESC}[3~${ESC}[3;5~${ESC}[5~${ESC}[6~`, '<delete><ctrl+delete><pageup><pagedown>'],
    [`${ESC}OQ${ESC}[12~${ESC}[[B`, '<f2><f2><f2>'],
    [`${ESC}[1;2Q${ESC}[12;2~`, '<shift+f2><shift+f2>'],
    [`${ESC}[Z`, '<shift+tab>'],
    [`${ESC}b${ESC}F${ESC},${ESC}.`, '<alt+b><alt+shift+f><alt+,><alt+.>'],
    [`${ESC}\r${ESC}\u007f`, '<alt+enter><alt+backspace>'],
    [`${ESC}é`, '<alt+é>'],
    [`${ESC}[`, '<alt+[>'],
    [`${ESC}O`, '<alt+shift+o>'],
    [`${ESC}]`, '<alt+]>'],
    [`${ESC}[27;2;13~`, '<shift+enter>'],
    [`${ESC}[27;5;99~`, '<ctrl+c>'],
    [`${ESC}[13;2u`, '<shift+enter>'],
    [`${ESC}[27u`, '<escape>'],
    [`${ESC}[99;5u`, '<ctrl+c>'],
    [`${ESC}[99;5:1u${ESC}[99;5:2u${ESC}[99;5:3u`, '<ctrl+c><ctrl+c>'],
    [`${ESC}[99;133u`, '<ctrl+c>'],
    [`${ESC}[1089::99;5u`, '<ctrl+c>'],
    [`${ESC}[45:95;6u`, '<ctrl+_>'],
    [`${ESC}[112;4u`, '<alt+shift+p>'],
    [`${ESC}[97;2u${ESC}[97:65;2u${ESC}[97u`, 'AAa'],
    [`${ESC}[57400u${ESC}[57414u${ESC}[57419u`, '1<enter><up>'],
    [`${ESC}[57441;2u`, ''],
    [`${ESC}[9;2u${ESC}[127;5u${ESC}[32;5u`, '<shift+tab><ctrl+backspace><ctrl+space>'],
    [`${ESC}[7^${ESC}[8$${ESC}[8@`, '<ctrl+home><shift+end><ctrl+shift+end>'],
    [`${ESC}Oq${ESC}OM${ESC}Oj`, '1<enter>*'],
    [`${ESC}[I${ESC}[O`, ''],
    ['hello\rworld', 'hello<enter>world'],
    ['漢字👩‍👩‍👧', '漢字👩‍👩‍👧'],
  ];
  test.each(cases)('%j is %s', (bytes, expected) => {
    expect(written(parse(bytes))).toBe(expected);
  });
});

describe('what is no key', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['a mouse report', `${ESC}[<0;10;20M`],
    ['an X10 mouse report', `${ESC}[M !!`],
    ['an OSC answer', `${ESC}]11;rgb:0000/0000/0000${ESC}\\`],
    ['an OSC answer ended by BEL', `${ESC}]11;rgb:00/00/00\u0007`],
    ['device attributes', `${ESC}[?62;22c`],
    ['a mode report', `${ESC}[?2026;1$y`],
    ['kitty flags', `${ESC}[?5u`],
    ['a DCS answer', `${ESC}P1+r544e=78${ESC}\\`],
    ['an unknown function key', `${ESC}[99~`],
    ['a control character of C1', '\u009b'],
    ['an end of a paste that did not begin', `${ESC}[201~`],
    ['an absurd code', `${ESC}[99999999;5u`],
  ];
  test.each(cases)('%s vanishes and what follows is typed', (_name, bytes) => {
    expect(written(parse(`${bytes}ok`))).toBe('ok');
  });

  test('a torn sequence is dropped, not typed', () => {
    expect(written(parse(`${ESC}[1;5`))).toBe('');
  });

  test('a mouse report after Esc is one whatever the cuts', () => {
    const bytes = Buffer.from(`\0${ESC}${ESC}[<0;1;1M`);
    for (let at = 0; at <= bytes.length; at++) {
      expect(written(parse(bytes.subarray(0, at), bytes.subarray(at)))).toBe('<ctrl+space>');
    }
  });

  test('a sequence broken by a control character gives the control character', () => {
    expect(written(parse(`${ESC}[1;\r`))).toBe('<enter>');
  });
});

describe('pastes', () => {
  test('a paste is one event with its line ends', () => {
    expect(parse(`${ESC}[200~one\r\ntwo\rthree\u0007${ESC}[201~x`)).toEqual([
      { type: 'paste', text: 'one\ntwo\nthree' },
      { type: 'text', text: 'x' },
    ]);
  });

  test('a paste whose end never comes is given when nothing follows', () => {
    const parser = createKeyParser();
    expect(parser.push(Buffer.from(`${ESC}[200~lost`))).toEqual([]);
    expect(parser.pending_ms).toBe(1000);
    expect(parser.flush()).toEqual([{ type: 'paste', text: 'lost' }]);
    expect(written(parser.push(Buffer.from('a\r')))).toBe('a<enter>');
  });

  test('keys inside a paste are text, not keys', () => {
    expect(parse(`${ESC}[200~a\u0003${ESC}[Ab${ESC}[201~`)).toEqual([{ type: 'paste', text: 'a[Ab' }]);
  });

  test('a megabyte in small reads takes well under a second', () => {
    const parser = createKeyParser();
    const bytes = Buffer.from(`${ESC}[200~${'a line of pasted text\r'.repeat(48_000)}${ESC}[201~`);
    const spent_ms = startCpuClock();
    const events: KeyEvent[] = [];
    for (let at = 0; at < bytes.length; at += 100) events.push(...parser.push(bytes.subarray(at, at + 100)));
    expect(events).toHaveLength(1);
    expect(spent_ms()).toBeLessThan(1000);
  });
});

describe('for any bytes', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ESC,
      `${ESC}[A`,
      `${ESC}OA`,
      `${ESC}[1;5C`,
      `${ESC}[13;2u`,
      `${ESC}[200~`,
      `${ESC}[201~`,
      `${ESC}]11;rgb:0/0/0${ESC}\\`,
      `${ESC}[<0;1;1M`,
      '\r',
      '\u0003',
    ),
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }),
  );
  const bytes = fc.array(piece).map((pieces) => Buffer.from(pieces.join('')));

  test('where the reads were cut means nothing', () => {
    fc.assert(
      fc.property(bytes, fc.array(fc.nat()), (all, cuts) => {
        const at = [...new Set(cuts.map((cut) => cut % (all.length + 1)))].sort((one, other) => one - other);
        const pieces = [0, ...at].map((start, index) => all.subarray(start, at[index] ?? all.length));
        expect(written(parse(...pieces))).toBe(written(parse(all)));
      }),
      { numRuns: 500, examples: [[Buffer.from([0, 27, 27, 91, 60, 48, 59, 49, 59, 49, 77]), [3]]] },
    );
  });

  test('text and pastes never hold control characters, and nothing throws', () => {
    fc.assert(
      fc.property(fc.oneof(bytes, fc.uint8Array({ maxLength: 200 })), (all) => {
        for (const event of parse(all)) {
          if (event.type === 'text') expect(event.text).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
          if (event.type === 'paste') expect(event.text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
        }
      }),
      { numRuns: 500 },
    );
  });
});
