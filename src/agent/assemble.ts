import { modelNames, splitEffort } from '../model-name.ts';
import type { AgentOptions } from './agent-options.ts';
import type { AgentParts } from './agent-parts.ts';
import { systemClock } from './clock.ts';
import { createIds } from './ids.ts';
import { createJournal } from './journal.ts';
import { createLedger } from './ledger.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { createSettings } from './settings.ts';
import { createApprovals } from './tool-calls/approvals.ts';

/** Puts together what an agent works with. */
export function assemble(options: AgentOptions): AgentParts {
  const { clock = systemClock, random = Math.random, newId = () => crypto.randomUUID() } = options;
  const log = options.resume?.log ?? [];
  // Several models that take turns keep the efforts in their names.
  const named = modelNames(options.model).length > 1 ? { model: options.model } : splitEffort(options.model);
  const journal = createJournal(clock, log);
  const { catalog, tools, toolSource, permissions } = options;
  return {
    options: {
      session_id: options.session_id,
      cwd: options.cwd,
      catalog,
      model: named.model,
      ...(toolSource === undefined ? {} : { toolSource }),
      permissions,
      mask: options.mask ?? ((text) => text),
      systemPrompt: options.systemPrompt,
      budget: options.budget ?? (() => undefined),
      clock,
      random,
    },
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    journal,
    settings: createSettings({
      catalog,
      journal,
      systemPrompt: options.systemPrompt,
      tools: toolSource === undefined ? () => tools : () => [...tools, ...toolSource.tools],
      effort: named.effort ?? options.kept?.effort ?? journal.state.effort ?? options.effort,
      keptTools: options.kept?.tools,
    }),
    ledger: createLedger(journal.state.totals, journal.state.cost),
    approvals: createApprovals(journal, permissions),
    ids: createIds(newId, log),
    refusedThoughts: new WeakSet(),
    unpriced: new Set(),
  };
}
