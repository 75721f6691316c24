import type { SlashCommand } from './command.ts';

export const trust: SlashCommand = {
  name: 'trust',
  description: 'Use the instructions of this folder (AGENTS.md)',
  isAvailable: (services) => services.trustFolder !== undefined,
  run: async (_argument, { services, screen }) => {
    const said = await services.trustFolder?.();
    if (said !== undefined) screen.print(said);
  },
};
