import chalk, { type ChalkInstance } from 'chalk';
import { THEME_NAMES } from '../../theme-names.ts';
import type { Role, Span, StyledLine } from '../../view/styled-line.ts';
import { beginLink, END_LINK, ERASE_RIGHT, setStyle } from '../terminal/sequences.ts';
import { COLOUR_BLIND, COLOUR_BLIND_LIGHT, DARK, LIGHT, type Palette, TERMINAL } from './palettes.ts';
import { type Background, tintOf } from './tint.ts';

export type ThemeName = (typeof THEME_NAMES)[number];

/** A palette that is in use: turns styled lines into what is written to the terminal. */
export interface Theme {
  readonly name: ThemeName;
  /** Whether any style is visible. */
  readonly hasStyles: boolean;
  readonly hasColors: boolean;
  /** Draws a line. */
  paint(styled: StyledLine): string;
}

/** What a theme is made for. */
export interface ThemeOptions {
  readonly name: string;
  readonly colorLevel: 0 | 1 | 2 | 3;
  /** Absent: not known. */
  readonly background?: Background;
  readonly hasLinks: boolean;
  /** Whether erasing leaves the background colour that is set. */
  readonly hasFill: boolean;
}

/** Makes the theme of a name; an unknown name is `auto`. Sets the colours of everything that is drawn with chalk. */
export function createTheme(options: ThemeOptions): Theme {
  const name = THEME_NAMES.find((known) => known === options.name) ?? 'auto';
  const hasStyles = name !== 'none';
  const hasColors = hasStyles && options.colorLevel > 0;
  // Bold and its like are no colours: they stay where somebody wants none (no-color.org).
  chalk.level = hasColors ? options.colorLevel : hasStyles ? 1 : 0;
  const palette = hasColors ? paletteOf(name, options) : undefined;
  const tint = tintFor(name, options);
  const plain = createLooks(PLAIN, (part) => makeLook(part, palette, tint === undefined));
  const filled =
    tint === undefined ? plain : createLooks(withTint(PLAIN, tint), (part) => withTint(plain.of(part), tint));
  const paint = (styled: StyledLine): string =>
    paintLine(styled, styled.some((part) => part.isTinted) ? filled : plain, options.hasLinks);
  return { name, hasStyles, hasColors, paint };
}

/** A theme that is made for one kind of background stands for it where the terminal says nothing. */
function tintFor(name: ThemeName, options: ThemeOptions): string | undefined {
  const { colorLevel, hasFill } = options;
  if (name === 'none' || colorLevel < 2 || !hasFill) return undefined;
  const named = name === 'light' || name === 'dark' ? { kind: name } : undefined;
  const background = options.background ?? named;
  return background === undefined ? undefined : tintOf(background, colorLevel);
}

/** The looks of the spans of a row. */
interface Looks {
  /** What the row has where there is no text. */
  readonly base: Look;
  of(part: Span): Look;
}

/** Makes each look once. */
function createLooks(base: Look, make: (part: Span) => Look): Looks {
  const looks = new Map<string, Look>();
  return {
    base,
    of: (part) => {
      const key = styleKey(part);
      const known = looks.get(key);
      if (known !== undefined) return known;
      const look = make(part);
      looks.set(key, look);
      return look;
    },
  };
}

/** How a span looks to the terminal. */
interface Look {
  /** What begins each part of it, by what ends that part: `39` ends any colour, `22` ends bold. */
  readonly codes: ReadonlyMap<string, string>;
  /** The sequences to other looks, once they were needed. */
  readonly changes: Map<Look, string>;
}

const PLAIN: Look = { codes: new Map(), changes: new Map() };

/**
 * Writes each change of style once; blanks take the style that holds, unless it would be seen on them. A row with a
 * background is erased in it before the text: no blanks are written, and at the right edge nothing is erased.
 */
function paintLine(styled: StyledLine, looks: Looks, hasLinks: boolean): string {
  let current = looks.base;
  let out = current === PLAIN ? '' : changeOf(PLAIN, current) + ERASE_RIGHT;
  for (const part of styled) {
    if (isBlank(part) && !isLined(current)) {
      out += part.text;
      continue;
    }
    const look = looks.of(part);
    if (look !== current) out += changeOf(current, look);
    current = look;
    const link = part.href !== undefined && hasLinks ? beginLink(part.href) : '';
    out += link + part.text + (link === '' ? '' : END_LINK);
  }
  return out + (current === PLAIN ? '' : changeOf(current, PLAIN));
}

function isBlank(part: Span): boolean {
  return part.href === undefined && part.underline !== true && part.strike !== true && /^ *$/.test(part.text);
}

function isLined({ codes }: Look): boolean {
  return codes.has('24') || codes.has('29');
}

function withTint({ codes }: Look, tint: string): Look {
  return { codes: new Map([...codes, ['49', tint]]), changes: new Map() };
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
  // Bold and dim end alike, and one does not take the place of the other.
  const isOther = (end: string): boolean => end === '22' && from.get(end) !== to.get(end);
  const ends = [...from.keys()].filter((end) => !to.has(end) || isOther(end));
  const begins = [...to].filter(([end, begin]) => from.get(end) !== begin).map(([, begin]) => begin);
  const step = [...ends, ...begins].join(';');
  const afresh = ['0', ...to.values()].join(';');
  if (step === '') return '';
  return setStyle(afresh.length < step.length ? afresh : step);
}

function paletteOf(name: ThemeName, options: ThemeOptions): Palette {
  const isLight = options.background?.kind === 'light';
  if (name === 'colour-blind') return isLight ? COLOUR_BLIND_LIGHT : COLOUR_BLIND;
  if (name === 'light') return LIGHT;
  if (name === 'dark') return DARK;
  if (name === 'terminal' || options.colorLevel < 2) return TERMINAL;
  return isLight ? LIGHT : DARK;
}

function styleKey(part: Span): string {
  return [part.role, part.bold, part.italic, part.underline, part.strike].join();
}

/** What stands for a colour where there are none. */
const COLORLESS: Readonly<Partial<Record<Role, 'bold' | 'dim' | 'underline'>>> = {
  dim: 'dim',
  comment: 'dim',
  accent: 'bold',
  warning: 'bold',
  error: 'bold',
  link: 'underline',
};

const MARK = '\u0001';

/**
 * Lets chalk say, for the colours that the terminal has, what begins and ends a style. What a person said is bold where
 * no background sets it off.
 */
function makeLook(part: Span, palette: Palette | undefined, isUserBold: boolean): Look {
  let style = colored(part.role === undefined ? undefined : palette?.[part.role]);
  const instead = palette === undefined && part.role !== undefined ? COLORLESS[part.role] : undefined;
  if (instead !== undefined) style = style[instead];
  if (part.bold === true || (isUserBold && part.role === 'user')) style = style.bold;
  if (part.italic === true) style = style.italic;
  if (part.underline === true || part.role === 'addedWord' || part.role === 'removedWord') style = style.underline;
  if (part.strike === true) style = style.strikethrough;
  const [begins = [], ends = []] = style(MARK).split(MARK).map(codesIn);
  if (begins.length === 0) return PLAIN;
  return { codes: new Map(begins.map((begin, index) => [ends.at(-1 - index) ?? '0', begin])), changes: new Map() };
}

function colored(color: Palette[Role]): ChalkInstance {
  if (color === undefined) return chalk;
  if (color === 'dim') return chalk.dim;
  return color < 16 ? sixteenth(chalk, color) : chalk.ansi256(color);
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
