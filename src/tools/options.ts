import type { SecretMask } from '../mask-secrets.ts';
import type { ToolContext } from './tool.ts';

/** Everything the tools are given; they read nothing from the surroundings themselves. */
export interface ToolsOptions {
  /** Where outputs go that are too long for the model; made on first use, 0700 with files of 0600. */
  readonly spill_dir: string;
  /** The whole environment of every child process: an allow-list without any key. */
  readonly environment: Readonly<Record<string, string>>;
  /** Takes out of what commands print, before it is shown or kept, what nobody may see. Absent: nothing. */
  readonly mask?: SecretMask;
  /** Absent: commands that must run inside a sandbox are refused. */
  readonly sandbox?: CommandSandbox;
  /** An absolute path; absent: looked for in `environment.PATH`; null: the built-in search. */
  readonly ripgrep_path?: string | null;
  /** Absent: plain HTTP over sockets, with private addresses refused behind public names. */
  readonly request_page?: PageRequest;
  readonly user_agent?: string;
}

/** Puts a command inside the operating system's sandbox; what it may touch is the sandbox's own knowledge. */
export interface CommandSandbox {
  wrap(argv: readonly string[], run: SandboxedRun): Promise<SandboxedCommand>;
}

export interface SandboxedRun extends ToolContext {
  /** Nothing may be written, not even in the workspace. */
  readonly is_read_only: boolean;
  /** Absolute files and folders to hide, and to keep from being written. */
  readonly unreadable?: readonly string[];
  readonly unwritable?: readonly string[];
}

export interface SandboxedCommand {
  readonly argv: readonly string[];
  /** Added to the command's environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Removes what the sandbox left behind; to be called when the command has ended. A second call changes nothing. */
  release(): Promise<SandboxAftermath>;
}

/** What the sandbox could not keep a command from. */
export interface SandboxAftermath {
  /** Files and folders, relative to the workspace, that it made or changed and that make other programs run something. */
  readonly new_protected: readonly string[];
  /** The workspace is too large to be looked through for such files. */
  readonly is_cut: boolean;
}

/** Asks for one address. Never follows a redirect; rejects when the signal is aborted. */
export type PageRequest = (url: URL, ask: PageAsk) => Promise<PageAnswer>;

export interface PageAsk {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface PageAnswer {
  readonly status: number;
  header(name: string): string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}
