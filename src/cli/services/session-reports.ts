import { formatPercent, formatTokens } from '../../format.ts';
import { formatCost, renderStats } from '../../stats/render-stats.ts';
import type { Setup } from '../setup.ts';
import type { OpenedAgent } from '../wiring/open-agent.ts';
import type { SessionMemory } from './session-memory.ts';

/** Says what fills the window: the measured tokens of the last call, and what the conversation holds. */
export function reportContext({ catalog }: OpenedAgent, memory: SessionMemory): string {
  const usage = memory.usage();
  const { messages } = memory.conversation();
  const estimate = catalog.estimateTokens({ system: '', conversation: messages, tools: [] });
  const count = (role: string): number => messages.filter((message) => message.role === role).length;
  const lines = [
    `${messages.length} messages: ${count('user')} of yours, ${count('assistant')} answers, ${count('tool')} with results`,
    `About ${formatTokens(estimate)} tokens of conversation (estimated)`,
  ];
  if (usage === undefined) return [...lines, 'Nothing was measured yet.'].join('\n');
  const { input_tokens, output_tokens, cache_read_tokens = 0, cache_creation_tokens = 0 } = usage;
  const filled = input_tokens + output_tokens + cache_read_tokens + cache_creation_tokens;
  const window =
    usage.context_limit === undefined
      ? 'the window is unknown'
      : `${formatPercent(filled / usage.context_limit)} of ${formatTokens(usage.context_limit)}`;
  const how = usage.estimated === true ? 'Estimated' : `Measured at the last call of ${usage.model_name}`;
  const parts = `${formatTokens(input_tokens)} new, ${formatTokens(cache_read_tokens)} from cache, ${formatTokens(output_tokens)} written`;
  return [...lines, `${how}: ${formatTokens(filled)} tokens, ${window} (${parts})`].join('\n');
}

/** Says what was spent, by model, and the budget. */
export function reportCost(opened: OpenedAgent, memory: SessionMemory): string {
  return [...renderStats(memory.stats(), ['model', 'tool']), limitLine(opened)].join('\n');
}

/** Says what this session may cost, and what it has. */
export function reportBudget(opened: OpenedAgent, memory: SessionMemory): string {
  return `${limitLine(opened)}\nSpent: ${formatCost(memory.stats().total)}`;
}

function limitLine({ budget }: OpenedAgent): string {
  return budget.dollars === undefined ? 'No budget. Set one with /budget 5.' : `Budget: $${budget.dollars}`;
}

/** Says what this session is and where its files lie. */
export function reportStatus(setup: Setup, opened: OpenedAgent, memory: SessionMemory): string {
  const { session, grants, branch } = opened;
  return [
    `Session: ${session.session_id}`,
    `Saved: ${session.file?.path ?? 'nowhere (--no-session)'}`,
    `Model: ${memory.model()}${memory.model() === opened.model.name && opened.model.why !== undefined ? ` (${opened.model.why})` : ''}`,
    `Folder: ${setup.cwd}${branch === undefined ? '' : `, branch ${branch}`}`,
    `Permissions: ${grants.permissions.mode}`,
    ...allowedLines(grants.permissions),
    `Config: ${setup.configFile}`,
  ].join('\n');
}

function allowedLines(permissions: OpenedAgent['grants']['permissions']): readonly string[] {
  const always = permissions.remembered().map(({ text }) => text);
  const given = permissions.allowed().filter((rule) => !always.includes(rule));
  return [
    ...given.map((rule) => `  allowed: ${rule}`),
    ...always.map((rule) => `  always, for this session: ${rule} (/permissions takes it back)`),
  ];
}
