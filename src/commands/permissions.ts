import type { SlashCommand } from './command.ts';

export const permissions: SlashCommand = {
  name: 'permissions',
  argument: '[mode]',
  description: 'Choose what tools may do without asking',
  isAvailable: (services) => services.setPermissionMode !== undefined && services.permissionModes !== undefined,
  complete: ({ services }) => services.permissionModes ?? [],
  run: (argument, { open, screen, services }) => {
    if (argument === '') {
      open('permissions');
      return;
    }
    const modes = (services.permissionModes ?? []).map((mode) => mode.value);
    if (!modes.includes(argument)) {
      throw new Error(`There is no permission mode "${argument}". Take one of ${modes.join(', ')}.`);
    }
    services.setPermissionMode?.(argument);
    screen.print(`Permissions: ${argument}`);
  },
};
