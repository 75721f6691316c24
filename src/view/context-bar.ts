import type { ContextUsage } from '../messages.ts';
import { fillOf } from '../usage.ts';
import type { Layout } from './layout.ts';
import { type Role, type StyledLine, span } from './styled-line.ts';

const CELLS = 10;
/** Where compaction starts. */
const RESERVE = 0.85;
const WARNING = 0.7;

/** How full the context is. */
export interface ContextFill {
  readonly used: number;
  /** Absent when the window is unknown. */
  readonly ratio?: number;
  readonly role: Role;
}

/** Measures the fill by the last model call: everything that was read, and what was answered. */
export function contextFill(usage: ContextUsage): ContextFill {
  const used = fillOf(usage);
  const limit = usage.context_limit;
  const ratio = usage.usage_ratio ?? (limit === undefined || limit <= 0 ? undefined : used / limit);
  if (ratio === undefined) return { used, role: 'dim' };
  return { used, ratio, role: ratio >= RESERVE ? 'error' : ratio >= WARNING ? 'warning' : 'dim' };
}

/** Draws the fill in ten cells: cached, measured or estimated, empty, and the mark where compaction starts. */
export function contextBar(usage: ContextUsage & { readonly is_estimated: boolean }, layout: Layout): StyledLine {
  const fill = contextFill(usage);
  if (fill.ratio === undefined || fill.used === 0) return [];
  const [emptyCell, cachedCell, measuredCell, estimatedCell, reserveCell] = layout.glyphs.bar;
  const filled = Math.min(CELLS, Math.max(1, Math.round(fill.ratio * CELLS)));
  const cached = Math.min(filled, Math.round(((usage.cache_read_tokens ?? 0) / fill.used) * filled));
  const mark = Math.floor(RESERVE * CELLS);
  const role: Role = fill.role === 'dim' ? 'accent' : fill.role;
  const body = usage.is_estimated ? estimatedCell : measuredCell;
  const empty = Array.from({ length: CELLS - filled }, (_, cell) => (filled + cell === mark ? reserveCell : emptyCell));
  return [
    ...(cached > 0 ? [span(cachedCell.repeat(cached), role)] : []),
    ...(filled - cached > 0 ? [span(body.repeat(filled - cached), role)] : []),
    ...(empty.length > 0 ? [span(empty.join(''), 'dim')] : []),
  ];
}
