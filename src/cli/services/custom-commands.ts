import type { SlashCommand } from '../../commands/command.ts';
import { customCommand } from '../../commands/custom-command.ts';
import { SLASH_COMMANDS } from '../../commands/registry.ts';
import { type CommandFile, type CommandFiles, openCommandFiles } from '../../config/command-files.ts';
import type { Setup } from '../setup.ts';
import { isFirst } from '../wiring/said-once.ts';

/** Makes what lists the person's and the project's own commands; what cannot be used is warned of once. */
export function customCommands(setup: Setup): (warn: (line: string) => void) => readonly SlashCommand[] {
  const read = openCommandFiles(setup.folders.config, setup.cwd);
  let last: { readonly of: readonly CommandFile[]; readonly made: readonly SlashCommand[] } = { of: [], made: [] };
  return (warn) => {
    const { commands, problems } = withoutBuiltIn(read());
    for (const { message } of problems) {
      if (isFirst(message)) warn(message);
    }
    const isSame = commands.length === last.of.length && commands.every((command, at) => command === last.of[at]);
    if (!isSame) last = { of: commands, made: commands.map(customCommand) };
    return last.made;
  };
}

/** Takes out what has the name of a built-in command: that one wins. */
export function withoutBuiltIn({ commands, problems }: CommandFiles): CommandFiles {
  const lost = commands
    .filter(({ name }) => isBuiltIn(name))
    .map(({ name, file }) => ({
      name,
      message: `${file} is not used: /${name} is a built-in command.`,
    }));
  return { commands: commands.filter(({ name }) => !isBuiltIn(name)), problems: [...problems, ...lost] };
}

/** Tells whether the program has a slash command, or an alias of one, with this name. */
export function isBuiltIn(name: string): boolean {
  return SLASH_COMMANDS.some((command) => command.name === name || command.aliases?.includes(name));
}
