import type { CommandSandbox, SandboxedCommand, SandboxedRun } from '../../tools/options.ts';
import type { ProtectedFile } from './protected-files.ts';

/** Whether commands can be confined here; if not, why and what would help. */
export type SandboxStatus =
  | { readonly works: true; readonly name: string }
  | { readonly works: false; readonly reason: string; readonly remedy: string };

/** The operating system's own confinement of commands: no network, and writing only in the workspace. */
export interface Sandbox extends CommandSandbox {
  /** Tries it once, by running a command that must succeed and a write that must fail; later calls know the answer. */
  probe(): Promise<SandboxStatus>;
}

/** What a sandbox protects; all paths absolute. */
export interface SandboxOptions {
  readonly workspace: string;
  readonly home: string;
  /** This program's own folders: hidden. */
  readonly own: readonly string[];
  /** A folder outside the workspace that the sandbox must keep commands from writing to; it is tried. */
  readonly scratch: string;
  /** Where the sandbox program is looked for; without folders of the workspace. */
  readonly search_path: string;
}

/** One way of confining: made for a platform, and given the command to confine. */
export interface SandboxBackend {
  readonly name: string;
  wrap(argv: readonly string[], run: BackendRun): Promise<ConfinedCommand>;
}

export interface BackendRun extends SandboxedRun {
  /** What is not to be written though it lies in the workspace, besides the places at its top. */
  readonly protected_files: readonly ProtectedFile[];
}

export interface ConfinedCommand extends Omit<SandboxedCommand, 'release'> {
  release(): Promise<void>;
}

/** What is set for a command that may only read, so that git runs nothing that the repository names. */
export const READ_ONLY_ENVIRONMENT: Readonly<Record<string, string>> = {
  GIT_OPTIONAL_LOCKS: '0',
  ...gitConfig({
    'core.fsmonitor': 'false',
    'core.hooksPath': '/dev/null',
    'core.pager': 'cat',
    'diff.external': '',
    'core.attributesFile': '/dev/null',
    'protocol.ext.allow': 'never',
  }),
};

function gitConfig(settings: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(settings);
  const numbered = entries.flatMap(([key, value], at) => [
    [`GIT_CONFIG_KEY_${at}`, key],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(entries.length), ...Object.fromEntries(numbered) };
}
