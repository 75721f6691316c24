import type { AgentMessage, AgentMessageOf, TokenUsage } from '../messages.ts';
import { addUsage, fillOf } from '../usage.ts';

/** Sums over rounds: one round is one turn, from a person's message to its end. */
export interface RoundTotals {
  readonly rounds: number;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly halted: number;
  readonly model_calls: number;
  readonly usage: TokenUsage;
  /** US dollars of the rounds whose price is known. */
  readonly cost: number;
  /** Rounds without a known price: `cost` does not contain them. */
  readonly unpriced: number;
  readonly duration_ms: number;
}

/** Sums over the calls of one tool. */
export interface ToolTotals {
  readonly calls: number;
  readonly succeeded: number;
  /** Of the calls that ran. */
  readonly duration_ms: number;
  readonly slowest_ms: number;
}

/** What the log says about use: a fold over one or many sessions. */
export interface Stats {
  readonly total: RoundTotals;
  /** By the day on which a round ended, `2026-11-21` in UTC. */
  readonly days: ReadonlyMap<string, RoundTotals>;
  readonly models: ReadonlyMap<string, RoundTotals>;
  readonly sessions: ReadonlyMap<string, RoundTotals>;
  readonly tools: ReadonlyMap<string, ToolTotals>;
  /** Where the fold is: the session and the model of the open round. */
  readonly session_id: string;
  readonly model: string;
}

const NO_ROUNDS: RoundTotals = {
  rounds: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
  halted: 0,
  model_calls: 0,
  usage: { input_tokens: 0, output_tokens: 0 },
  cost: 0,
  unpriced: 0,
  duration_ms: 0,
};
const NO_CALLS: ToolTotals = { calls: 0, succeeded: 0, duration_ms: 0, slowest_ms: 0 };

/** The statistics of nothing. */
export const NO_STATS: Stats = {
  total: NO_ROUNDS,
  days: new Map(),
  models: new Map(),
  sessions: new Map(),
  tools: new Map(),
  session_id: '',
  model: '',
};

/** Folds a log, on top of what other logs gave. */
export function foldStats(log: Iterable<AgentMessage>, stats: Stats = NO_STATS): Stats {
  let folded: Stats = {
    ...stats,
    days: new Map(stats.days),
    models: new Map(stats.models),
    sessions: new Map(stats.sessions),
    tools: new Map(stats.tools),
  };
  for (const message of log) folded = reduce(folded, message, inPlace);
  return folded;
}

/** Takes one more message of a log into the statistics. Pure. */
export function reduceStats(stats: Stats, message: AgentMessage): Stats {
  return reduce(stats, message, copied);
}

/** Changes one entry of a group. */
type Change = <Totals>(map: ReadonlyMap<string, Totals>, key: string, totals: Totals) => ReadonlyMap<string, Totals>;

const copied: Change = (map, key, totals) => new Map(map).set(key, totals);
/** For a fold whose steps nobody keeps. */
const inPlace: Change = (map, key, totals) => (map as Map<string, typeof totals>).set(key, totals);

function reduce(stats: Stats, message: AgentMessage, change: Change): Stats {
  switch (message.type) {
    case 'session_started':
      return { ...stats, session_id: message.session_id };
    case 'turn_started':
      return { ...stats, model: message.model_name };
    // A round belongs to the model that answered in it last.
    case 'context_usage_update':
      return { ...stats, model: message.model_name };
    case 'tool_result':
      return withCall(stats, message.result.name, { message, change });
    case 'tool_error':
      return withCall(stats, message.error.name, { message, change });
    case 'done':
      return withRound(stats, message, change);
    default:
      return stats;
  }
}

function withRound(stats: Stats, done: AgentMessageOf<'done'>, change: Change): Stats {
  const add = (group: ReadonlyMap<string, RoundTotals>, key: string): ReadonlyMap<string, RoundTotals> =>
    change(group, key, addRound(group.get(key) ?? NO_ROUNDS, done));
  return {
    ...stats,
    total: addRound(stats.total, done),
    days: add(stats.days, new Date(done.at).toISOString().slice(0, 10)),
    models: add(stats.models, stats.model),
    sessions: add(stats.sessions, stats.session_id),
  };
}

function addRound(totals: RoundTotals, done: AgentMessageOf<'done'>): RoundTotals {
  const count = (status: AgentMessageOf<'done'>['status']): number => (done.status === status ? 1 : 0);
  return {
    rounds: totals.rounds + 1,
    completed: totals.completed + count('completed'),
    failed: totals.failed + count('error'),
    cancelled: totals.cancelled + count('cancelled'),
    halted: totals.halted + count('halted'),
    model_calls: totals.model_calls + done.iterations,
    usage: addUsage(totals.usage, done.usage),
    cost: totals.cost + (done.cost ?? 0),
    unpriced: totals.unpriced + (done.cost === undefined && fillOf(done.usage) > 0 ? 1 : 0),
    duration_ms: totals.duration_ms + done.duration_ms,
  };
}

function withCall(
  stats: Stats,
  name: string,
  { message, change }: { message: AgentMessageOf<'tool_result' | 'tool_error'>; change: Change },
): Stats {
  const { calls, succeeded, duration_ms, slowest_ms } = stats.tools.get(name) ?? NO_CALLS;
  const totals: ToolTotals = {
    calls: calls + 1,
    succeeded: succeeded + (message.type === 'tool_result' ? 1 : 0),
    duration_ms: duration_ms + message.execute_duration_ms,
    slowest_ms: Math.max(slowest_ms, message.execute_duration_ms),
  };
  return { ...stats, tools: change(stats.tools, name, totals) };
}
