import type { SlashCommand } from './command.ts';

export const trust: SlashCommand = {
  name: 'trust',
  description: 'Use the instructions of this folder (AGENTS.md)',
  unavailable: 'There is nothing to trust: this folder has no instructions (AGENTS.md) that are not used yet.',
  isAvailable: (services) => services.trustFolder !== undefined,
  run: async (_argument, { services, screen }) => {
    const said = await services.trustFolder?.();
    if (said !== undefined) screen.print(said);
  },
};
