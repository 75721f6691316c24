import type { Halt } from '../messages.ts';
import type { ProviderErrorDetails } from '../providers/provider.ts';

/** How a turn ends, unless it is cancelled. */
export type TurnEnd =
  | { readonly status: 'completed'; readonly stop_reason: string }
  | { readonly status: 'halted'; readonly halt: Halt }
  | { readonly status: 'error'; readonly error: Omit<ProviderErrorDetails, 'cause'> };
