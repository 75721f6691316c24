import type { SlashCommand } from './command.ts';

export const thinking: SlashCommand = {
  name: 'thinking',
  description: 'Fold or unfold thinking',
  needsScreen: true,
  run: (_argument, { hint, screen }) => hint(screen.toggleThinking()),
};
