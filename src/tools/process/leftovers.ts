import { clipLine, formatCount } from '../../format.ts';
import { plainOutput } from '../output/model-text.ts';

/** More than these are counted only. */
const MAX_NAMED = 3;
const MAX_CHARACTERS = 80;

/**
 * Says in one line which processes were ended with the command that started them; undefined when there were none.
 * `argv` is what the command was run with: a shell that works in the background for it is named only where nothing else is.
 */
export function endedLine(leftovers: readonly string[], argv: readonly string[]): string | undefined {
  const shell = inOneLine(argv.join(' '));
  const others = leftovers.map(inOneLine).filter((command) => command !== shell);
  const ended = others.length > 0 ? others : leftovers;
  if (ended.length === 0) return undefined;
  const names = others.filter((command) => command !== '').slice(0, MAX_NAMED);
  const more = names.length > 0 && ended.length > names.length ? ', …' : '';
  const which = names.map((name) => clipLine(name, MAX_CHARACTERS)).join(', ');
  const verb = ended.length === 1 ? 'was' : 'were';
  const count = formatCount(ended.length, 'background process', 'background processes');
  return `${count} ${verb} ended with the command${which === '' ? '' : `: ${which}`}${more}`;
}

function inOneLine(command: string): string {
  return plainOutput(command).replace(/\s+/g, ' ').trim();
}
