import { formatCount } from '../../format.ts';
import type { FinishedCall } from './current-turn.ts';
import { isDenial, readableGlob } from './pending-calls.ts';

/** Says in Markdown what a finished call really gave; never more than its result holds. */
export function describeResult(call: FinishedCall): string {
  if (call.is_error) return describeFailure(call);
  const lines = contentLines(call.output);
  switch (call.name) {
    case 'list_files':
      return describeListing(call, lines);
    case 'read_file':
      return describeFile(call);
    case 'search_files':
      return describeSearch(call, lines);
    case 'run_command':
      return describeCommand(call);
    case 'fetch_url':
      return `**${shown(call.input.url)}** answered. It begins:\n\n${quote(lines.filter(isProse).slice(0, 6))}`;
    case 'edit_file':
    case 'write_file':
      return lines[0] ?? `Changed ${shown(call.input.path)}.`;
    default:
      return `**${call.name}** gave ${formatCount(lines.length, 'line')}:\n\n${fence(lines.slice(0, 8))}`;
  }
}

function describeFailure(call: FinishedCall): string {
  const subject = `${call.name} ${shown(call.input.path ?? call.input.command ?? call.input.url ?? call.input.pattern ?? '')}`;
  const reason = call.output.trim().split('\n')[0] ?? '';
  if (isDenial(call)) return `I did not do **${subject.trim()}**: it was not allowed. (${reason})`;
  return `**${subject.trim()}** did not work: ${reason}`;
}

function describeListing(call: FinishedCall, lines: readonly string[]): string {
  const place = call.input.path === undefined ? 'This folder' : shown(call.input.path);
  const isNothing = lines.length === 1 && / is empty\.$|^No file /.test(lines[0] ?? '');
  if (isNothing) return readableGlob(lines[0] ?? '');
  const entries = lines.map((line) => line.trim());
  const top = lines.filter((line) => !/^\s/.test(line));
  const folders = entries.filter((entry) => /\/(?: \(\d+ files?\))?$/.test(entry)).length;
  const files = entries.length - folders;
  const what = [folders > 0 ? formatCount(folders, 'folder') : '', files > 0 ? formatCount(files, 'file') : ''].filter(
    Boolean,
  );
  const names = top.slice(0, 12).map((name) => `- ${code(name.replace(/ \(\d+ files?\)$/, ''))}`);
  const rest = top.length > 12 ? `\n- … and ${top.length - 12} more` : '';
  return `${place} shows ${what.join(' and ')}. At the top:\n\n${names.join('\n')}${rest}`;
}

function describeFile(call: FinishedCall): string {
  const path = shown(call.input.path);
  const text = withoutNumbers(call.output.split('\n').filter((line) => !/^\[.*\]$/.test(line)));
  if (text.length === 0 || /^\[.* is empty\]$/.test(call.output.trim())) return `${path} is empty.`;
  const title = text.map((line) => /^#\s+(.+)/.exec(line)?.[1]).find((found) => found !== undefined);
  const prose = text.filter(isProse).slice(0, 3);
  const head = `${path} has ${partOf(call.output) ?? formatCount(text.length, 'line')}`;
  if (title !== undefined) return `${head}. Its title is **${title}**, and it begins:\n\n${quote(prose)}`;
  return `${head}. It begins:\n\n${fence(text.filter((line) => line.trim() !== '').slice(0, 6))}`;
}

function describeSearch(call: FinishedCall, lines: readonly string[]): string {
  const pattern = code(String(call.input.pattern ?? ''));
  if (lines.length === 0 || /^No (?:line|match)/i.test(lines[0] ?? '')) return `Nothing matches ${pattern}.`;
  const hits = lines.filter((line) => /^\s*\d+[:|\t ]|:\d+[:\t ]/.test(line));
  const count = hits.length > 0 ? hits.length : lines.length;
  return `${formatCount(count, 'line')} ${count === 1 ? 'matches' : 'match'} ${pattern}:\n\n${fence(lines.slice(0, 8))}`;
}

function describeCommand(call: FinishedCall): string {
  const lines = call.output.split('\n').filter((line) => !/^\[exit code \d+\]$/.test(line) && line !== '');
  const exit = /^\[exit code (\d+)\]$/m.exec(call.output)?.[1];
  const command = code(String(call.input.command ?? ''));
  const verdict = exit === undefined ? 'ran' : `failed with exit code ${exit}`;
  if (lines.length === 0 || lines[0] === '(no output)') return `${command} ${verdict} and printed nothing.`;
  const shownLines = lines.length > 8 ? [...lines.slice(0, 4), '…', ...lines.slice(-3)] : lines;
  return `${command} ${verdict} and printed ${formatCount(lines.length, 'line')}:\n\n${fence(shownLines)}`;
}

/** The lines that are content, without the notes in brackets that tools add. */
function contentLines(output: string): string[] {
  return output.split('\n').filter((line) => line.trim() !== '' && !/^\[.*\]$/.test(line.trim()));
}

/** Takes the numbers off lines that all have one. */
function withoutNumbers(lines: readonly string[]): readonly string[] {
  const numbered = /^\s*\d+(?:\t|→|\||: )/;
  return lines.every((line) => numbered.test(line)) ? lines.map((line) => line.replace(numbered, '')) : lines;
}

function partOf(output: string): string | undefined {
  const total = /^\[lines \d+-\d+ of (\d+)/m.exec(output)?.[1];
  return total === undefined ? undefined : formatCount(Number(total), 'line');
}

function isProse(line: string): boolean {
  return line.trim() !== '' && !/^\s*(?:#|\||```|<|!?\[|[-=*_]{3,})/.test(line);
}

function shown(value: unknown): string {
  return value === '' || value === undefined ? '' : code(String(value));
}

/** Makes a code span of any text, with more backticks around it than inside. */
function code(text: string): string {
  const ticks = '`'.repeat(Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length)) + 1);
  const pad = ticks.length > 1 ? ' ' : '';
  return `${ticks}${pad}${text.replaceAll('\n', ' ')}${pad}${ticks}`;
}

function quote(lines: readonly string[]): string {
  return lines.length === 0 ? '> (no text)' : lines.map((line) => `> ${clip(line.trim())}`).join('\n');
}

function fence(lines: readonly string[]): string {
  const ticks = lines.some((line) => line.includes('```')) ? '````' : '```';
  return [`${ticks}text`, ...lines.map(clip), ticks].join('\n');
}

function clip(line: string): string {
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}
