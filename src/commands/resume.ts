import type { SlashCommand } from './command.ts';

export const resume: SlashCommand = {
  name: 'resume',
  argument: '[session]',
  description: 'Go on with an earlier session',
  needsIdle: true,
  isAvailable: (services) => services.listSessions !== undefined && services.resumeSession !== undefined,
  complete: async ({ services }) =>
    ((await services.listSessions?.()) ?? []).map(({ id, title }) => ({ value: id, description: title })),
  run: (argument, { open, services }) => (argument === '' ? open('sessions') : services.resumeSession?.(argument)),
};
