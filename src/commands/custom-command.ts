import type { SlashCommand } from './command.ts';

/** A command of a person's own, as it is read from a file. */
export interface CommandTemplate {
  readonly name: string;
  readonly description: string;
  readonly argument?: string;
  readonly template: string;
  readonly origin: 'user' | 'project';
}

const ORIGINS = { user: 'yours', project: 'project' } as const;

/** Makes a slash command of a text: what it sends is that text, with the argument in its places. */
export function customCommand(from: CommandTemplate): SlashCommand {
  const { name, argument, template, origin, description } = from;
  return {
    name,
    description: `${ORIGINS[origin]} · ${description}`,
    ...(argument === undefined ? {} : { argument }),
    template,
    run: (given, { send }) => send({ type: 'text', content: fillTemplate(template, given) }),
  };
}

/** A place for the argument; behind a backslash it stands for itself. `$12` and `$100` are none. */
const PLACE = /(\\?)\$(ARGUMENTS\b|[1-9](?!\d))/g;

/**
 * Puts an argument into a template: `$ARGUMENTS` is all of it, `$1` to `$9` are its words, of which `"several words"` are
 * one. What no place takes stands at the end, so that nothing that was typed is lost.
 */
export function fillTemplate(template: string, argument: string): string {
  const words = splitWords(argument);
  const used = new Set<number>();
  let isWhole = false;
  const filled = template.replace(PLACE, (written, backslash: string, place: string) => {
    if (backslash !== '') return written.slice(1);
    if (place === 'ARGUMENTS') {
      isWhole = true;
      return argument;
    }
    used.add(Number(place) - 1);
    return words[Number(place) - 1]?.text ?? '';
  });
  if (isWhole || argument.trim() === '') return filled.trim();
  const left =
    used.size === 0
      ? argument
      : words
          .filter((_, at) => !used.has(at))
          .map(({ written }) => written)
          .join(' ');
  return [filled.trim(), left.trim()].filter((part) => part !== '').join('\n\n');
}

interface Word {
  /** With its quotes. */
  readonly written: string;
  readonly text: string;
}

function splitWords(argument: string): readonly Word[] {
  return Array.from(argument.matchAll(/"([^"]*)"|'([^']*)'|\S+/g), ([written, double, single]) => ({
    written,
    text: double ?? single ?? written,
  }));
}
