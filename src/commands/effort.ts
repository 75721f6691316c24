import type { ReasoningEffort } from '../messages.ts';
import { chooseOne } from './choice.ts';
import type { SlashCommand } from './command.ts';

const EFFORTS: readonly ReasoningEffort[] = ['none', 'low', 'medium', 'high', 'xhigh'];

export const effort: SlashCommand = {
  name: 'effort',
  argument: '[effort]',
  description: 'Set how much the model thinks',
  complete: () => EFFORTS.map((value) => ({ value })),
  run: (argument, { open, send }) => {
    if (argument === '') {
      open('efforts');
      return;
    }
    const wanted = chooseOne(argument, EFFORTS, 'effort');
    send({ type: 'set_reasoning_effort', effort: wanted });
  },
};
