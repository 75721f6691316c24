import type { SlashCommand } from './command.ts';

export const clear: SlashCommand = {
  name: 'clear',
  aliases: ['new'],
  description: 'Start anew; nothing is deleted, /restore brings it back',
  run: (_argument, { send }) => send({ type: 'clear_context' }),
};
