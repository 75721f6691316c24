import type { CommandServices } from '../../commands/command.ts';
import type { ContentBlock } from '../../messages.ts';

/**
 * Everything the prompt needs from outside. Made by the composition root.
 * Whatever fails rejects with an error whose message a person can read; it is shown as one line.
 */
export interface ChatServices extends CommandServices {
  /** Paths for `@` completion that match the query best, at most 50, relative to the working directory. */
  listFiles(query: string): Promise<readonly string[]>;
  /** What was sent before, across sessions. */
  readonly history: PromptHistory;
  /** Runs a command of the person's own (`!cmd`), streaming nothing; output is bounded by the callee. */
  runShell(command: string, signal: AbortSignal): Promise<ShellRun>;
  /** Opens the person's editor on the text and resolves to what they saved. The terminal was handed over before. */
  openEditor(text: string): Promise<string>;
  /** The image in the clipboard, if there is one. */
  readClipboardImage?(): Promise<ContentBlock | undefined>;
  /** Reads a file that was dropped or pasted as a path. */
  readAttachment?(path: string): Promise<ContentBlock | Unreadable | undefined>;
  /** Reads what is mentioned as `@path`: a file, or of a folder the list of its files. */
  readMention?(path: string): Promise<Mention>;
  /** Where that file lies; absent: all of them are here. */
  attachmentPlace?(path: string): Promise<AttachmentPlace>;
}

/** What a mention turns out to be. */
export type Mention = ContentBlock | LinkAway | Unreadable | 'missing';

/** It is there and cannot go along: `why` is a sentence without its full stop, "it is larger than 5.0 MB". */
export interface Unreadable {
  readonly type: 'unreadable';
  readonly why: string;
}

/** A path in the folder that a link leads out of: nobody sees that in what was typed. */
export interface LinkAway {
  readonly type: 'link_away';
  readonly leads_to: string;
}

/** In the folder that the chat is in, elsewhere, or where keys and this program's own files are. */
export type AttachmentPlace = 'here' | 'outside' | 'secret';

/** Sent prompts, oldest first. */
export interface PromptHistory {
  load(): Promise<readonly string[]>;
  /** Adds one; never throws. */
  append(text: string): void;
}

/** How a command of the person's own ended. */
export interface ShellRun {
  /** stdout and stderr as they came. */
  readonly output: string;
  /** Absent when it was killed. */
  readonly exit_code?: number;
  /** The signal that killed it, unless the person stopped it. */
  readonly killed_by?: string;
}
