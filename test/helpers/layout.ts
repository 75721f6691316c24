import { type Layout, UNICODE_GLYPHS } from '../../src/view/layout.ts';

/** A layout of so many columns, with styles and everything folded. */
export function layoutOf(width: number): Layout {
  return {
    width,
    glyphs: UNICODE_GLYPHS,
    hasStyles: true,
    hasLinks: false,
    hasThoughts: false,
    hasDetails: false,
    now: 0,
  };
}
