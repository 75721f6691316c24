import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSafeText, revealText, safeLine, safeText } from '../../src/safe-text.ts';
import { startCpuClock } from '../helpers/cpu-clock.ts';

const ESC = '\x1b';

describe('safe text', () => {
  test.each([
    ['colours', `a${ESC}[31mred${ESC}[0m`, 'ared'],
    ['concealed text', `${ESC}[8mhidden${ESC}[28m`, 'hidden'],
    ['cursor movement', `a${ESC}[2A${ESC}[10;5Hb`, 'ab'],
    ['a screen clear', `${ESC}[2J${ESC}[3Jx`, 'x'],
    ['a title report', `${ESC}[21tx`, 'x'],
    ['a clipboard write', `a${ESC}]52;c;aGVsbG8=\x07b`, 'ab'],
    ['a title', `a${ESC}]0;owned${ESC}\\b`, 'ab'],
    ['a link', `${ESC}]8;;http://evil${ESC}\\text${ESC}]8;;${ESC}\\`, 'text'],
    ['a device control string', `a${ESC}P$q"p${ESC}\\b`, 'ab'],
    ['tmux passthrough', `a${ESC}Ptmux;${ESC}${ESC}]52;c;eA==\x07${ESC}\\b`, 'ab'],
    ['kitty graphics', `a${ESC}_Gf=24;AAAA${ESC}\\b`, 'ab'],
    ['privacy and start-of-string', `a${ESC}^x${ESC}\\${ESC}Xy${ESC}\\b`, 'ab'],
    ['8-bit controls', 'a\x9b31mb\x9d0;t\x9cc\x90q\x9cd\x85e', 'abcde'],
    ['single shifts', `a${ESC}Nxb${ESC}Oyc`, 'abc'],
    ['a character set switch', `a${ESC}(0b${ESC}#8c`, 'abc'],
    ['a full reset', `a${ESC}cb`, 'ab'],
    ['an unterminated title, to the end of its line', `a${ESC}]0;title\nb`, 'a\nb'],
    ['an unterminated sequence at the end', `a${ESC}[38;5`, 'a'],
    ['a lone escape', `a${ESC}`, 'a'],
    ['control characters', 'a\x00\x07\x08\x0b\x0c\r\x7fb', 'ab'],
    ['bidirectional controls', 'a\u202eb\u2066c\u200fd\u061ce', 'abcde'],
    ['tag characters', 'a\u{e0068}\u{e0069}b', 'ab'],
    ['zero-width characters', 'a\u200bb\u2060c\ufeffd\u200de', 'abcde'],
    ['repeated variation selectors', '☂\ufe0f\ufe0e\ufe0f', '☂\ufe0f'],
    ['piled-up marks', `a${'\u0301'.repeat(40)}b`, `a${'\u0301'.repeat(3)}b`],
    ['lone surrogates', 'a\ud83db', 'a\ufffdb'],
    ['line separators', 'a\u2028b\u2029c', 'a\nb\nc'],
  ])('removes or replaces %s', (_name, dirty, expected) => {
    expect(safeText(dirty)).toBe(expected);
  });

  test.each([
    'plain text\twith a tab\nand a line',
    'e\u0301 क्षि ไทย 日本語 العربية',
    '👨\u200d👩\u200d👧 👩🏽\u200d💻 ❤\ufe0f\u200d🔥 🇩🇪 1\ufe0f\u20e3',
    'می\u200cخواهم',
    'क\u094d\u200dष',
  ])('leaves honest text as it is: %s', (text) => {
    expect(safeText(text)).toBe(text);
  });

  test('keeps a line a line', () => {
    expect(safeLine(' a\n\n\tb\r\n')).toBe('a b');
  });

  test('shows what is hidden where a person decides', () => {
    expect(revealText(`rm \u202e-rf${ESC}[8m\u{e0041}`)).toBe('rm ⟨U+202E⟩-rf⟨U+001B⟩[8m⟨U+E0041⟩');
  });

  test.each([
    ['rm a\ufe0fb', 'rm a⟨U+FE0F⟩b'],
    ['x\ufe00y', 'x⟨U+FE00⟩y'],
    ['1\ufe0f', '1⟨U+FE0F⟩'],
    ['\u2764\ufe05', '\u2764⟨U+FE05⟩'],
    ['1\ufe0f\u20e3 \u2764\ufe0f \u2764\ufe0f\u200d\u{1f525} \u00a9\ufe0f', undefined],
  ])('shows a variation selector that changes how nothing looks: %j', (text, shown = text) => {
    expect(revealText(text)).toBe(shown);
  });

  test('is linear in the length of hostile text', () => {
    const hostile = [
      `${ESC}]`.repeat(100_000),
      `${ESC}[${'1;'.repeat(200_000)}`,
      '\u0301'.repeat(300_000),
      '\u200d'.repeat(300_000),
    ];
    const spent_ms = startCpuClock();
    for (const text of hostile) safeText(text);
    expect(spent_ms()).toBeLessThan(2_000);
  });
});

const fragment = fc.constantFrom(
  ...[ESC, `${ESC}[`, `${ESC}]`, `${ESC}P`, '31', ';', 'm', '\x07', '\\', '\n', '\r', '\t', 'a', 'b ', '(', 'N'],
  ...[
    '\u0301',
    '\u200d',
    '\u200c',
    '👨',
    '👩',
    '🏽',
    '\ufe0f',
    'ش',
    'क',
    '\ud83d',
    '\udc68',
    '\u202e',
    '\x9b',
    '\x9d',
    '\x9c',
  ],
);
const chunks = fc.array(
  fc.array(fragment, { maxLength: 4 }).map((parts) => parts.join('')),
  { maxLength: 12 },
);

describe('a stream of chunks', () => {
  test('joins to what the whole text becomes, wherever it is cut', () => {
    fc.assert(
      fc.property(chunks, (parts) => {
        const stream = createSafeText();
        const streamed = parts.map((part) => stream.push(part)).join('') + stream.end();
        expect(streamed).toBe(safeText(parts.join('')));
      }),
      { numRuns: 3_000 },
    );
  });

  test('never lets a control character out', () => {
    fc.assert(
      fc.property(chunks, (parts) => {
        expect(safeText(parts.join(''))).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]/);
      }),
      { numRuns: 1_000 },
    );
  });

  test('is the same when it is made safe again', () => {
    fc.assert(
      fc.property(chunks, (parts) => {
        const once = safeText(parts.join(''));
        expect(safeText(once)).toBe(once);
      }),
      { numRuns: 1_000 },
    );
  });

  test('forgets the body of an endless sequence', () => {
    const stream = createSafeText();
    expect(stream.push(`a${ESC}]52;c;`)).toBe('a');
    for (let i = 0; i < 100; i++) expect(stream.push('x'.repeat(1000))).toBe('');
    expect(stream.push('\x07b')).toBe('b');
  });
});
