import { clipLine, formatBytes, formatCount } from '../format.ts';
import { rememberDecisions } from './decided.ts';
import { decodeFile, type FileText } from './files/file-text.ts';
import { readImage } from './files/image-file.ts';
import { readRegularFile } from './files/open-file.ts';
import { showHidden } from './output/model-text.ts';
import { bothPaths, displayPath } from './resolve-path.ts';
import { type Tool, ToolFailure, type ToolOutput } from './tool.ts';
import { builtInInput, type InputOf } from './tool-input.ts';

const DEFAULT_LINES = 2000;
const MAX_LINE_CHARACTERS = 2000;
const MAX_RESULT_BYTES = 32 * 1024;

type ReadInput = InputOf<'read_file'>;

/** Makes the tool that reads a text file, with line numbers, or an image. */
export function readFileTool(): Tool<ReadInput> {
  const calls = rememberDecisions<ReadInput>(({ path }) => path);
  return {
    name: 'read_file',
    display_name: 'Read',
    description:
      'Reads a text file. Each line comes with its number and a tab, which are not part of the file. ' +
      'Long files come in parts: the result says with which offset to continue. ' +
      'Of a png, jpeg, gif or webp file you are shown the image.',
    input: builtInInput('read_file'),
    summarize: ({ path, offset }) => (offset === undefined ? path : `${path}:${offset}`),
    access: async (call, { cwd }) => ({ kind: 'read', paths: bothPaths(await calls.path(call, cwd)) }),
    preview: async (call, { cwd }) => ({ kind: 'text', text: `Read ${(await calls.path(call, cwd)).resolved}` }),
    run: async (call, { cwd }) => {
      const { resolved } = await calls.path(call, cwd);
      const name = displayPath(resolved, cwd);
      const { bytes } = await readRegularFile(resolved, name);
      const image = readImage(bytes, name);
      if (image !== undefined) return showImage(image, name);
      const file = decodeFile(bytes);
      if (file === undefined) {
        throw new ToolFailure(
          `${name} is not text (${formatBytes(bytes.length)}). Use run_command with a program that knows it.`,
        );
      }
      return page(file, call, name);
    },
  };
}

function showImage(image: NonNullable<ReturnType<typeof readImage>>, name: string): ToolOutput {
  if ('problem' in image) throw new ToolFailure(`${name} is ${image.problem}.`);
  const { block, about } = image;
  return { result: `[${name}: ${about}]`, images: [block], meta: { summary: about } };
}

function page(file: FileText, { offset = 1, limit = DEFAULT_LINES }: ReadInput, name: string): ToolOutput {
  const lines = linesOf(file.text);
  if (lines.length === 0) return { result: `[${name} is empty]`, meta: { summary: 'empty' } };
  if (offset > lines.length) {
    throw new ToolFailure(`${name} has ${formatCount(lines.length, 'line')}; there is no line ${offset}.`);
  }
  const shown: string[] = [];
  let room = MAX_RESULT_BYTES;
  for (const line of lines.slice(offset - 1, offset - 1 + limit)) {
    const numbered = `${String(offset + shown.length).padStart(6)}\t${showHidden(clipLine(line, MAX_LINE_CHARACTERS))}`;
    room -= Buffer.byteLength(numbered) + 1;
    if (room < 0) break;
    shown.push(numbered);
  }
  const notes = notesOn(file, { first: offset, last: offset + shown.length - 1, total: lines.length });
  return { result: [...shown, ...notes].join('\n'), meta: { summary: formatCount(shown.length, 'line') } };
}

function notesOn(file: FileText, range: { first: number; last: number; total: number }): string[] {
  const notes: string[] = [];
  if (range.last < range.total) {
    notes.push(`[lines ${range.first}-${range.last} of ${range.total}; continue with offset ${range.last + 1}]`);
  }
  if (file.is_lossy) notes.push(`[not valid ${file.encoding}: what could not be decoded is shown as \ufffd]`);
  return notes;
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
