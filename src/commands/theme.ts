import type { SlashCommand } from './command.ts';

export const theme: SlashCommand = {
  name: 'theme',
  argument: '[name]',
  description: 'Choose the colours',
  complete: ({ screen }) => screen.themes.map((value) => ({ value })),
  run: (argument, { open, screen }) => {
    if (argument === '') open('themes');
    else if (screen.themes.includes(argument)) screen.setTheme(argument);
    else throw new Error(`There is no theme "${argument}". Take one of ${screen.themes.join(', ')}.`);
  },
};
