import type { Background } from '../theme/tint.ts';
import { createTerminalAnswers } from './answers.ts';
import type { TerminalFeatures } from './features.ts';
import type { TerminalSession } from './session.ts';

/** Tells whether the colours depend on a background that only the terminal knows exactly. */
export function needsBackground({ features, theme }: { features: TerminalFeatures; theme: string }): boolean {
  return features.colorLevel >= 2 && theme !== 'none';
}

/** Hears what the terminal has answered so far, so that the first rows have the right colours. Takes no bytes away. */
export function hearBackground(
  terminal: Pick<TerminalSession, 'onInput' | 'keep'>,
  screen: { setBackground(background: Background): void },
): void {
  const look = createTerminalAnswers({ background: (background) => screen.setBackground(background), focus: () => {} });
  terminal.onInput((bytes) => {
    look(bytes);
    terminal.keep(bytes);
  });
}
