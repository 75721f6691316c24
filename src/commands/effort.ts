import { REASONING_EFFORTS } from '../messages.ts';
import { chooseOne } from './choice.ts';
import type { SlashCommand } from './command.ts';

export const effort: SlashCommand = {
  name: 'effort',
  argument: '[effort]',
  description: 'Set how much the model thinks',
  complete: () => REASONING_EFFORTS.map((value) => ({ value })),
  run: (argument, { open, send }) => {
    if (argument === '') {
      open('efforts');
      return;
    }
    send({ type: 'set_reasoning_effort', effort: chooseOne(argument, REASONING_EFFORTS, 'effort') });
  },
};
