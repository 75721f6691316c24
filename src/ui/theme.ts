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
  const looks = new Map<string, Look>();
  const lookOf = (part: Span): Look => {
    const key = styleKey(part);
    const known = looks.get(key);
    if (known !== undefined) return known;
    const look = makeLook(part, palette);
    looks.set(key, look);
    return look;
  };
  return { name, hasStyles: level > 0, paint: (styled) => paintLine(styled, lookOf, options.hasLinks) };
}

/** How a span looks to the terminal. */
interface Look {
  /** What begins each part of it, by what ends that part: `39` ends any colour, `22` ends bold. */
  readonly codes: ReadonlyMap<string, string>;
  /** The sequences to other looks, once they were needed. */
  readonly changes: Map<Look, string>;
}

const PLAIN: Look = { codes: new Map(), changes: new Map() };

/** Writes each change of style once; blanks take the style that holds, for they show none. */
function paintLine(styled: StyledLine, lookOf: (part: Span) => Look, hasLinks: boolean): string {
  let out = '';
  let current = PLAIN;
  for (const part of styled) {
    const isBlank =
      part.href === undefined && part.underline !== true && part.strike !== true && /^ *$/.test(part.text);
    if (isBlank) {
      out += part.text;
      continue;
    }
    const look = lookOf(part);
    if (look !== current) out += changeOf(current, look);
    current = look;
    const link = part.href !== undefined && hasLinks ? beginLink(part.href) : '';
    out += link + part.text + (link === '' ? '' : END_LINK);
  }
  return out + (current === PLAIN ? '' : changeOf(current, PLAIN));
}

function changeOf(from: Look, to: Look): string {
  const known = from.changes.get(to);
  if (known !== undefined) return known;
  const change = styleChange(from.codes, to.codes);
  from.changes.set(to, change);
  return change;
}

/** Gives the shorter of two ways to another style: ending what it has not and beginning what is new, or all of it afresh. */
function styleChange(from: Look['codes'], to: Look['codes']): string {
  const ends = [...from.keys()].filter((end) => !to.has(end));
  const begins = [...to].filter(([end, begin]) => from.get(end) !== begin).map(([, begin]) => begin);
  const step = [...ends, ...begins].join(';');
  const afresh = ['0', ...to.values()].join(';');
  if (step === '') return '';
  return `\u001b[${afresh.length < step.length ? afresh : step}m`;
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

/** Lets chalk say, for the colours that the terminal has, what begins and ends a style. */
function makeLook(part: Span, palette: Palette): Look {
  let style: ChalkInstance = chalk;
  const color = part.role === undefined ? undefined : palette[part.role];
  if (color !== undefined) style = color < 16 ? sixteenth(style, color) : style.ansi256(color);
  if (part.bold === true) style = style.bold;
  if (part.italic === true) style = style.italic;
  if (part.underline === true || part.role === 'addedWord' || part.role === 'removedWord') style = style.underline;
  if (part.strike === true) style = style.strikethrough;
  const [begins = [], ends = []] = style(MARK).split(MARK).map(codesIn);
  if (begins.length === 0) return PLAIN;
  return { codes: new Map(begins.map((begin, index) => [ends.at(-1 - index) ?? '0', begin])), changes: new Map() };
}

function codesIn(sequences: string): readonly string[] {
  return [...sequences.matchAll(/\u001b\[([\d;]*)m/g)].map(([, code = '']) => code);
}

/** The shortest form of a colour of the terminal's own palette, which also terminals with sixteen colours know. */
function sixteenth(style: ChalkInstance, color: number): ChalkInstance {
  const { black, red, green, yellow, blue, magenta, cyan, white } = style;
  const { gray, redBright, greenBright, yellowBright, blueBright, magentaBright, cyanBright, whiteBright } = style;
  const normal = [black, red, green, yellow, blue, magenta, cyan, white];
  const bright = [gray, redBright, greenBright, yellowBright, blueBright, magentaBright, cyanBright, whiteBright];
  return [...normal, ...bright][color] ?? style;
}
