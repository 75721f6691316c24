import { formatCount } from '../../format.ts';
import { ToolFailure } from '../tool.ts';

/** What to replace by what. */
export interface TextEdit {
  readonly old_string: string;
  readonly new_string: string;
  readonly replace_all?: boolean | undefined;
}

/**
 * Replaces the one occurrence of a text, or all. A text given with `\n` also matches a file with `\r\n`, and is then
 * written with `\r\n`. Throws a {@link ToolFailure} that says how to ask better.
 */
export function replaceText(text: string, edit: TextEdit, name: string): { text: string; count: number } {
  const { old_string, new_string } = edit;
  if (old_string === '') throw new ToolFailure('old_string is empty. Use write_file to write a whole file.');
  if (old_string === new_string)
    throw new ToolFailure('old_string and new_string are the same; there is nothing to do.');
  const spelled = [edit, withCrLf(edit)].find((candidate) => text.includes(candidate.old_string));
  if (spelled === undefined) throw new ToolFailure(notFound(text, old_string, name));
  const parts = text.split(spelled.old_string);
  const count = parts.length - 1;
  if (count > 1 && edit.replace_all !== true) throw new ToolFailure(notUnique(text, spelled.old_string, count));
  return { text: parts.join(spelled.new_string), count };
}

function withCrLf({ old_string, new_string }: TextEdit): TextEdit {
  const convert = (part: string): string => part.replace(/\r?\n/g, '\r\n');
  return { old_string: convert(old_string), new_string: convert(new_string) };
}

function notUnique(text: string, old: string, count: number): string {
  const lines: number[] = [];
  for (let at = text.indexOf(old); at !== -1 && lines.length < 5; at = text.indexOf(old, at + old.length)) {
    lines.push(lineAt(text, at));
  }
  const more = count > lines.length ? ', …' : '';
  return `old_string occurs ${count} times (lines ${lines.join(', ')}${more}). Add lines around it to make it unique, or set replace_all.`;
}

function notFound(text: string, old: string, name: string): string {
  const start = `old_string is not in ${name}.`;
  if (/^ *\d+\t/m.test(old)) return `${start} It begins with a line number of read_file: leave those out.`;
  const first = squeeze(old.split('\n').find((line) => line.trim() !== '') ?? '');
  const near = text.split('\n').findIndex((line) => first !== '' && squeeze(line) === first);
  if (near !== -1)
    return `${start} Line ${near + 1} is like it, but differs in white space or in the lines after it. Read it again.`;
  return `${start} Read the file again; ${formatCount(old.split('\n').length, 'line')} must match exactly.`;
}

function squeeze(line: string): string {
  return line.replace(/\s+/g, ' ').trim();
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
