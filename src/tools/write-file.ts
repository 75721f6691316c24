import { countLines, formatCount } from '../format.ts';
import type { FileDiff } from '../messages.ts';
import { rememberDecisions } from './decided.ts';
import { checkUnchanged, digestOfPrevious, previousFile, refuseMasked, refuseSharedFile } from './files/change-file.ts';
import { diffFile, diffStat } from './files/file-diff.ts';
import { decodeFile } from './files/file-text.ts';
import { type FileChange, replaceFile } from './files/replace-file.ts';
import type { ToolsOptions } from './options.ts';
import { bothPaths, displayPath } from './resolve-path.ts';
import { type Tool, type ToolContext, ToolFailure } from './tool.ts';
import { builtInInput, type InputOf } from './tool-input.ts';

type WriteInput = InputOf<'write_file'>;

/** Makes the tool that writes a whole file. */
export function writeFileTool({ mask }: Pick<ToolsOptions, 'mask'> = {}): Tool<WriteInput> {
  const calls = rememberDecisions<WriteInput>(({ path }) => path);
  const plan = async (call: WriteInput, { cwd }: ToolContext): Promise<FileChange & { diff: FileDiff }> => {
    if (/[\\/]$/.test(call.path)) throw new ToolFailure(`${call.path} names a folder. Give the path of a file in it.`);
    const { resolved } = await calls.path(call, cwd);
    const name = displayPath(resolved, cwd);
    const previous = await previousFile(resolved, name);
    const bytes = Buffer.from(call.content.toWellFormed(), 'utf8');
    const before = previous === undefined ? '' : (decodeFile(previous.bytes)?.text ?? '[not text]\n');
    refuseMasked(name, { before, after: call.content }, mask);
    const diff = await diffFile(name, before, call.content);
    return { resolved, name, bytes, diff, ...(previous === undefined ? {} : { previous }) };
  };
  return {
    name: 'write_file',
    display_name: 'Write',
    description:
      'Creates a file, or replaces the whole content of an existing one. Missing folders are made. ' +
      'To change a part of a file use edit_file.',
    input: builtInInput('write_file'),
    summarize: ({ path, content }) => `${path} (${lineCount(content)})`,
    access: async (call, { cwd }) => ({ kind: 'write', paths: bothPaths(await calls.path(call, cwd)) }),
    preview: async (call, context) => {
      const change = await plan(call, context);
      calls.show(call, digestOfPrevious(change));
      const facts = [isSame(change) ? 'no change: the file holds exactly this' : whatItDoes(change)];
      return { kind: 'diff', diff: change.diff, facts };
    },
    run: async (call, context) => {
      const change = await plan(call, context);
      checkUnchanged(change, calls.shown(call));
      refuseSharedFile(change, context.cwd);
      const meta = { summary: summaryOf(change), diff: change.diff };
      if (isSame(change)) return { result: `${change.name} holds exactly this already; nothing was written.`, meta };
      await replaceFile(change);
      const done = change.previous === undefined ? 'Created' : 'Replaced';
      return { result: `${done} ${change.name} (${lineCount(call.content)}).`, meta };
    },
  };
}

function isSame({ previous, bytes }: FileChange): boolean {
  return previous !== undefined && Buffer.from(previous.bytes).equals(bytes);
}

function whatItDoes({ previous }: FileChange): string {
  return previous === undefined ? 'creates a new file' : 'replaces the whole file';
}

function summaryOf(change: FileChange & { diff: FileDiff }): string {
  if (isSame(change)) return 'no change';
  if (change.previous === undefined) return `new, ${formatCount(change.diff.added, 'line')}`;
  return diffStat(change.diff);
}

function lineCount(content: string): string {
  return formatCount(content === '' ? 0 : countLines(content), 'line');
}
