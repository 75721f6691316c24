import { fillTemplate } from '../../commands/custom-command.ts';
import { openCommandFiles } from '../../config/command-files.ts';
import { safeLine } from '../../safe-text.ts';
import { CliError } from '../exit-codes.ts';
import { isBuiltIn, withoutBuiltIn } from '../services/custom-commands.ts';
import { readPlaces } from '../setup.ts';

/** The name ends where piped text would begin. */
const COMMAND = /^\/([^\s/{}]+)(?:\s+|$)/;

/**
 * Reads a prompt of the command line. Where it begins with the whole name of a command in a file, gives what makes its
 * text of such a prompt; else undefined. `tell` hears of the file. A file that cannot be used is a {@link CliError}.
 */
export function promptCommand(prompt: string, tell: (line: string) => void): ((prompt: string) => string) | undefined {
  const name = COMMAND.exec(prompt)?.[1]?.toLowerCase();
  if (name === undefined || isBuiltIn(name)) return undefined;
  const { folders, cwd } = readPlaces();
  const { commands, problems } = withoutBuiltIn(openCommandFiles(folders.config, cwd)());
  const command = commands.find((one) => one.name === name);
  if (command !== undefined) {
    tell(`/${name} is ${safeLine(command.file)}\n`);
    return (whole) => fillTemplate(command.template, whole.replace(COMMAND, ''));
  }
  const wrong = problems.find((one) => one.name === name);
  if (wrong !== undefined) throw new CliError(wrong.message);
  return undefined;
}
