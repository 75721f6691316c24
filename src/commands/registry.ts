import { btw } from './btw.ts';
import { budget } from './budget.ts';
import { clear } from './clear.ts';
import type { CommandServices, SlashCommand } from './command.ts';
import { compact } from './compact.ts';
import { copy } from './copy.ts';
import { effort } from './effort.ts';
import { exportCommand } from './export.ts';
import { fork } from './fork.ts';
import { help } from './help.ts';
import { keys } from './keys.ts';
import { model } from './model.ts';
import { permissions } from './permissions.ts';
import { quit } from './quit.ts';
import { raw } from './raw.ts';
import { rename } from './rename.ts';
import { context, cost, mcp, status, wire } from './reports.ts';
import { restore } from './restore.ts';
import { resume } from './resume.ts';
import { rewind } from './rewind.ts';
import { theme } from './theme.ts';
import { thinking } from './thinking.ts';
import { tools } from './tools.ts';
import { transcript } from './transcript.ts';
import { trust } from './trust.ts';

/** Every slash command; menus, help, completion and docs list them in this order. */
export const SLASH_COMMANDS: readonly SlashCommand[] = [
  help,
  clear,
  restore,
  model,
  effort,
  thinking,
  compact,
  context,
  cost,
  budget,
  status,
  resume,
  rename,
  rewind,
  fork,
  btw,
  exportCommand,
  copy,
  raw,
  theme,
  keys,
  permissions,
  trust,
  mcp,
  tools,
  wire,
  transcript,
  quit,
];

/** Tells why a command that exists does not work here; undefined: there is no such command, or nothing is known. */
export function whyUnavailable(name: string): string | undefined {
  return SLASH_COMMANDS.find((command) => command.name === name)?.unavailable;
}

/** Gives the built-in commands that work with these services, in the order in which menus and help list them. */
export function availableCommands(services: CommandServices): readonly SlashCommand[] {
  return SLASH_COMMANDS.filter((command) => command.isAvailable?.(services) ?? true);
}

/** Puts the commands that lie in files behind the built-in ones. */
export function withCustom(
  builtIn: readonly SlashCommand[],
  services: CommandServices,
  warn: (line: string) => void,
): readonly SlashCommand[] {
  const custom = services.customCommands?.(warn) ?? [];
  return custom.length === 0 ? builtIn : [...builtIn, ...custom];
}
