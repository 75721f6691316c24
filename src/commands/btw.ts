import type { SlashCommand } from './command.ts';

export const btw: SlashCommand = {
  name: 'btw',
  argument: '<question>',
  description: 'Ask something beside the conversation; it does not enter it',
  isAvailable: (services) => services.askAside !== undefined,
  run: async (argument, { services, screen }) => {
    if (argument === '') throw new Error('Write the question after it: /btw what is a monad?');
    const answer = await services.askAside?.(argument);
    if (answer !== undefined) {
      screen.print(`/btw ${argument}`);
      (screen.printMarkdown ?? screen.print)(answer);
    }
  },
};
