import { appendFileSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from '../../make-folder.ts';
import type { PromptHistory } from '../../ui/input/services.ts';
import type { Setup } from '../setup.ts';

const KEPT = 2000;

/** What was sent before, across sessions, oldest first: one JSON string a line in the state folder. */
export function openPromptHistory({ folders }: Setup): PromptHistory {
  const file = join(folders.state, 'prompts.jsonl');
  let known: string[] | undefined;
  let last: string | undefined;
  return {
    load: async () => {
      known ??= readLines(file).slice(-KEPT);
      return [...known];
    },
    append: (text) => {
      // What came back unanswered and is sent again, or left unsent, is one prompt.
      if (text === last) return;
      last = text;
      known?.push(text);
      try {
        makeFolder(dirname(file));
        appendFileSync(file, `${JSON.stringify(text)}\n`, { mode: 0o600 });
      } catch {
        // A history that cannot be kept is no reason to stop typing; the session says when the disk is unusable.
      }
    },
  };
}

function readLines(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return typeof value === 'string' ? [value] : [];
    } catch {
      return [];
    }
  });
}
