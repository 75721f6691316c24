import type { KeyEvent, KeyName } from './key-event.ts';

const MODIFIERS = ['ctrl', 'alt', 'shift', 'super'] as const;
type Modifier = (typeof MODIFIERS)[number];

const LETTER_KEYS: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  E: 'begin',
  F: 'end',
  H: 'home',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
};

const TILDE_KEYS: Readonly<Record<number, string>> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
  11: 'f1',
  12: 'f2',
  13: 'f3',
  14: 'f4',
  15: 'f5',
  17: 'f6',
  18: 'f7',
  19: 'f8',
  20: 'f9',
  21: 'f10',
  23: 'f11',
  24: 'f12',
};

const NAMED_CODES: Readonly<Record<number, string>> = {
  8: 'backspace',
  9: 'tab',
  10: 'enter',
  13: 'enter',
  27: 'escape',
  32: 'space',
  127: 'backspace',
  57414: 'enter',
  57417: 'left',
  57418: 'right',
  57419: 'up',
  57420: 'down',
  57421: 'pageup',
  57422: 'pagedown',
  57423: 'home',
  57424: 'end',
  57425: 'insert',
  57426: 'delete',
};

/** The characters of the kitty protocol's keypad codes from 57399 on. */
const KEYPAD = '0123456789./*-+';
const SS3_KEYPAD: Readonly<Record<string, string>> = { j: '*', k: '+', l: ',', m: '-', n: '.', o: '/', X: '=' };

/** Names the key of one control character. */
export function controlKey(code: number): KeyName | undefined {
  if (code === 0x0d) return 'enter';
  if (code === 0x09) return 'tab';
  if (code === 0x7f) return 'backspace';
  if (code === 0x00) return 'ctrl+space';
  if (code === 0x1b) return 'escape';
  if (code > 0x1f) return undefined;
  return `ctrl+${String.fromCharCode(code + 0x40).toLowerCase()}`;
}

/** Reads what stands between `ESC [` and its end; undefined: not a key. */
export function keyFromCsi(parameters: string, final: string): KeyEvent | undefined {
  if (parameters !== '' && !/^[\d:;]*$/.test(parameters)) return undefined;
  const fields = parameters.split(';').map((field) => field.split(':').map(Number));
  if (isRelease(fields[1])) return undefined;
  const modifiers = modifiersOf(fields[1]?.[0]);
  if (final === 'u') return kittyKey(fields);
  if (final.startsWith('[')) return key(consoleKey(final.slice(1)), []);
  if (final === '~' || final === '^' || final === '$' || final === '@') return tildeKey(fields, final, modifiers);
  if (final === 'Z') return key('tab', [...modifiers, 'shift']);
  return key(LETTER_KEYS[final], modifiers);
}

/** Reads the end of an `ESC O` sequence, with its modifier if there was one. */
export function keyFromSs3(modifier: string, final: string): KeyEvent | undefined {
  const modifiers = modifiersOf(modifier === '' ? undefined : Number(modifier));
  if (final === 'M') return key('enter', modifiers);
  if (final === 'I') return key('tab', modifiers);
  if (final >= 'p' && final <= 'y') return { type: 'text', text: String(final.charCodeAt(0) - 0x70) };
  const text = SS3_KEYPAD[final];
  return text === undefined ? key(LETTER_KEYS[final], modifiers) : { type: 'text', text };
}

/** Adds modifiers to a key name and puts them all in their order. */
export function withModifiers(name: KeyName, added: readonly Modifier[]): KeyName;
export function withModifiers(name: KeyName | undefined, added: readonly Modifier[]): KeyName | undefined;
export function withModifiers(name: KeyName | undefined, added: readonly Modifier[]): KeyName | undefined {
  if (name === undefined) return undefined;
  const { base, modifiers } = splitKey(name);
  const all = MODIFIERS.filter((modifier) => modifiers.includes(modifier) || added.includes(modifier));
  return [...all, base].join('+');
}

/** Reads a key as a person writes it (`Ctrl + C`, `alt+Enter`) into its one spelling; undefined: it names none. */
export function normalizeKey(written: string): KeyName | undefined {
  const { base, modifiers } = splitKey(written.toLowerCase().replace(/\s+/g, ''));
  const renamed = modifiers.map((modifier) => MODIFIER_NAMES[modifier]);
  const name = KEY_NAMES[base] ?? base;
  if (name === '' || renamed.includes(undefined)) return undefined;
  const isKnown = [...name].length === 1 || ALL_NAMES.has(name) || /^f([1-9]|1\d|2[0-4])$/.test(name);
  return isKnown ? withModifiers(name, renamed as Modifier[]) : undefined;
}

