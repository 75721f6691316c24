import type { ChatView } from '../view/chat-view.ts';
import type { Layout } from '../view/layout.ts';
import { liveLines } from '../view/live-lines.ts';
import type { FlowPlace } from '../view/markdown/flow.ts';
import { activityLine, isActive, type StatusFacts, statusLine } from '../view/status-line.ts';
import type { StyledLine } from '../view/styled-line.ts';
import type { Theme } from './theme/theme.ts';

/** The share of the terminal's rows that may change; the rest is scrollback and stays still. */
const LIVE_SHARE = 0.6;
/** The share while the size changes: what does not fit into the next one goes to the scrollback. */
const RESIZING_SHARE = 0.3;

/** Rows of an open block that are shown: those that a window which shrinks moves away are printed again when they are final. */
const OPEN_ROWS = 6;

/** One picture of the live part: what stands above the prompt, with its styles, and the room of the prompt. */
export interface LivePicture {
  readonly width: number;
  /** What is still changing, what the agent does, and the status. */
  readonly above: readonly string[];
  readonly inputRows: number;
  readonly maxInputRows: number;
}

/** What a picture is made of. */
export interface PictureParts {
  readonly view: ChatView;
  readonly layout: Layout;
  readonly theme: Theme;
  readonly facts: StatusFacts;
  /** Rows of the terminal. */
  readonly rows: number;
  /** The call whose question is on the screen: it says what the card would say. */
  readonly asked?: string | undefined;
  /** How far the rows of the open line were printed already. */
  readonly printed: FlowPlace | undefined;
  /** The size is changing: what grows is left out, because rows that the terminal moves away stay in its scrollback. */
  readonly isResizing: boolean;
  /** Gives the rows that the prompt takes of at most so many. */
  inputRows(maxRows: number): number;
}

/** Gives the most rows that the prompt may take: a question all of them, the status gives way to it. */
export function maxInputRows({ asked, ...of }: Sharing): number {
  const { budget, hasStatus, hasActivity } = shares(of);
  return Math.max(1, asked === undefined ? budget - (hasStatus ? 1 : 0) - (hasActivity ? 1 : 0) : budget);
}

/**
 * Shares the rows out: the prompt first, then the status, then as much as fits of what changes. Nothing stands below the
 * prompt: a terminal that becomes narrower wraps what is below the cursor, and some then lose count of where it is.
 */
export function livePicture(parts: PictureParts): LivePicture {
  const { view, layout, theme } = parts;
  const { budget, hasStatus, hasActivity, gap } = shares(parts);
  const maxRows = maxInputRows(parts);
  const inputRows = parts.inputRows(maxRows);
  const room = budget - inputRows;
  const activity = hasActivity ? activityLine(view, layout) : undefined;
  const hasAnything = view.settled.length > 0 || activity !== undefined;
  const below = [
    ...blank(hasAnything ? gap : 0),
    ...(activity === undefined ? [] : [activity]),
    ...(hasStatus ? [statusLine(view.status, parts.facts, layout)] : []),
  ];
  const printed = parts.printed === undefined ? {} : { printed: parts.printed };
  const live = parts.isResizing
    ? []
    : liveLines(withoutAsked(view, parts.asked), layout, {
        rows: room - below.length,
        openRows: OPEN_ROWS,
        ...printed,
      });
  const above = lastOf([...live, ...below], room).map((styled) => theme.paint(styled));
  return { width: layout.width, above, inputRows, maxInputRows: maxRows };
}

function withoutAsked(view: ChatView, asked: string | undefined): ChatView {
  if (asked === undefined) return view;
  return { ...view, live: { ...view.live, tools: view.live.tools.filter(({ id }) => id !== asked) } };
}

/** What the rows are shared out by. */
type Sharing = Pick<PictureParts, 'view' | 'rows' | 'isResizing' | 'asked'>;

interface Shares {
  /** All rows of the live part. */
  readonly budget: number;
  readonly hasStatus: boolean;
  readonly hasActivity: boolean;
  /** Blank rows between its parts. */
  readonly gap: number;
}

function shares({ view, rows, isResizing }: Omit<Sharing, 'asked'>): Shares {
  const share = isResizing ? RESIZING_SHARE : LIVE_SHARE;
  const budget = Math.max(1, Math.min(Math.floor(rows * share), rows - 1));
  const hasActivity = budget >= 4 && isActive(view.status);
  return { budget, hasStatus: budget >= 3, hasActivity, gap: budget >= 7 ? 1 : 0 };
}

function blank(count: number): readonly StyledLine[] {
  return Array.from({ length: count }, () => []);
}

function lastOf<Value>(values: readonly Value[], count: number): readonly Value[] {
  return count <= 0 ? [] : values.slice(-count);
}
