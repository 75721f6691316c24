import { formatClock, formatDollars, formatDuration, formatPercent, formatTokens } from '../format.ts';
import { safeLine } from '../safe-text.ts';
import type { ChatView, StatusView } from './chat-view.ts';
import { contextBar, contextFill } from './context-bar.ts';
import { type Layout, spinnerGlyph } from './layout.ts';
import { line, type Span, type StyledLine, span } from './styled-line.ts';
import { lineWidth, truncateLine, truncateStart } from './width.ts';

/** What the status line shows beside the session: it is not in the messages. */
export interface StatusFacts {
  /** Shortened for a person: `~/projects/chat`; empty where the agent runs in none that is known. */
  readonly directory: string;
  readonly branch?: string;
  readonly permission_mode?: string;
  /** The mode lets everything happen: it is marked as long as it holds. */
  readonly is_mode_dangerous?: boolean;
}

/** Something on the line, from its longest form to its shortest. */
interface Item {
  readonly side: 'left' | 'right';
  readonly forms: readonly Form[];
}

/** One form; without room the least important one of all gives way to the next of its item. */
interface Form {
  readonly importance: number;
  readonly styled: StyledLine;
}

const CHARACTERS_PER_TOKEN = 4;

/** Draws the line above the prompt. Takes one row at any width. */
export function statusLine(status: StatusView, facts: StatusFacts, layout: Layout): StyledLine {
  let items: readonly Item[] = itemsOf(status, facts, layout).filter(isThere);
  while ((items.length > 1 || (items[0]?.forms.length ?? 0) > 1) && widthOf(items, layout) > layout.width)
    items = shrink(items);
  const left = joinSide(items, 'left', layout);
  const right = joinSide(items, 'right', layout);
  const blanks = layout.width - lineWidth(left) - lineWidth(right);
  const whole = right.length === 0 ? left : [...left, span(' '.repeat(Math.max(1, blanks))), ...right];
  return truncateLine(whole, layout.width, layout.glyphs.ellipsis);
}

function isThere({ forms: [longest] }: Item): boolean {
  return longest !== undefined && longest.styled.length > 0;
}

function itemsOf(status: StatusView, facts: StatusFacts, layout: Layout): readonly Item[] {
  const { usage } = status;
  const left = (forms: readonly Form[]): Item => ({ side: 'left', forms });
  const right = (forms: readonly Form[]): Item => ({ side: 'right', forms });
  const dim = (importance: number, text: string): readonly Form[] =>
    text === '' ? [] : [{ importance, styled: line(text, 'dim') }];
  return [
    left(modelForms(status.model, layout)),
    left(dim(60, status.effort ?? '')),
    left(modeForms(facts)),
    left(directoryForms(facts, layout)),
    right(dim(55, speedOf(status, layout))),
    right(dim(25, firstTokenOf(status))),
    right(usage === undefined ? [] : [{ importance: 40, styled: contextBar(usage, layout) }]),
    right(usage === undefined ? [] : fillForms(usage, layout)),
    right(costForms(status, layout)),
  ];
}

/** What stands before the name of a model; the path of a script has none. */
const PROVIDER = /^[^/:]*\//;

function modelForms(model: string, layout: Layout): readonly Form[] {
  if (model === '') return [];
  const names = model
    .split(',')
    .map((name) => name.replace(PROVIDER, ''))
    .join(',');
  const short = PROVIDER.test(model) ? names : truncateStart(names, 24, layout.glyphs.ellipsis);
  return [
    { importance: 50, styled: line(model) },
    { importance: 100, styled: line(short) },
  ];
}

function modeForms(facts: StatusFacts): readonly Form[] {
  const mode = facts.permission_mode ?? '';
  const role = facts.is_mode_dangerous === true ? 'error' : 'dim';
  return mode === '' ? [] : [{ importance: 80, styled: line(mode, role) }];
}

/** Whoever made the folder has named it and its branch. */
function directoryForms(facts: StatusFacts, layout: Layout): readonly Form[] {
  const directory = safeLine(facts.directory);
  if (directory === '') return [];
  const branch = facts.branch === undefined ? [] : [span(` (${safeLine(facts.branch)})`, 'dim')];
  const short = truncateStart(directory, 24, layout.glyphs.ellipsis);
  const name = directory.slice(directory.lastIndexOf('/') + 1) || directory;
  return [
    { importance: 20, styled: [span(directory, 'dim'), ...branch] },
    { importance: 28, styled: [span(short, 'dim'), ...branch] },
    { importance: 30, styled: [span(name, 'dim'), ...branch] },
    { importance: 32, styled: [span(name, 'dim')] },
  ];
}

