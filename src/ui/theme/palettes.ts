import type { Role } from '../../view/styled-line.ts';

/** The number of a colour among the 256; below 16 the terminal's own palette decides. `dim`: the text's own, fainter. */
export type Palette = Readonly<Partial<Record<Role, number | 'dim'>>>;

/**
 * Code changes its colour every few characters. One of the terminal's own takes five bytes in place of eleven, and follows
 * what its owner finds legible. Plain blue is too dark on black, and the gray of many palettes nearly is their background.
 */
const DARK_CODE: Palette = { keyword: 5, string: 2, number: 3, comment: 'dim', name: 6, type: 6 };

export const DARK: Palette = {
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
  ...DARK_CODE,
};

export const LIGHT: Palette = {
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
export const COLOUR_BLIND: Palette = {
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
  keyword: 141,
  string: 152,
  number: 216,
  comment: 243,
  name: 75,
  type: 116,
};

/** The same two hues, dark enough for a light background. */
export const COLOUR_BLIND_LIGHT: Palette = {
  ...LIGHT,
  accent: 25,
  link: 25,
  success: 25,
  warning: 94,
  error: 130,
  added: 25,
  removed: 130,
  addedWord: 18,
  removedWord: 94,
  string: 24,
  name: 25,
};

/** The sixteen colours of the terminal's own palette. */
export const TERMINAL: Palette = {
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
