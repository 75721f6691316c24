import type { AgentOptions } from './agent-options.ts';
import type { Ids } from './ids.ts';
import type { Journal } from './journal.ts';
import type { Ledger } from './ledger.ts';
import type { AgentLimits } from './limits.ts';
import type { Settings } from './settings.ts';
import type { Approvals } from './tool-calls/approvals.ts';

/** What every step of the agent works with. */
export interface AgentParts {
  readonly options: Required<
    Omit<AgentOptions, 'limits' | 'effort' | 'kept' | 'resume' | 'newId' | 'tools' | 'toolSource'>
  > &
    Pick<AgentOptions, 'toolSource'>;
  readonly limits: AgentLimits;
  readonly journal: Journal;
  readonly settings: Settings;
  readonly ledger: Ledger;
  readonly approvals: Approvals;
  readonly ids: Ids;
  /** Responses that a provider refused to read back because of their thoughts. */
  readonly refusedThoughts: WeakSet<object>;
  /** What was said to have no known cost: names of models, and the earlier part of the session. */
  readonly unpriced: Set<string>;
}
