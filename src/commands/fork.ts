import type { SlashCommand } from './command.ts';

export const fork: SlashCommand = {
  name: 'fork',
  description: 'Go on in a copy of this session',
  needsIdle: true,
  isAvailable: (services) => services.fork !== undefined,
  run: async (_argument, { services, screen }) => {
    const said = await services.fork?.();
    if (said !== undefined) screen.print(said);
  },
};
