import { formatCount } from '../format.ts';
import type { FileDiff } from '../messages.ts';
import { rememberDecisions } from './decided.ts';
import { checkUnchanged, digestOfPrevious, previousFile, refuseMasked, refuseSharedFile } from './files/change-file.ts';
import { diffFile, diffStat } from './files/file-diff.ts';
import { decodeFile, encodeFile, type FileText } from './files/file-text.ts';
import type { OpenedFile } from './files/open-file.ts';
import { type FileChange, replaceFile } from './files/replace-file.ts';
import { replaceText } from './files/replace-text.ts';
import type { ToolsOptions } from './options.ts';
import { showHidden } from './output/model-text.ts';
import { bothPaths, displayPath } from './resolve-path.ts';
import { type Tool, type ToolContext, ToolFailure } from './tool.ts';
import { builtInInput, type InputOf } from './tool-input.ts';

type EditInput = InputOf<'edit_file'>;

interface Edit extends FileChange {
  readonly previous: OpenedFile;
  readonly diff: FileDiff;
  readonly count: number;
}

/** Makes the tool that replaces an exact piece of a file. Line endings and a byte order mark stay as they are. */
export function editFileTool({ mask }: Pick<ToolsOptions, 'mask'> = {}): Tool<EditInput> {
  const calls = rememberDecisions<EditInput>(({ path }) => path);
  const plan = async (call: EditInput, { cwd }: ToolContext): Promise<Edit> => {
    const { resolved } = await calls.path(call, cwd);
    const name = displayPath(resolved, cwd);
    const previous = await previousFile(resolved, name);
    if (previous === undefined) throw new ToolFailure(`${name} does not exist. Use write_file to create it.`);
    const file = textOf(previous, name);
    const { text, count } = replaceText(file.text, call, name);
    refuseMasked(name, { before: file.text, after: text }, mask);
    const diff = await diffFile(name, file.text, text);
    return { resolved, name, previous, bytes: encodeFile(text, file.has_bom), diff, count };
  };
  return {
    name: 'edit_file',
    display_name: 'Edit',
    description:
      'Replaces an exact piece of text in an existing file. old_string must match the file exactly and occur once; ' +
      'add lines around it to make it unique, or set replace_all. Read the file first.',
    input: builtInInput('edit_file'),
    summarize: ({ path }) => path,
    access: async (call, { cwd }) => ({ kind: 'write', paths: bothPaths(await calls.path(call, cwd)) }),
    preview: async (call, context) => {
      const edit = await plan(call, context);
      calls.show(call, digestOfPrevious(edit));
      return { kind: 'diff', diff: edit.diff };
    },
    run: async (call, context) => {
      const edit = await plan(call, context);
      checkUnchanged(edit, calls.shown(call));
      refuseSharedFile(edit, context.cwd);
      await replaceFile(edit);
      const done = `Edited ${edit.name}: ${formatCount(edit.count, 'replacement')}, ${diffStat(edit.diff)}.`;
      return {
        result: `${done}\n${showHidden(hunksOf(edit.diff))}`,
        meta: { summary: diffStat(edit.diff), diff: edit.diff },
      };
    },
  };
}

const MAX_SHOWN_CHARACTERS = 4000;

function hunksOf({ patch }: FileDiff): string {
  const hunks = patch.split('\n').slice(2).join('\n').trimEnd();
  return hunks.length <= MAX_SHOWN_CHARACTERS ? hunks : `${hunks.slice(0, MAX_SHOWN_CHARACTERS)}\n[…]`;
}

function textOf(previous: OpenedFile, name: string): FileText {
  const file = decodeFile(previous.bytes);
  if (file === undefined) throw new ToolFailure(`${name} is not a text file; it cannot be edited.`);
  if (file.is_lossy || file.encoding !== 'utf-8') {
    throw new ToolFailure(
      `${name} is not valid UTF-8 (${file.encoding}); editing it would damage it. Use run_command.`,
    );
  }
  return file;
}