function fillForms(usage: NonNullable<StatusView['usage']>, layout: Layout): readonly Form[] {
  const fill = contextFill(usage);
  const about = usage.is_estimated ? layout.glyphs.approximately : '';
  const used = `${about}${formatTokens(fill.used)}`;
  if (fill.ratio === undefined || usage.context_limit === undefined) {
    return [{ importance: 58, styled: line(`${used} tokens`, 'dim') }];
  }
  const percent = span(`${about}${formatPercent(fill.ratio)}`, fill.role);
  return [
    { importance: 45, styled: [percent, span(` ${used}/${formatTokens(usage.context_limit)}`, 'dim')] },
    { importance: 72, styled: [percent] },
  ];
}

/** What was spent; where some of it is not known, the least that it was, or, with room, that nothing is known. */
function costForms({ cost, has_cost, is_cost_partial }: StatusView, layout: Layout): readonly Form[] {
  if (is_cost_partial && cost === 0) return [{ importance: 15, styled: line('price unknown', 'dim') }];
  const least = is_cost_partial ? layout.glyphs.atLeast : '';
  return has_cost ? [{ importance: 65, styled: line(least + formatDollars(cost), 'dim') }] : [];
}

/** The speed of the answer while it comes; the counts of a provider arrive too late for that, so it is an estimate. */
function speedOf(status: StatusView, layout: Layout): string {
  const speed = status.call?.speed;
  if (speed === undefined) return '';
  return `${layout.glyphs.approximately}${Math.round(speed.value / CHARACTERS_PER_TOKEN)} tok/s`;
}

function firstTokenOf(status: StatusView): string {
  const { call } = status;
  return call?.first_token_at === undefined ? '' : `first ${formatDuration(call.first_token_at - call.since)}`;
}

function shrink(items: readonly Item[]): readonly Item[] {
  const least = items.reduce((a, b) => (importanceOf(b) < importanceOf(a) ? b : a));
  return items
    .map((item) => (item === least ? { ...item, forms: item.forms.slice(1) } : item))
    .filter((item) => item.forms.length > 0);
}

function importanceOf(item: Item): number {
  return item.forms[0]?.importance ?? 0;
}

function widthOf(items: readonly Item[], layout: Layout): number {
  const right = lineWidth(joinSide(items, 'right', layout));
  return lineWidth(joinSide(items, 'left', layout)) + (right === 0 ? 0 : right + 2);
}

function joinSide(items: readonly Item[], side: Item['side'], layout: Layout): StyledLine {
  const shown = items.filter((item) => item.side === side);
  return shown.flatMap((item, index) => {
    const form = item.forms[0]?.styled ?? [];
    return index === 0 ? form : [span(` ${layout.glyphs.dot} `, 'dim'), ...form];
  });
}

const PHASES: Readonly<Record<StatusView['phase'], string>> = {
  idle: '',
  waiting: 'Waiting for the model',
  thinking: 'Thinking',
  answering: 'Answering',
  tools: 'Working',
  retrying: 'Waiting to try again',
  compacting: 'Compacting the context',
};

const PREFILL_BAR = 16;

/** Tells whether the agent does something, rather than wait for a person. */
export function isActive(status: StatusView): boolean {
  return status.phase !== 'idle' && status.approvals.length === 0;
}

/** Says above the prompt what the agent is doing; absent when it does nothing. */
export function activityLine(view: ChatView, layout: Layout): StyledLine | undefined {
  const { status } = view;
  if (!isActive(status)) return undefined;
  const { glyphs, now } = layout;
  const mark = span(spinnerGlyph(layout), 'accent');
  const since = (status.turn_since ?? view.live.compaction?.since ?? now) + status.asked_ms;
  const time = formatClock(now - since);
  const prefill = prefillSpans(status, layout);
  const doing = prefill.length > 0 ? prefill : [span(PHASES[status.phase])];
  const cancel = layout.keys === undefined ? '' : ` ${glyphs.dot} ${layout.keys.cancel} cancels`;
  const rest = span(` ${glyphs.dot} ${time}${cancel}`, 'dim');
  return truncateLine([mark, span(' '), ...doing, rest], layout.width, glyphs.ellipsis);
}

/** How much of the conversation a local server has read. */
function prefillSpans(status: StatusView, layout: Layout): readonly Span[] {
  const prefill = status.phase === 'waiting' ? status.call?.prefill : undefined;
  if (prefill === undefined || prefill.total <= 0) return [];
  const [empty, cachedCell, fullCell] = layout.glyphs.bar;
  const cells = (tokens: number): number => Math.round((Math.min(tokens, prefill.total) / prefill.total) * PREFILL_BAR);
  const cached = Math.min(cells(prefill.cached), cells(prefill.processed));
  const full = cells(prefill.processed) - cached;
  return [
    span('Reading '),
    span(cachedCell.repeat(cached) + fullCell.repeat(full), 'accent'),
    span(empty.repeat(PREFILL_BAR - cached - full), 'dim'),
    span(` ${formatTokens(prefill.processed)}/${formatTokens(prefill.total)} tokens`),
    ...(prefill.cached > 0 ? [span(`, ${formatTokens(prefill.cached)} cached`, 'dim')] : []),
  ];
}
