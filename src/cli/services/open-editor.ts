import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../../config/environment.ts';
import { makeFolder } from '../../make-folder.ts';

/** Where the draft lies meanwhile, and which editor the person has. */
export interface EditorOptions {
  readonly folder: string;
  /** `$VISUAL` or `$EDITOR`, with its arguments. */
  readonly command: string | undefined;
  readonly environment: Environment;
}

/** Opens the person's editor on a text; resolves to what they saved. The terminal must have been handed over. */
export async function openEditor(text: string, { folder, command, environment }: EditorOptions): Promise<string> {
  const [editor = 'vi', ...args] = (command ?? '').split(/\s+/).filter((word) => word !== '');
  makeFolder(folder);
  const file = join(folder, `draft-${randomUUID()}.md`);
  writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
  try {
    await new Promise<void>((resolve, reject) => {
      const child = spawn(editor, [...args, file], { stdio: 'inherit', env: environment });
      child.once('error', (error) =>
        reject(new Error(`The editor ${editor} cannot be started: ${error.message}. Set EDITOR.`)),
      );
      child.once('exit', (code) =>
        code === 0
          ? resolve()
          : reject(new Error(`The editor ${editor} ended with ${code ?? 'a signal'}; the text is as it was.`)),
      );
    });
    return readFileSync(file, 'utf8').replace(/\n$/, '');
  } finally {
    rmSync(file, { force: true });
  }
}
