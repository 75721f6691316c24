import type { Halt } from '../messages.ts';
import type { ModelInfo } from '../providers/provider.ts';
import type { AgentParts } from './agent-parts.ts';
import { exactDollars, haltBudget, raiseBudget } from './halts.ts';

/** Gives the halt when the session has cost all it may. */
export function budgetSpent({ options, ledger }: AgentParts): Halt | undefined {
  const budget = options.budget();
  return budget !== undefined && ledger.spent >= budget ? haltBudget(ledger.spent, budget) : undefined;
}

/** Says at the end of a turn that it has used up the budget, where no halt says it. */
export function warnOfSpentBudget({ options, ledger, journal }: AgentParts, halt: Halt | undefined): void {
  const budget = options.budget();
  const { cost = 0 } = ledger.turn;
  if (budget === undefined || ledger.spent < budget || cost === 0 || halt?.reason === 'budget') return;
  journal.publish({
    type: 'system_warning',
    message: `The session has cost ${exactDollars(ledger.spent)}, and its budget is ${exactDollars(budget)}: the next turn halts before it calls the model.`,
    suggested_action: `Raise the budget with ${raiseBudget(ledger.spent, budget)}.`,
  });
}

/** What was said in place of the name of a model. */
const EARLIER = 'earlier';

/** Says, once each, what the budget does not count: earlier calls of unknown cost, and models of unknown price. */
export function warnOfUnknownCost(
  { options, ledger, unpriced, journal }: AgentParts,
  { name, prices }: ModelInfo,
): void {
  const budget = options.budget();
  if (budget === undefined) return;
  const limit = `does not count towards the budget of ${exactDollars(budget)}`;
  if (ledger.has_unknown_past && !unpriced.has(EARLIER)) {
    unpriced.add(EARLIER);
    const message = `What some of the earlier model calls of this session cost is not known: it ${limit}.`;
    journal.publish({ type: 'system_warning', message, suggested_action: 'See what is known with /cost.' });
  }
  if (prices !== undefined || unpriced.has(name)) return;
  unpriced.add(name);
  journal.publish({
    type: 'system_warning',
    message: `The price of ${name} is not known: what it costs ${limit}.`,
    suggested_action: 'Give its prices in the configuration, or choose another model with /model.',
  });
}
