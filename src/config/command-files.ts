import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { readPlainText } from '../plain-file.ts';
import { projectFolders } from './project.ts';

/** A Markdown file whose text is sent when somebody types its name: a slash command of their own. */
export interface CommandFile {
  /** Without the slash, in lower case. */
  readonly name: string;
  readonly description: string;
  /** How its argument is written, such as `[path]`. */
  readonly argument?: string;
  /** What is sent, with places for the argument. */
  readonly template: string;
  /** Absolute. */
  readonly file: string;
  /** Whose it is: the person's own, or of the project that the chat is in. */
  readonly origin: 'user' | 'project';
}

export interface CommandFiles {
  readonly commands: readonly CommandFile[];
  /** Those that cannot be used: for each a line that says why. */
  readonly problems: readonly CommandProblem[];
}

export interface CommandProblem {
  readonly name: string;
  readonly message: string;
}

const ENDING = '.md';
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}_.:-]{0,63}$/u;
const SIZE_LIMIT_BYTES = 64 * 1024;
const MAX_FILES = 200;
const MAX_DESCRIPTION = 120;
const MAX_ARGUMENT = 40;

/**
 * Makes what finds the commands: those of the config folder first, then those of the project, the nearest folder first.
 * Of two with one name the first is used. It looks anew at each call, and reads again only what changed. Nothing throws.
 */
export function openCommandFiles(configFolder: string, cwd: string): () => CommandFiles {
  const known = new Map<string, KnownFile>();
  const folders = commandFolders(configFolder, cwd);
  return () => {
    const found = folders.flatMap((folder) => listFolder(folder).map((entry) => readEntry(folder, entry, known)));
    const commands = new Map<string, CommandFile>();
    const problems: CommandProblem[] = [];
    for (const one of found) {
      if ('message' in one) problems.push(one);
      else {
        const other = commands.get(one.name);
        if (other === undefined) commands.set(one.name, one);
        else problems.push(problem(one.name, one.file, `${other.file} has the same name and comes first`));
      }
    }
    return { commands: [...commands.values()], problems };
  };
}

interface CommandFolder {
  readonly path: string;
  readonly origin: CommandFile['origin'];
  /** Its files must lie in here, links followed: a project's links are not the person's own. */
  readonly inside?: string;
}

interface KnownFile {
  /** Changes when the file does. */
  readonly mark: string;
  readonly read: CommandFile | CommandProblem;
}

function commandFolders(configFolder: string, cwd: string): readonly CommandFolder[] {
  const own: CommandFolder = { path: join(configFolder, 'commands'), origin: 'user' };
  try {
    const projects = [...projectFolders(cwd)].reverse();
    const inside = projects.at(-1) ?? cwd;
    const paths = projects.map((folder) => join(folder, '.agent-chat', 'commands'));
    return [own, ...paths.map((path): CommandFolder => ({ path, origin: 'project', inside }))];
  } catch {
    return [own];
  }
}

function listFolder({ path }: CommandFolder): readonly string[] {
  try {
    const names = readdirSync(path).filter((name) => name.endsWith(ENDING) && !name.startsWith('.'));
    return names.sort().slice(0, MAX_FILES);
  } catch {
    return [];
  }
}

function readEntry(folder: CommandFolder, entry: string, known: Map<string, KnownFile>): CommandFile | CommandProblem {
  const file = join(folder.path, entry);
  const name = entry.slice(0, -ENDING.length).toLowerCase();
  if (!NAME.test(name)) return problem(name, file, 'its name is no word of letters, digits and _ . : -');
  try {
    const real = realpathSync(file);
    const isOutside = folder.inside !== undefined && !real.startsWith(join(folder.inside, sep));
    if (isOutside) return problem(name, file, 'it is a link that leads out of the project');
    if (!real.endsWith(ENDING)) return problem(name, file, `it is a link to something that does not end in ${ENDING}`);
    const stats = statSync(real);
    const mark = `${real} ${stats.ino} ${stats.size} ${stats.mtimeMs}`;
    const earlier = known.get(file);
    if (earlier?.mark === mark) return earlier.read;
    if (!stats.isFile()) return problem(name, file, 'it is no regular file');
    const read = readCommand(real, { name, file, origin: folder.origin });
    known.set(file, { mark, read });
    return read;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return problem(name, file, code === 'ENOENT' ? 'it is a link to nothing' : `it cannot be read (${code})`);
  }
}

function problem(name: string, file: string, why: string): CommandProblem {
  return { name, message: `${file} is not used: ${why}.` };
}

type Place = Pick<CommandFile, 'name' | 'file' | 'origin'>;

function readCommand(real: string, place: Place): CommandFile | CommandProblem {
  const refuse = (why: string): CommandProblem => problem(place.name, place.file, why);
  if (statSync(real).size > SIZE_LIMIT_BYTES) return refuse(`it is larger than ${SIZE_LIMIT_BYTES / 1024} KB`);
  const written = readPlainText(real, SIZE_LIMIT_BYTES);
  if (written === undefined) return refuse('it cannot be read');
  if (written.includes('\0')) return refuse('it is no text');
  const { fields, body } = splitFrontMatter(written.replace(/^\ufeff/, '').replaceAll('\r\n', '\n'));
  const template = body.trim();
  if (template === '') return refuse('it is empty');
  const [firstLine = ''] = template.split('\n');
  const description = fields.get('description') || firstLine.replace(/^#+\s*/, '');
  const argument = fields.get('argument-hint');
  return {
    ...place,
    description: cut(description, MAX_DESCRIPTION),
    ...(argument ? { argument: cut(argument, MAX_ARGUMENT) } : {}),
    template,
  };
}

function cut(text: string, limit: number): string {
  const characters = [...text];
  return characters.length > limit ? `${characters.slice(0, limit - 1).join('')}…` : text;
}

/** Takes the lines `key: value` between two lines of `---` off the beginning; other agents' keys are read over. */
function splitFrontMatter(text: string): { readonly fields: ReadonlyMap<string, string>; readonly body: string } {
  const match = /^---[ \t]*\n([\s\S]*?\n)??---[ \t]*(?:\n|$)/.exec(text);
  if (match === null) return { fields: new Map(), body: text };
  const lines = (match[1] ?? '').split('\n');
  const fields = lines.flatMap((line): [string, string][] => {
    const [, key, value = ''] = /^([\w-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    return key === undefined ? [] : [[key.toLowerCase(), value.replace(/^(["'])(.*)\1$/, '$2')]];
  });
  return { fields: new Map(fields), body: text.slice(match[0].length) };
}
