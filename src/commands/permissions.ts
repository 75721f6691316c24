import { chooseOne } from './choice.ts';
import type { CommandServices, SlashCommand } from './command.ts';

const TAKES_BACK = 'always, for this session: ask again';

export const permissions: SlashCommand = {
  name: 'permissions',
  argument: '[mode | forget rule]',
  description: 'Choose what tools may do without asking; take an "always" back',
  isAvailable: (services) => services.setPermissionMode !== undefined && services.permissionModes !== undefined,
  complete: ({ services }) => [
    ...(services.permissionModes ?? []),
    ...(services.alwaysRules?.() ?? []).map((rule) => ({ value: `forget ${rule}`, description: TAKES_BACK })),
  ],
  run: (argument, { open, screen, services }) => {
    if (argument === '') {
      open('permissions');
      return;
    }
    const [, forgotten] = /^forget\s+(.+)$/s.exec(argument) ?? [];
    if (forgotten !== undefined) {
      screen.print(forgetRule(forgotten, services));
      return;
    }
    const modes = (services.permissionModes ?? []).map((mode) => mode.value);
    const mode = chooseOne(argument, modes, 'permission mode');
    services.setPermissionMode?.(mode);
    screen.print(`Permissions: ${mode}`);
  },
};

/** Takes back what "always" allowed; gives the line that says so. Throws where there is no such rule. */
export function forgetRule(rule: string, services: CommandServices): string {
  if (services.alwaysRules?.().includes(rule) !== true) {
    throw new Error(`Nothing is always allowed as "${rule}". /permissions lists what is.`);
  }
  services.forgetRule?.(rule);
  return `Asked about again: ${rule}`;
}
