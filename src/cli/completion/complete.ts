import type { Command, Option } from 'commander';
import { type ReadWords, readWords } from '../read-words.ts';

/** What may be written next: values with what they mean, or the name of a file. */
export interface Suggestions {
  readonly values: readonly (readonly [value: string, meaning: string])[];
  readonly isFile: boolean;
}

/** Gives the values of an option (`--model`) or of a word of a command (`sessions 2`). Undefined: none are known. */
export type ValueSource = (
  what: string,
  earlier: readonly string[],
  typed: string,
) => Promise<Suggestions['values'] | 'files' | undefined>;

/**
 * Suggests how the last word of a command line goes on; `words` are those behind the name of the program. Of
 * `--flag=value` it is the value alone.
 */
export async function complete(
  program: Command,
  words: readonly string[],
  valuesOf: ValueSource,
): Promise<Suggestions> {
  const typed = words.at(-1) ?? '';
  const { command, earlier } = findCommand(program, words.slice(0, -1));
  const read = readWords(earlier, command.options);
  return suggest({ command, read, program, typed }, valuesOf);
}

interface Place {
  readonly program: Command;
  readonly command: Command;
  readonly read: ReadWords;
  readonly typed: string;
}

async function suggest({ program, command, read, typed }: Place, valuesOf: ValueSource): Promise<Suggestions> {
  const words = read.words.map(({ text }) => text);
  const values = async (what: string, text: string): Promise<Suggestions> => {
    const found = (await valuesOf(what, words, text)) ?? [];
    return found === 'files' ? { values: [], isFile: true } : beginningWith(text, found);
  };
  if (read.open !== undefined && (read.open.required || !typed.startsWith('-')))
    return values(nameOf(read.open), typed);
  const [, flag, text = ''] = /^(--[\w-]+)=(.*)$/s.exec(typed) ?? [];
  if (flag !== undefined && !read.isAfterDashes) return values(flag, text);
  if (typed.startsWith('-') && !read.isAfterDashes) return beginningWith(typed, flagsOf(command));
  if (command !== program) return values(`${command.name()} ${words.length + 1}`, typed);
  if (read.isAfterDashes || read.flags.has('print') || words.length > 0) return beginningWith(typed, []);
  const commands = program.createHelp().visibleCommands(program);
  return beginningWith(
    typed,
    commands.map((one) => [one.name(), one.description()] as const),
  );
}

function beginningWith(text: string, values: Suggestions['values']): Suggestions {
  return { values: values.filter(([value]) => value.startsWith(text)), isFile: false };
}

/** Finds the command that the words call; behind `-p` and `--` they are a prompt. */
function findCommand(program: Command, words: readonly string[]): { command: Command; earlier: readonly string[] } {
  const {
    words: [first],
    flags,
    isAfterDashes,
  } = readWords(words, program.options, 1);
  const isPrompt = isAfterDashes || flags.has('print');
  const command = isPrompt ? undefined : program.commands.find((one) => one.name() === first?.text);
  if (command === undefined || first === undefined) return { command: program, earlier: words };
  return { command, earlier: words.slice(first.index + 1) };
}

function flagsOf(command: Command): Suggestions['values'] {
  return command
    .createHelp()
    .visibleOptions(command)
    .map((option) => [nameOf(option), option.description] as const);
}

function nameOf(option: Option): string {
  return option.long ?? option.short ?? option.flags;
}
