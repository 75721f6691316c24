import { chooseOne } from './choice.ts';
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
    const mode = chooseOne(argument, modes, 'permission mode');
    services.setPermissionMode?.(mode);
    screen.print(`Permissions: ${mode}`);
  },
};
