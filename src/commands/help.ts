import type { SlashCommand } from './command.ts';

export const help: SlashCommand = {
  name: 'help',
  description: 'List commands and keys',
  run: (_argument, { open }) => open('help'),
};
