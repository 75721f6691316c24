import type { SlashCommand } from './command.ts';

export const btw: SlashCommand = {
  name: 'btw',
  argument: '<question>',
  description: 'Ask something beside the conversation; it does not enter it',
  isAvailable: (services) => services.askAside !== undefined,
  run: async (argument, { services, screen, work }) => {
    if (argument === '') throw new Error('Write the question after it: /btw what is a monad?');
    await work({ sign: '/btw', text: argument }, async (signal, show) => {
      const answer = await services.askAside?.(argument, signal, show);
      if (answer === undefined) return;
      screen.print(`/btw ${argument}`);
      // As a quote it is not taken for a part of the answer that it falls into.
      if (screen.printMarkdown === undefined) screen.print(answer);
      else screen.printMarkdown(answer.trim().replace(/^/gm, '> '));
    });
  },
};
