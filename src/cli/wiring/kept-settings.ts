import type { ReasoningEffort } from '../../messages.ts';
import type { PermissionMode } from '../../permissions/modes.ts';
import type { PermissionRule } from '../../permissions/rules.ts';
import type { SessionMemory } from '../services/session-memory.ts';
import type { Grants } from './open-grants.ts';

/** What a person set in a chat, as it was when they left its session. */
export interface KeptSettings {
  /** As messages name it. */
  readonly model: string;
  /** Absent: never said. */
  readonly effort?: ReasoningEffort;
  /** The names of the tools that the model has; absent: all. */
  readonly tools?: readonly string[];
  readonly mode: PermissionMode;
  /** What "always" allows. */
  readonly always: readonly PermissionRule[];
  /** US dollars; absent: no limit. */
  readonly budget?: number;
}

/** Reads what holds in a session that is left. */
export function settingsOf(
  { grants, budget }: { readonly grants: Grants; readonly budget: { readonly dollars?: number | undefined } },
  memory: SessionMemory,
): KeptSettings {
  const effort = memory.effort();
  const tools = memory.tools();
  return {
    model: memory.model(),
    ...(effort === undefined ? {} : { effort }),
    ...(tools === undefined ? {} : { tools }),
    mode: grants.permissions.mode,
    always: grants.permissions.remembered(),
    ...(budget.dollars === undefined ? {} : { budget: budget.dollars }),
  };
}
