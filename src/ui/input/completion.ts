import type { Completion, SlashCommand } from '../../commands/command.ts';
import type { EditorState } from './editor/editor.ts';
import { replaceRange } from './editor/editor.ts';
import { filterItems } from './picker.ts';

/** What can be completed at the caret. */
export type CompletionSite =
  | { readonly kind: 'command'; readonly start: 0; readonly end: number; readonly query: string }
  | {
      readonly kind: 'argument';
      readonly start: number;
      readonly end: number;
      readonly query: string;
      readonly command: SlashCommand;
    }
  | { readonly kind: 'file'; readonly start: number; readonly end: number; readonly query: string };

/** The open menu of completions. */
export interface Menu {
  readonly site: CompletionSite;
  readonly items: readonly MenuItem[];
  readonly index: number;
  /** The mark was moved by hand: Enter takes it, also where it would run what is typed. */
  readonly isMoved: boolean;
}

/** One line of the menu. */
export interface MenuItem {
  readonly value: string;
  readonly label: string;
  readonly detail?: string;
}

/** Finds what stands at the caret and can be completed. */
export function completionSite(editor: EditorState, commands: readonly SlashCommand[]): CompletionSite | undefined {
  const before = editor.text.slice(0, editor.caret);
  const isAtEnd = editor.caret === editor.text.length;
  const name = /^\/([^\s/]*)$/.exec(before);
  if (name !== null && isAtEnd) return { kind: 'command', start: 0, end: editor.caret, query: name[1] ?? '' };
  const argument = /^\/([^\s/]+) +([^\n]*)$/.exec(before);
  if (argument !== null && isAtEnd) return argumentSite(argument[1] ?? '', argument[2] ?? '', commands);
  const file = /(?:^|[\s(])@("[^"\n]*|[^\s"]*)$/.exec(before);
  if (file === null) return undefined;
  const written = file[1] ?? '';
  return {
    kind: 'file',
    start: editor.caret - written.length - 1,
    end: editor.caret,
    query: written.replace(/^"/, ''),
  };
}

function argumentSite(name: string, query: string, commands: readonly SlashCommand[]): CompletionSite | undefined {
  const command = commands.find((other) => other.name === name || other.aliases?.includes(name));
  if (command?.complete === undefined) return undefined;
  const end = 1 + name.length + 1 + query.length;
  return { kind: 'argument', start: end - query.length, end, query, command };
}

/** The commands whose names resemble what is typed; those that begin so come first. */
export function commandItems(commands: readonly SlashCommand[], query: string): readonly MenuItem[] {
  const wanted = query.toLowerCase();
  const names = (command: SlashCommand): readonly string[] => [command.name, ...(command.aliases ?? [])];
  const isWhole = (command: SlashCommand): boolean => names(command).includes(wanted);
  const begins = commands
    .filter((command) => names(command).some((name) => name.startsWith(wanted)))
    .sort((one, other) => Number(isWhole(other)) - Number(isWhole(one)));
  const others = filterItems(
    commands.filter((command) => !begins.includes(command)).map((command) => ({ label: command.name, command })),
    wanted,
  );
  return [...begins, ...others.map((other) => other.command)].map((command) => ({
    value: command.name,
    label: `/${command.name}${command.argument === undefined ? '' : ` ${command.argument}`}`,
    detail: command.description,
  }));
}

/** The values of an argument that resemble what is typed. */
export function argumentItems(completions: readonly Completion[], query: string): readonly MenuItem[] {
  const items = completions.map(({ value, description }) => ({
    value,
    label: value,
    ...(description === undefined ? {} : { detail: description }),
  }));
  return filterItems(items, query);
}

/** The paths of files, as they were found. */
export function fileItems(paths: readonly string[]): readonly MenuItem[] {
  return paths.map((path) => ({ value: path, label: path }));
}

/** Puts the marked completion into the text. */
export function acceptCompletion(editor: EditorState, menu: Menu): EditorState {
  const item = menu.items[menu.index];
  if (item === undefined) return editor;
  return replaceRange(editor, menu.site, completionText(menu.site, item.value));
}

function completionText(site: CompletionSite, value: string): string {
  if (site.kind === 'command') return `/${value} `;
  if (site.kind === 'argument') return value;
  const isQuoted = /\s/.test(value);
  // A folder goes on with what is in it.
  if (value.endsWith('/')) return isQuoted ? `@"${value}` : `@${value}`;
  return isQuoted ? `@"${value}" ` : `@${value} `;
}
