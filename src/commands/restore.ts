import type { SlashCommand } from './command.ts';

export const restore: SlashCommand = {
  name: 'restore',
  description: 'Undo the last clear',
  run: (_argument, { send }) => send({ type: 'restore_context' }),
};
