import { Argument, type Command } from 'commander';
import { safeLine } from '../../safe-text.ts';
import { BASH_COMPLETION } from './bash.ts';
import { complete } from './complete.ts';

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;

/** Adds the command that prints the script of a shell. */
export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('print a completion script')
    .addArgument(new Argument('<shell>', 'whose script').choices(SHELLS))
    .action(async (shell: (typeof SHELLS)[number]) => {
      if (shell === 'bash') process.stdout.write(BASH_COMPLETION);
      else (await import('@bomb.sh/tab')).script(shell, program.name(), program.name());
    });
}

/** Prints how the last word of a command line may go on, as the scripts read it: last whether files may stand there. */
export async function printSuggestions(program: Command, words: readonly string[]): Promise<void> {
  addCompletion(program);
  const { knownValues } = await import('./values.ts');
  const { values, isFile } = await complete(program, words, knownValues);
  // The shell prints what it is given.
  const shown = values.filter(([value]) => safeLine(value) === value);
  const lines = shown.map(([value, meaning]) => (meaning === '' ? value : `${value}\t${safeLine(meaning)}`));
  process.stdout.write([...lines, isFile ? ':0' : ':4', ''].join('\n'));
}
