import type { SlashCommand } from './command.ts';

export const quit: SlashCommand = {
  name: 'quit',
  aliases: ['exit'],
  description: 'Leave',
  run: (_argument, { quit: leave }) => leave(),
};
