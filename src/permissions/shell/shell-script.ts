/** A shell command line, as far as it can be known without running it. */
export interface ShellScript {
  /** Every simple command that it holds, those in substitutions and functions too, in the order of the text. */
  readonly commands: readonly ShellCommand[];
  /** Where output or input goes, but for the harmless `2>&1`, `>/dev/null` and `2>/dev/null`. */
  readonly redirects: readonly ShellRedirect[];
  /** What makes it more than plain words joined by `&&`, `||`, `;` and `|`; empty when it is no more than that. */
  readonly doubts: readonly ShellDoubt[];
  /** What it sets: variables and the names of loops; absent where it sets nothing. */
  readonly variables?: readonly ShellVariable[];
}

export interface ShellVariable {
  readonly name: string;
  /** As far as they are known before it runs. */
  readonly values: readonly string[];
}

/** `glob` means only file names made by `*`, `?` or `[…]` in arguments. */
export type ShellDoubt =
  | 'syntax'
  | 'expansion'
  | 'assignment'
  | 'redirect'
  | 'background'
  | 'control'
  | 'glob'
  | 'hidden';

export interface ShellCommand {
  readonly words: readonly ShellWord[];
}

export interface ShellWord {
  /** As the program gets it, if it is static. */
  readonly value: string;
  /** As it was written. */
  readonly text: string;
  readonly is_static: boolean;
}

/** Makes a word that stands for itself. */
export function plainWord(value: string): ShellWord {
  return { value, text: value, is_static: true };
}

export interface ShellRedirect {
  readonly operator: string;
  /** Absent for a here-document. */
  readonly target?: ShellWord;
}

/** Reads a command line as bash would. Never throws; whatever it does not understand is a doubt. */
export type ShellParser = (command: string) => ShellScript;
