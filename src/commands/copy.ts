import type { SlashCommand } from './command.ts';

export const copy: SlashCommand = {
  name: 'copy',
  argument: '[n]',
  description: 'Copy the last answer as the model wrote it, or the nth last',
  run: async (argument, { services, session, screen }) => {
    const { answers } = session;
    if (answers.length === 0) throw new Error('There is no answer to copy yet.');
    const place = argument === '' ? 1 : Number(argument);
    const answer = Number.isInteger(place) && place > 0 ? answers.at(-place) : undefined;
    if (answer === undefined) {
      throw new Error(`There is no answer ${argument}. Write a number from 1 (the last) to ${answers.length}.`);
    }
    screen.print(await services.writeClipboard(answer));
  },
};
