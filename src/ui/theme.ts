import chalk, { type ChalkInstance } from 'chalk';
import { THEME_NAMES } from '../theme-names.ts';
import type { Role, Span, StyledLine } from '../view/styled-line.ts';
import { beginLink, END_LINK } from './terminal-output.ts';

export type ThemeName = (typeof THEME_NAMES)[number];

/** A palette that is in use: turns styled lines into what is written to the terminal. */
export interface Theme {
  readonly name: ThemeName;
  /** Whether any style is visible. */
  readonly hasStyles: boolean;
  /** Draws a line. */
  paint(styled: StyledLine): string;
}

/** The number of a colour among the 256; below 16 the terminal's own palette decides. */
type Palette = Readonly<Partial<Record<Role, number>>>;

const DARK: Palette = {
  dim: 245,
  accent: 111,
  heading: 255,
  code: 180,
  link: 111,
  quote: 249,
  success: 114,
  warning: 179,
  error: 210,
  added: 114,
  removed: 210,
  addedWord: 157,
  removedWord: 217,
  keyword: 141,
  string: 150,
  number: 216,
  comment: 243,
  name: 111,
  type: 116,
};

const LIGHT: Palette = {
  dim: 242,
  accent: 26,
  heading: 234,
  code: 94,
  link: 26,
  quote: 240,
  success: 28,
  warning: 94,
  error: 160,
  added: 28,
  removed: 160,
  addedWord: 22,
  removedWord: 88,
  keyword: 91,
  string: 28,
  number: 130,
  comment: 243,
  name: 26,
  type: 30,
};

/** Blue against orange, which people with any common colour blindness tell apart. */
const COLOUR_BLIND: Palette = {
  ...DARK,
  accent: 75,
  link: 75,
  success: 75,
  warning: 227,
  error: 214,
  added: 75,
  removed: 214,
  addedWord: 153,
  removedWord: 222,
  string: 152,
  name: 75,
};

/** The sixteen colours of the terminal's own palette. */
const TERMINAL: Palette = {
  dim: 8,
  accent: 4,
  code: 3,
  link: 4,
  quote: 8,
  success: 2,
  warning: 3,
  error: 1,
  added: 2,
  removed: 1,
  addedWord: 10,
  removedWord: 9,
  keyword: 5,
  string: 2,
  number: 3,
  comment: 8,
  name: 4,
  type: 6,
};

/** What a theme is made for. */
export interface ThemeOptions {
  readonly name: string;
  readonly colorLevel: 0 | 1 | 2 | 3;
  readonly background?: 'dark' | 'light';
  readonly hasLinks: boolean;
}

/** Makes the theme of a name; an unknown name is `auto`. Sets the colours of everything that is drawn with chalk. */
export function createTheme(options: ThemeOptions): Theme {
  const name = THEME_NAMES.find((known) => known === options.name) ?? 'auto';
  const level = name === 'none' ? 0 : options.colorLevel;
  chalk.level = level;
  const palette = paletteOf(name, options);
  const codes = new Map<string, StyleCode>();
  const codeOf = (part: Span): StyleCode => {
    const key = styleKey(part);
    const known = codes.get(key);
    if (known !== undefined) return known;
    const code = codesOf(part, palette);
    codes.set(key, code);
    return code;
  };
  return { name, hasStyles: level > 0, paint: (styled) => paintLine(styled, codeOf, options.hasLinks) };
}

/** What begins and ends a style; `isColor`: a colour and nothing else, which another colour simply replaces. */
interface StyleCode {
  readonly begin: string;
  readonly end: string;
  readonly isColor: boolean;
}

const PLAIN: StyleCode = { begin: '', end: '', isColor: false };

/** Writes each change of style once; blanks take the style that holds, for they show none. */
function paintLine(styled: StyledLine, codeOf: (part: Span) => StyleCode, hasLinks: boolean): string {
  let out = '';
  let current = PLAIN;
  for (const part of styled) {
    const isBlank =
      part.href === undefined && part.underline !== true && part.strike !== true && /^ *$/.test(part.text);
    if (isBlank) {
      out += part.text;
      continue;
    }
    const code = codeOf(part);
    if (code !== current) out += (current.isColor && code.isColor ? '' : current.end) + code.begin;
    current = code;
    const link = part.href !== undefined && hasLinks ? beginLink(part.href) : '';
    out += link + part.text + (link === '' ? '' : END_LINK);
  }
  return out + current.end;
}

function paletteOf(name: ThemeName, options: ThemeOptions): Palette {
  if (name === 'colour-blind') return COLOUR_BLIND;
  if (name === 'light') return LIGHT;
  if (name === 'dark') return DARK;
  if (name === 'terminal' || options.colorLevel < 2) return TERMINAL;
  return options.background === 'light' ? LIGHT : DARK;
}

function styleKey(part: Span): string {
  return [part.role, part.bold, part.italic, part.underline, part.strike].join();
}

const MARK = '\u0001';

/** What begins and ends a style. */
function codesOf(part: Span, palette: Palette): StyleCode {
  let style: ChalkInstance = chalk;
  const color = part.role === undefined ? undefined : palette[part.role];
  if (color !== undefined) style = color < 16 ? sixteenth(style, color) : style.ansi256(color);
  if (part.bold === true) style = style.bold;
  if (part.italic === true) style = style.italic;
  if (part.underline === true || part.role === 'addedWord' || part.role === 'removedWord') style = style.underline;
  if (part.strike === true) style = style.strikethrough;
  const [begin = '', end = ''] = style(MARK).split(MARK);
  return begin === '' ? PLAIN : { begin, end, isColor: end === '\u001b[39m' };
}

/** The shortest form of a colour of the terminal's own palette, which also terminals with sixteen colours know. */
function sixteenth(style: ChalkInstance, color: number): ChalkInstance {
  const { black, red, green, yellow, blue, magenta, cyan, white } = style;
  const { gray, redBright, greenBright, yellowBright, blueBright, magentaBright, cyanBright, whiteBright } = style;
  const normal = [black, red, green, yellow, blue, magenta, cyan, white];
  const bright = [gray, redBright, greenBright, yellowBright, blueBright, magentaBright, cyanBright, whiteBright];
  return [...normal, ...bright][color] ?? style;
}
