/** Red, green and blue, from 0 to 255. */
export type Rgb = readonly [number, number, number];

/** What stands behind the text of a terminal. */
export interface Background {
  readonly kind: 'dark' | 'light';
  /** Absent: only the kind is known. */
  readonly color?: Rgb;
}

/** How much of the opposite is mixed in: on white less is seen sooner. */
const LIGHTER = 0.1;
const DARKER = 0.06;
/** Among the 256 colours, where the background itself is not known. */
const DARK_GRAY = 236;
const LIGHT_GRAY = 254;

/** Gives the SGR code of a background a little off the terminal's own; `colorLevel` 3: all colours, else 256. */
export function tintOf({ kind, color }: Background, colorLevel: number): string {
  if (color === undefined) return `48;5;${kind === 'dark' ? DARK_GRAY : LIGHT_GRAY}`;
  const mixed = color.map((part) => Math.round(kind === 'dark' ? part + (255 - part) * LIGHTER : part * (1 - DARKER)));
  return colorLevel >= 3 ? `48;2;${mixed.join(';')}` : `48;5;${nearest(mixed)}`;
}

/** The levels of each part in the cube of colours from 16 on; the ramp of grays from 232 on has steps of ten. */
const CUBE = [0, 95, 135, 175, 215, 255];

/** Gives the number of the colour among the 256 that is closest; the first sixteen are whatever the terminal makes them. */
function nearest(color: readonly number[]): number {
  const cube = color.map((part) => closest(CUBE, part));
  const inCube = { number: 16 + cube.reduce((sum, level) => sum * 6 + level, 0), parts: cube.map((i) => CUBE[i] ?? 0) };
  const mean = color.reduce((sum, part) => sum + part, 0) / 3;
  const step = Math.max(0, Math.min(23, Math.round((mean - 8) / 10)));
  const gray = { number: 232 + step, parts: color.map(() => 8 + 10 * step) };
  return distance(gray.parts, color) <= distance(inCube.parts, color) ? gray.number : inCube.number;
}

function closest(levels: readonly number[], part: number): number {
  return levels.reduce(
    (best, level, i) => (Math.abs(level - part) < Math.abs((levels[best] ?? 0) - part) ? i : best),
    0,
  );
}

function distance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, part, i) => sum + (part - (b[i] ?? 0)) ** 2, 0);
}
