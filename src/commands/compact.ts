import type { SlashCommand } from './command.ts';

export const compact: SlashCommand = {
  name: 'compact',
  aliases: ['compress'],
  argument: '[what to keep]',
  description: 'Summarise the conversation to make room',
  run: (argument, { send }) => send({ type: 'compact', ...(argument === '' ? {} : { hint: argument }) }),
};
