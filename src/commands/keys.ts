import type { SlashCommand } from './command.ts';

export const keys: SlashCommand = {
  name: 'keys',
  description: 'List the keys; the config can change them',
  run: (_argument, { open }) => open('keys'),
};
