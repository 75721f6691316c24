import { type StyledLine, span } from '../../view/styled-line.ts';
import type { InputCore } from './state.ts';

/** The theme that was in use when the picker was opened, as long as another one is only looked at. */
const before = new WeakMap<InputCore, string>();

/** Shows everything in a theme, and gives some lines in its colours; it is not taken yet. */
export function lookAtTheme(core: InputCore, name: string): readonly StyledLine[] {
  const { screen } = core.options;
  const current = screen.theme?.();
  if (current === undefined) return [];
  if (!before.has(core)) before.set(core, current);
  if (current !== name) screen.setTheme(name);
  return SAMPLE;
}

/** Takes a theme. */
export function takeTheme(core: InputCore, name: string): void {
  before.delete(core);
  core.options.screen.setTheme(name);
}

/** Goes back to the theme that was in use before others were looked at. */
export function leaveThemes(core: InputCore): void {
  const name = before.get(core);
  before.delete(core);
  if (name !== undefined && name !== core.options.screen.theme?.()) core.options.screen.setTheme(name);
}

const SAMPLE: readonly StyledLine[] = [
  [
    span('> ', 'accent', { bold: true }),
    span('your words', 'user'),
    span('  a heading', 'heading', { bold: true }),
    span('  done', 'success'),
    span('  a warning', 'warning'),
    span('  an error', 'error'),
    span('  less', 'dim'),
  ],
  [
    span('const', 'keyword'),
    span(' count', 'name'),
    span(': '),
    span('Count', 'type'),
    span(' = '),
    span('12', 'number'),
    span(' + '),
    span('"text"', 'string'),
    span('  // comment', 'comment'),
    span('  + added', 'added'),
    span('  - removed', 'removed'),
  ],
];
