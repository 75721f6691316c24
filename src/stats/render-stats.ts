import { formatCount, formatDollars, formatDuration, formatTokens } from '../format.ts';
import { assertNever } from '../messages.ts';
import { safeLine } from '../safe-text.ts';
import { promptTokens } from '../usage.ts';
import type { RoundTotals, Stats, ToolTotals } from './fold-stats.ts';

/** What statistics can be grouped by. */
export const STATS_GROUPS = ['day', 'model', 'tool', 'session'] as const;
export type StatsGroup = (typeof STATS_GROUPS)[number];

/** Says statistics as lines of plain text: the sums, then one table for each wanted group. */
export function renderStats(stats: Stats, groups: readonly StatsGroup[] = STATS_GROUPS): readonly string[] {
  if (stats.total.rounds === 0) return ['Nothing has been asked yet.'];
  const tables = groups.map((group) => tableOf(stats, group)).filter((rows) => rows.length > 1);
  return [...totalLines(stats.total), ...tables.flatMap((rows) => ['', ...aligned(rows)])];
}

/** Says the cost of rounds, with `+` when some of the rounds have no known price and others cost something. */
export function formatCost(totals: Pick<RoundTotals, 'cost' | 'unpriced' | 'rounds'>): string {
  if (totals.unpriced > 0 && totals.cost === 0) return 'price unknown';
  return `${formatDollars(totals.cost)}${totals.unpriced > 0 ? '+' : ''}`;
}

function totalLines(totals: RoundTotals): readonly string[] {
  const { usage } = totals;
  const ends = [
    [totals.failed, 'failed'],
    [totals.cancelled, 'cancelled'],
    [totals.halted, 'halted'],
  ]
    .filter(([count]) => count !== 0)
    .map(([count, name]) => `${count} ${name}`);
  const cache = usage.cache_read_tokens === undefined ? '' : `, ${formatTokens(usage.cache_read_tokens)} from cache`;
  const lines = [
    `${[formatCount(totals.rounds, 'turn'), ...ends].join(', ')} in ${totals.model_calls} model calls, ${formatDuration(totals.duration_ms)}`,
    `Tokens: ${formatTokens(promptTokens(usage))} read${cache}, ${formatTokens(usage.output_tokens)} written`,
    `Cost: ${formatCost(totals)}`,
  ];
  const isPartial = totals.unpriced > 0 && totals.cost > 0;
  return isPartial ? [...lines, `(+ ${formatCount(totals.unpriced, 'turn')} whose price is unknown)`] : lines;
}

function tableOf(stats: Stats, group: StatsGroup): readonly (readonly string[])[] {
  switch (group) {
    case 'day':
      return roundTable('Day', stats.days);
    case 'model':
      return roundTable('Model', stats.models);
    case 'session':
      return roundTable('Session', stats.sessions);
    case 'tool':
      return toolTable(stats.tools);
    default:
      return assertNever(group);
  }
}

function roundTable(head: string, map: ReadonlyMap<string, RoundTotals>): readonly (readonly string[])[] {
  const rows = [...map].map(([key, totals]) => [
    safeLine(key),
    String(totals.rounds),
    percent(totals.completed, totals.rounds),
    formatTokens(promptTokens(totals.usage)),
    formatTokens(totals.usage.output_tokens),
    formatDuration(totals.duration_ms / totals.rounds),
    formatCost(totals),
  ]);
  return [[head, 'turns', 'completed', 'read', 'written', 'mean time', 'cost'], ...rows];
}

function toolTable(map: ReadonlyMap<string, ToolTotals>): readonly (readonly string[])[] {
  const rows = [...map].map(([name, totals]) => [
    safeLine(name),
    String(totals.calls),
    percent(totals.succeeded, totals.calls),
    formatDuration(totals.duration_ms / totals.calls),
    formatDuration(totals.slowest_ms),
  ]);
  return [['Tool', 'calls', 'succeeded', 'mean time', 'slowest'], ...rows];
}

function percent(part: number, whole: number): string {
  return `${Math.round((100 * part) / whole)} %`;
}

/** The first column left, numbers right. */
function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
