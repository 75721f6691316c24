import type { AgentMessageOf } from './messages.ts';

/** Gives what each call of a batch that is refused as a whole is told; `warning` is published once, before them. */
export function refusalOf(warning: string): string {
  return `Not run: ${warning} Ask for fewer at a time.`;
}

/** Tells whether a call was refused with its whole batch: the last warning of its turn has said it for all of them. */
export function isRefusedWith(warning: string | undefined, { error, kind }: AgentMessageOf<'tool_error'>): boolean {
  return warning !== undefined && kind === 'failed' && error.error === refusalOf(warning);
}
