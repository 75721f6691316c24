import type { SlashCommand } from './command.ts';

export const rename: SlashCommand = {
  name: 'rename',
  argument: '<title>',
  description: 'Give this session a title',
  isAvailable: (services) => services.renameSession !== undefined,
  run: async (argument, { services, screen }) => {
    if (argument === '') throw new Error('Write the title after it: /rename the parser bug');
    await services.renameSession?.(argument);
    screen.print(`This session is now called “${argument}”.`);
  },
};
