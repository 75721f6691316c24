/** One final piece of Markdown, in its own terms: it is lexed and printed alone. */
export interface MarkdownBlock {
  readonly kind: 'prose' | 'item' | 'code';
  /** Markdown; for code its plain text. */
  readonly source: string;
  /** A blank line stood before it, or belongs there. */
  readonly hasGap: boolean;
  /** Columns that the list around it takes. */
  readonly indent: number;
  /** What stands before the first row of a list item: `•`, `3.`; empty for what continues one. */
  readonly marker?: string;
  readonly language?: string;
  /** Of code: what stands before it in the same block, for the highlighter. Of a table: its beginning, for the widths. */
  readonly before?: string;
  /** The beginning of a table whose other rows come as blocks of their own. */
  readonly hasMore?: true;
  /** It goes on with what the block before it began. */
  readonly isContinued?: true;
  /** Of one long line that came out piece by piece: where its pieces begin, but for the first. Each is lexed alone. */
  readonly cuts?: readonly number[];
}

const BULLETS = ['•', '◦', '▪'];

/** Gives the sign of an item that lies in so many others. */
export function bulletAt(depth: number): string {
  return BULLETS[depth % BULLETS.length] ?? '•';
}

/** Tells the sign of an item from its number. */
export function isBullet(marker: string): boolean {
  return BULLETS.includes(marker);
}

/** An item of a list that may go on. */
export interface OpenItem {
  readonly markerIndent: number;
  readonly contentIndent: number;
  readonly visualIndent: number;
  readonly marker: string;
  /** Absent for bullets. */
  readonly ordinal?: number;
}

/** Where in the text the splitter stands. A value. */
export interface SplitState {
  /** The incomplete last line. */
  readonly rest: string;
  readonly kind: 'none' | 'prose' | 'list' | 'code';
  /** The complete lines of the open block. */
  readonly source: string;
  readonly line_count: number;
  readonly items: readonly OpenItem[];
  /** What stands before the first row of the open item; empty where its block continues one. */
  readonly marker: string;
  readonly indent: number;
  readonly fence: string;
  readonly language: string;
  readonly before: string;
  readonly hasGap: boolean;
  readonly hasBlank: boolean;
  /** Places in `source`, which then is one line, at which it was cut. What is before the last one is final. */
  readonly cuts: readonly number[];
  /** The line in `source` goes on: what comes next belongs to it. */
  readonly isInLine: boolean;
  /** The beginning of the same came out already: a paragraph of which lines did is no heading. */
  readonly isContinued: boolean;
}

/** The state before the first character. */
export const SPLIT_START: SplitState = {
  rest: '',
  kind: 'none',
  source: '',
  line_count: 0,
  items: [],
  marker: '',
  indent: 0,
  fence: '',
  language: '',
  before: '',
  hasGap: false,
  hasBlank: false,
  cuts: [],
  isInLine: false,
  isContinued: false,
};

/** Tells whether the text stands inside of a fence. */
export function isInCode(state: SplitState): boolean {
  return state.fence !== '';
}

/** Adds a line to the open block. */
export function append(state: SplitState, text: string): SplitState {
  const source = state.line_count === 0 ? text : `${state.source}\n${text}`;
  return { ...state, source, line_count: state.line_count + 1 };
}

/** Gives the open block out, if there is one, and stands where nothing is open. */
export function close(state: SplitState, blocks: MarkdownBlock[]): SplitState {
  if (state.line_count > 0) blocks.push(openBlock(state));
  return { ...SPLIT_START, rest: state.rest, items: state.items };
}

/** Gives the part of a long line that is final while the line goes on. */
export function finalPart(state: SplitState): MarkdownBlock | undefined {
  return state.isInLine ? openBlock(state) : undefined;
}

function openBlock(state: SplitState): MarkdownBlock {
  const { hasGap, source, indent, marker, before } = state;
  const continued = state.isContinued ? { isContinued: true as const } : {};
  const pieces = { ...continued, ...(state.cuts.length === 0 ? {} : { cuts: state.cuts }) };
  if (isInCode(state)) {
    const place = state.kind === 'list' ? { indent, marker } : { indent: 0 };
    return { kind: 'code', source, hasGap, ...place, language: state.language, before, ...continued };
  }
  if (state.kind === 'list') return { kind: 'item', source, hasGap, indent, marker, ...pieces };
  const table = before === '' ? {} : before === source ? { hasMore: true as const } : { before };
  return { kind: 'prose', source, hasGap, indent: 0, ...table, ...pieces };
}
