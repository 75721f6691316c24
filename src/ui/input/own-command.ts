import type { ContentBlock } from '../../messages.ts';
import type { ShellRun } from './services.ts';

/** A command that a person runs themselves. */
export interface OwnCommand {
  readonly command: string;
  /** Its output stays out of the conversation. */
  readonly isPrivate: boolean;
}

export const KEPT_HINT = 'The model sees this with your next message.';

/** Reads `!command` and, private, `!!command`; undefined: the text is none. */
export function readOwnCommand(text: string): OwnCommand | undefined {
  const [, signs, command] = /^(!{1,2})\s*(\S[\s\S]*)$/.exec(text.trimEnd()) ?? [];
  return command === undefined ? undefined : { command, isPrivate: signs === '!!' };
}

/** Gives what a person is shown of a command that ended, and what the model is. */
export function reportCommand(
  command: string,
  run: ShellRun,
): { readonly shown: string; readonly block: Extract<ContentBlock, { type: 'file' }> } {
  const ending = endingOf(run);
  const output = run.output.trimEnd();
  return {
    shown: `$ ${command}\n${output}${run.exit_code === 0 ? '' : `\n${ending}`}`,
    block: { type: 'file', name: `! ${command}`, text: shellReport(command, output, ending) },
  };
}

function endingOf({ exit_code, killed_by }: ShellRun): string {
  if (exit_code !== undefined) return `Exit code: ${exit_code}`;
  return killed_by === undefined ? 'It was stopped.' : `It was killed by ${killed_by}.`;
}

function shellReport(command: string, output: string, ending: string): string {
  const fence = '`'.repeat(Math.max(3, ...(output.match(/`+/g) ?? []).map((run) => run.length + 1)));
  return `I ran this command:\n\n${fence}\n$ ${command}\n${output}\n${fence}\n\n${ending}`;
}
