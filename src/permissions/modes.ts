/** How much an agent may do without a question, from least to most. */
export type PermissionMode = 'plan' | 'ask' | 'edits' | 'auto' | 'full';

/** A mode as it is offered: its name, what it means, and what others call it. */
export interface ModeInfo {
  readonly name: PermissionMode;
  readonly description: string;
  readonly aliases: readonly string[];
}

/** Every mode, from the one that allows least. */
export const PERMISSION_MODES: readonly ModeInfo[] = [
  { name: 'plan', description: 'Only reads; nothing is changed', aliases: ['read-only', 'readonly'] },
  { name: 'ask', description: 'Asks before edits, commands and the network', aliases: ['manual', 'default'] },
  {
    name: 'edits',
    description: 'Edits files here (also touch, mkdir, cp, mv, in a sandbox); asks for the rest',
    aliases: ['acceptEdits', 'accept-edits'],
  },
  { name: 'auto', description: 'Edits, and runs commands in a sandbox without network', aliases: ['workspace-write'] },
  { name: 'full', description: 'Does everything without a sandbox', aliases: ['yolo', 'bypassPermissions'] },
];

/** Reads the name or an alias of a mode; undefined for anything else. */
export function readPermissionMode(text: string): PermissionMode | undefined {
  const wanted = text.trim().toLowerCase();
  const isNamed = ({ name, aliases }: ModeInfo): boolean =>
    name === wanted || aliases.some((alias) => alias.toLowerCase() === wanted);
  return PERMISSION_MODES.find(isNamed)?.name;
}

/** Gives the mode that allows less. */
export function narrowerMode(one: PermissionMode, other: PermissionMode): PermissionMode {
  return PERMISSION_MODES.find(({ name }) => name === one || name === other)?.name ?? one;
}

/** Says why `full` must not be used here; undefined when it may. */
export function refuseFullMode(here: {
  is_root: boolean;
  is_container: boolean;
  is_insisted: boolean;
}): string | undefined {
  if (!here.is_root || here.is_container || here.is_insisted) return undefined;
  return 'The mode full is refused for root: every command would run with all rights. Use another user, or add --i-know.';
}
