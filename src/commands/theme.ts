import { chooseOne } from './choice.ts';
import type { SlashCommand } from './command.ts';

export const theme: SlashCommand = {
  name: 'theme',
  argument: '[name]',
  description: 'Choose the colours',
  needsScreen: true,
  complete: ({ screen }) => screen.themes.map((value) => ({ value })),
  run: (argument, { open, screen }) => {
    if (argument === '') open('themes');
    else screen.setTheme(chooseOne(argument, screen.themes, 'theme'));
  },
};
