import { join } from 'node:path';
import type { PromptHistory } from '../../ui/input/services.ts';
import type { Setup } from '../setup.ts';
import { clipboardOf } from './clipboard.ts';
import { customCommands } from './custom-commands.ts';
import { fileFinder } from './find-files.ts';
import { openEditor } from './open-editor.ts';
import { attachmentPlace, readAttachment } from './read-attachment.ts';
import { readMention } from './read-mention.ts';

/** Makes what the prompt needs wherever its agent is: history, files, clipboard, editor. */
export function promptServices(setup: Setup, history: PromptHistory) {
  const { cwd, environment, folders } = setup;
  return {
    history,
    ...clipboardOf(setup),
    customCommands: customCommands(setup),
    listFiles: fileFinder(cwd),
    readAttachment: (path: string) => readAttachment(cwd, path),
    readMention: (path: string) => readMention(cwd, path),
    attachmentPlace: (path: string) => attachmentPlace(setup, path),
    openEditor: (text: string) =>
      openEditor(text, {
        folder: join(folders.state, 'drafts'),
        command: environment.VISUAL || environment.EDITOR,
        environment,
      }),
  };
}
