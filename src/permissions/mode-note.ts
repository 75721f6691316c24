import type { PermissionMode } from './modes.ts';

const PLAN = note(
  'The person has set the permission mode plan: you may only read. Edits, commands that change anything and the ' +
    'network are denied. Do not try them: look around, answer with a plan of what you would do, and end. The person ' +
    'reads it and may leave the mode then.',
);

/**
 * Says what the model has to be told of the mode with the next message; undefined where that is nothing. `last` is what
 * it was told last, as far as it is still part of the conversation: only a change is told.
 */
export function modeNote(mode: PermissionMode, last: string | undefined): string | undefined {
  if (mode === 'plan') return last === PLAN ? undefined : PLAN;
  return last === PLAN
    ? note(`The person has left the permission mode plan: the mode is ${mode} now, and changes are possible.`)
    : undefined;
}

function note(text: string): string {
  return `<permission_mode>\n${text}\n</permission_mode>`;
}
