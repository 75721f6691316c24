import type { SlashCommand } from './command.ts';

export const rewind: SlashCommand = {
  name: 'rewind',
  description: 'Go back to an earlier message and edit it',
  needsIdle: true,
  isAvailable: (services) => services.rewind !== undefined,
  run: (_argument, { open }) => open('rewind'),
};
