import { editDistance } from '../edit-distance.ts';
import type { SlashCommand } from './command.ts';

/** A line that is meant as a command. */
export interface CommandLine {
  /** Without the slash. */
  readonly name: string;
  readonly argument: string;
}

/** Reads a command; undefined: it is text, such as a path (`/usr/bin`) or a comment (`// …`). */
export function parseCommand(text: string): CommandLine | undefined {
  const match = /^\/([^\s/]+)(?:\s+([\s\S]*))?$/.exec(text.trimEnd());
  if (match === null) return undefined;
  return { name: (match[1] ?? '').toLowerCase(), argument: (match[2] ?? '').trim() };
}

/** Finds the command that a name means: itself, an alias, or the first that begins so. */
export function findCommand(commands: readonly SlashCommand[], name: string): SlashCommand | undefined {
  const names = (command: SlashCommand): readonly string[] => [command.name, ...(command.aliases ?? [])];
  return (
    commands.find((command) => names(command).includes(name)) ??
    commands.find((command) => names(command).some((other) => other.startsWith(name)))
  );
}

/** One line about a command that does not exist, with the nearest names. */
export function unknownCommand(commands: readonly SlashCommand[], name: string): string {
  const ranked = commands
    .map((command) => ({ name: command.name, distance: editDistance(command.name, name) }))
    .sort((one, other) => one.distance - other.distance);
  const near = ranked.filter((candidate) => candidate.distance <= Math.max(2, name.length / 2)).slice(0, 3);
  const hint =
    near.length === 0 ? '/help lists all.' : `Did you mean ${near.map(({ name }) => `/${name}`).join(', ')}?`;
  return `There is no command /${name}. ${hint}`;
}
