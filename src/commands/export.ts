import type { SlashCommand } from './command.ts';

export const exportCommand: SlashCommand = {
  name: 'export',
  argument: '[file]',
  description: 'Write the conversation to a file (.md, .html, .json, .jsonl)',
  isAvailable: (services) => services.exportSession !== undefined,
  run: async (argument, { services, screen }) => {
    const path = await services.exportSession?.(argument);
    if (path !== undefined) screen.print(`Written to ${path}`);
  },
};
