import type { SlashCommand } from './command.ts';

export const rewind: SlashCommand = {
  name: 'rewind',
  argument: '[number]',
  description: 'Go back to an earlier message and edit it; 1 is the last one',
  needsIdle: true,
  isAvailable: (services) => services.rewind !== undefined,
  run: (argument, { open, services }) => (argument === '' ? open('rewind') : services.rewind?.(argument)),
};