const MODIFIER_NAMES: Readonly<Record<string, Modifier | undefined>> = {
  ctrl: 'ctrl',
  control: 'ctrl',
  alt: 'alt',
  option: 'alt',
  meta: 'alt',
  shift: 'shift',
  super: 'super',
  cmd: 'super',
};
const KEY_NAMES: Readonly<Record<string, string | undefined>> = {
  esc: 'escape',
  return: 'enter',
  del: 'delete',
  pgup: 'pageup',
  pgdn: 'pagedown',
  ' ': 'space',
};
const ALL_NAMES = new Set([...Object.values(LETTER_KEYS), ...Object.values(TILDE_KEYS), ...Object.values(NAMED_CODES)]);

function splitKey(name: string): { base: string; modifiers: readonly string[] } {
  const cut = name.endsWith('+') ? name.length - 1 : name.lastIndexOf('+') + 1;
  return {
    base: name.slice(cut),
    modifiers: name
      .slice(0, cut)
      .split('+')
      .filter((part) => part !== ''),
  };
}

function isRelease(field: readonly number[] | undefined): boolean {
  return field?.[1] === 3;
}

function modifiersOf(field: number | undefined): Modifier[] {
  const bits = Number.isInteger(field) && field !== undefined && field > 0 ? field - 1 : 0;
  const found: Modifier[] = [];
  if ((bits & 4) !== 0) found.push('ctrl');
  if ((bits & (2 | 32)) !== 0) found.push('alt');
  if ((bits & 1) !== 0) found.push('shift');
  if ((bits & (8 | 16)) !== 0) found.push('super');
  return found;
}

function key(name: string | undefined, modifiers: readonly Modifier[]): KeyEvent | undefined {
  const named = withModifiers(name, modifiers);
  return named === undefined ? undefined : { type: 'key', key: named };
}

/** F1 to F5 of the Linux console. */
function consoleKey(letter: string): string | undefined {
  const index = 'ABCDE'.indexOf(letter);
  return index === -1 ? undefined : `f${index + 1}`;
}

function tildeKey(fields: readonly number[][], final: string, modifiers: readonly Modifier[]): KeyEvent | undefined {
  const number = fields[0]?.[0] ?? 0;
  // modifyOtherKeys: CSI 27 ; modifiers ; code ~
  if (number === 27 && fields[2] !== undefined) return codeKey(fields[2], modifiers);
  const extra: Modifier[] = [];
  if (final === '^' || final === '@') extra.push('ctrl');
  if (final === '$' || final === '@') extra.push('shift');
  return key(TILDE_KEYS[number], [...modifiers, ...extra]);
}

/** CSI code : shifted : base ; modifiers : event ; text u */
function kittyKey(fields: readonly number[][]): KeyEvent | undefined {
  const modifiers = modifiersOf(fields[1]?.[0]);
  const isPlain = modifiers.every((modifier) => modifier === 'shift');
  const text = isPlain ? (fields[2] ?? []).map(printable).join('') : '';
  return text === '' ? codeKey(fields[0] ?? [], modifiers) : { type: 'text', text };
}

function codeKey(codes: readonly number[], modifiers: readonly Modifier[]): KeyEvent | undefined {
  const [code = 0, shifted = 0, base = 0] = codes;
  const name = NAMED_CODES[code];
  const isPlain = modifiers.every((modifier) => modifier === 'shift');
  if (name === 'space' && isPlain) return { type: 'text', text: ' ' };
  if (name !== undefined) return key(name, modifiers);
  if (code >= 57_376 && code <= 57_387) return key(`f${code - 57_363}`, modifiers);
  const character = printable(code) || keypadCharacter(code);
  if (character === '') return undefined;
  const upper = printable(shifted) || character.toUpperCase();
  if (isPlain) return { type: 'text', text: modifiers.length > 0 ? upper : character };
  // A key of another script has the letter of its place on the keyboard as its base.
  return chord(code > 0x7f ? printable(base) || character : character, printable(shifted), modifiers);
}

/** Names a character with modifiers: letters in lower case, other characters as Shift makes them. */
function chord(character: string, shifted: string, modifiers: readonly Modifier[]): KeyEvent | undefined {
  const lower = character.toLowerCase();
  const isLetter = lower !== character.toUpperCase();
  if (!isLetter && shifted !== '' && modifiers.includes('shift')) {
    return key(
      shifted,
      modifiers.filter((modifier) => modifier !== 'shift'),
    );
  }
  return key(lower, lower === character ? modifiers : [...modifiers, 'shift']);
}

function keypadCharacter(code: number): string {
  return KEYPAD[code - 57_399] ?? '';
}

function printable(code: number): string {
  const isText = code > 0x20 && code <= 0x10_ffff && !(code >= 0x7f && code < 0xa0);
  const isReserved = (code >= 0xd800 && code <= 0xdfff) || (code >= 57_344 && code <= 63_743);
  return isText && !isReserved ? String.fromCodePoint(code) : '';
}
