import type { SlashCommand } from './command.ts';

export const raw: SlashCommand = {
  name: 'raw',
  description: 'Show answers as the model wrote them, for copying, or formatted again',
  needsScreen: true,
  run: (_argument, { screen }) => screen.toggleRaw(),
};
