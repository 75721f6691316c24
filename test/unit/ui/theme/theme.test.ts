import { describe, expect, test } from 'vitest';
import { THEME_NAMES } from '../../../../src/theme-names.ts';
import { detectTerminal } from '../../../../src/ui/terminal/features.ts';
import { createTheme, type ThemeOptions } from '../../../../src/ui/theme/theme.ts';
import { tintOf } from '../../../../src/ui/theme/tint.ts';
import { span, tinted } from '../../../../src/view/styled-line.ts';

const SAID = tinted([span('> '), span('hello', 'user')]);
const paint = (options: Partial<ThemeOptions>): string =>
  createTheme({ name: 'auto', colorLevel: 3, hasLinks: false, hasFill: true, ...options }).paint(SAID);

describe('what a person said', () => {
  test('has a background of its own to the right edge, made from that of the terminal', () => {
    expect(paint({ background: { kind: 'dark', color: [0, 43, 54] } })).toBe(
      '\u001b[48;2;26;64;74m\u001b[K> hello\u001b[0m',
    );
    expect(paint({ background: { kind: 'light', color: [255, 255, 255] } })).toBe(
      '\u001b[48;2;240;240;240m\u001b[K> hello\u001b[0m',
    );
  });

  test.each(THEME_NAMES.filter((name) => name !== 'none'))('has it in the theme %s', (name) => {
    expect(paint({ name, background: { kind: 'light' } })).toContain('\u001b[48;5;254m\u001b[K');
  });

  test('has it in the colours that there are', () => {
    expect(paint({ colorLevel: 2, background: { kind: 'dark', color: [30, 30, 46] } })).toContain('\u001b[48;5;237m');
    expect(paint({ colorLevel: 2, background: { kind: 'dark' } })).toContain('\u001b[48;5;236m');
  });

  test.each<[string, Partial<ThemeOptions>]>([
    ['the background is not known', {}],
    ['there are few colours', { colorLevel: 1, background: { kind: 'dark' } }],
    ['erasing takes no colour', { hasFill: false, background: { kind: 'dark' } }],
  ])('is bold where %s', (_why, options) => {
    expect(paint(options)).toBe('> \u001b[1mhello\u001b[0m');
  });

  test('is bold without colours, and plain without any style', () => {
    expect(paint({ colorLevel: 0, background: { kind: 'dark' } })).toBe('> \u001b[1mhello\u001b[0m');
    expect(paint({ name: 'none', background: { kind: 'dark' } })).toBe('> hello');
  });
});

test('without colours there are bold, dim and underlines, each ended before the other begins', () => {
  const { paint: draw } = createTheme({ name: 'auto', colorLevel: 0, hasLinks: false, hasFill: true });
  const drawn = draw([span('bold', 'error'), span('dim', 'dim'), span('green', 'success'), span('at', 'link')]);
  expect(drawn).toBe('\u001b[1mbold\u001b[0;2mdim\u001b[0mgreen\u001b[4mat\u001b[0m');
});

test('a theme that is made for a background stands for it, unless the terminal says otherwise', () => {
  expect(paint({ name: 'light' })).toContain('\u001b[48;5;254m');
  expect(paint({ name: 'light', background: { kind: 'dark' } })).toContain('\u001b[48;5;236m');
});

test('a tint among 256 colours differs from every background', () => {
  for (let level = 0; level <= 255; level += 5) {
    const kind = level > 127 ? ('light' as const) : ('dark' as const);
    const number = Number(/48;5;(\d+)$/.exec(tintOf({ kind, color: [level, level, level] }, 2))?.[1]);
    const shade = number >= 232 ? 8 + 10 * (number - 232) : ([0, 95, 135, 175, 215, 255][(number - 16) % 6] ?? 0);
    expect(kind === 'dark' ? shade - level : level - shade).toBeGreaterThan(2);
    expect(Math.abs(shade - level)).toBeLessThan(36);
  }
});

test('blanks after an underlined word are not underlined', () => {
  const { paint: draw } = createTheme({ name: 'dark', colorLevel: 2, hasLinks: false, hasFill: true });
  const drawn = draw([span('hello', 'removedWord'), span(' ', 'removed'), span('to', 'removed')]);
  expect(drawn).toMatch(/hello\u001b\[0;[\d;]*m to/);
});

test('the colour-blind theme has another palette for a light background', () => {
  const added = (background: ThemeOptions['background']): string =>
    createTheme({
      name: 'colour-blind',
      colorLevel: 2,
      hasLinks: false,
      hasFill: true,
      ...(background && { background }),
    }).paint([span('x', 'added')]);
  expect(added(undefined)).toContain('38;5;75m');
  expect(added({ kind: 'light' })).toContain('38;5;25m');
});

test('GNU screen erases with its own background, tmux with the one that is set', () => {
  expect(detectTerminal({ TERM: 'screen-256color', STY: '123.pts-0' }).hasFill).toBe(false);
  expect(detectTerminal({ TERM: 'tmux-256color', TMUX: '/tmp/x,1,0' }).hasFill).toBe(true);
});
