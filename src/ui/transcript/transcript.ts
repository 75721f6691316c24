import { errorMessage } from '../../errors.ts';
import { safeLine } from '../../safe-text.ts';
import type { Block, ChatView } from '../../view/chat-view.ts';
import type { Layout } from '../../view/layout.ts';
import { loadGrammar } from '../../view/markdown/highlight.ts';
import { line, type Span, type StyledLine, span } from '../../view/styled-line.ts';
import { createBlockJoiner } from '../../view/whole-blocks.ts';
import { truncateLine } from '../../view/width.ts';
import type { ChatStore } from '../chat-store.ts';
import type { KeyEvent } from '../input/keys/key-event.ts';
import type { Screen } from '../screen.tsx';
import {
  BEGIN_FRAME,
  END_FRAME,
  ENTER_ALTERNATE_SCREEN,
  ERASE_RIGHT,
  LEAVE_ALTERNATE_SCREEN,
  moveToRow,
} from '../terminal/sequences.ts';
import type { TerminalSession } from '../terminal/session.ts';
import { sourceOf } from './source-text.ts';
import { commandOf, type Pages, type ViewerState, visibleBlock } from './transcript-keys.ts';
import { createTranscriptRows, unownedRow, withMatches } from './transcript-rows.ts';
import type { Row } from './transcript-search.ts';

/** What the viewer shows: the blocks as they are drawn, or the text as it was written. */
export type TranscriptSource = 'blocks' | 'raw';

export interface TranscriptOptions {
  readonly source: TranscriptSource;
  readonly store: ChatStore;
  readonly screen: Screen;
  readonly terminal: Pick<TerminalSession, 'atRestore'>;
  readonly services: { writeClipboard(text: string): Promise<string> };
  /** What the open question is about, whole, as rows of this width. */
  asked(width: number): readonly StyledLine[];
  write(bytes: string): void;
  capture(handler: (key: KeyEvent) => void): () => void;
  onClosed(): void;
}

/** The open viewer. */
export interface Transcript {
  /** Shows what was added since; whoever stands at the end stays there. Costs nothing where nothing visible changed. */
  refresh(): void;
  close(): void;
}

/** Columns before each row: the mark of the block that keys act on. */
const MARK_COLUMNS = 2;

/**
 * Opens the whole session on the alternate screen. Leaving it brings the screen back exactly as it was; a closed viewer
 * writes nothing any more.
 */
export function openTranscript(options: TranscriptOptions): Transcript {
  const { screen, store } = options;
  const { output } = screen;
  const transcriptRows = createTranscriptRows();
  let rows: readonly Row[] = [];
  const painter = createPainter(options.write);
  let isAtEnd = true;
  /** How many blocks there were when it was last drawn. */
  let known = 0;
  let isClosed = false;
  const blocks = createBlockJoiner(() => store.view.settled);
  let state = firstState(options.source, blocks().length);
  const page = (): number => Math.max(1, output.rows - 1);
  const pages = (): Pages => ({
    rows,
    page: page(),
    blocks: blocks(),
    rowsWith: (look) => transcriptRows.settled(blocks(), { ...state, ...look }, rowLayout(screen)),
  });
  const draw = (): void => {
    if (isClosed) return;
    rows = transcriptRows
      .all({ ...store.view, settled: blocks() }, state, rowLayout(screen))
      .concat(questionRows(options));
    const top = Math.max(0, Math.min(state.top, rows.length - page()));
    isAtEnd = top + page() >= rows.length;
    known = blocks().length;
    state = { ...state, top, block: visibleBlock(pages(), top, state.block) };
    painter.paint(pictureOf(state, { rows, page: page() }, options), `${output.columns}x${output.rows}`);
  };
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    release();
    forget();
    output.off('resize', draw);
    options.write(LEAVE_ALTERNATE_SCREEN);
    output.release(false);
    options.onClosed();
    screen.resized();
  };
  const act = (change: Partial<ViewerState>): void => {
    state = { ...state, message: '', found: undefined, ...change };
    draw();
  };
  const release = options.capture((key) => {
    const command = commandOf(key, state);
    if (command === 'close') close();
    else if (command === 'copy') copyBlock(blocks()[state.block], options, (message) => act({ message }));
    else if (command !== undefined) act(command(pages()));
  });

  output.hold();
  options.write(ENTER_ALTERNATE_SCREEN);
  const forget = options.terminal.atRestore(LEAVE_ALTERNATE_SCREEN);
  output.on('resize', draw);
  void loadAll(store.view.settled).then(draw);
  draw();
  if (questionRows(options).length > page()) act({ top: rows.length - questionRows(options).length + 1 });
  return {
    close,
    refresh: () => {
      // The end stays in sight, and the mark on the last block where it was there.
      const block = state.block === known - 1 ? blocks().length - 1 : state.block;
      if (isAtEnd) state = { ...state, top: Number.MAX_SAFE_INTEGER, block };
      draw();
    },
  };
}

/** Writes the rows of a picture that differ from the one before; all of them on a screen of another size. */
function createPainter(write: (bytes: string) => void): { paint(rows: readonly string[], size: string): void } {
  let painted: readonly string[] = [];
  let known = '';
  return {
    paint: (rows, size) => {
      if (size !== known) painted = [];
      known = size;
      const changed = rows.flatMap((row, at) => (row === painted[at] ? [] : [moveToRow(at) + ERASE_RIGHT + row]));
      painted = rows;
      if (changed.length > 0) write(BEGIN_FRAME + changed.join('') + END_FRAME);
    },
  };
}

function firstState(source: TranscriptSource, count: number): ViewerState {
  return {
    top: Number.MAX_SAFE_INTEGER,
    block: count - 1,
    opened: new Set(),
    search: '',
    isSearching: false,
    isRaw: source === 'raw',
    message: '',
  };
}

/** What the open question is about, whole, below everything else; the viewer opens at its beginning. */
function questionRows({ screen, asked }: TranscriptOptions): readonly Row[] {
  const lines = asked(rowLayout(screen).width);
  return lines.length === 0 ? [] : [[], ...lines].map(unownedRow);
}

function rowLayout(screen: Screen): Layout {
  return { ...screen.layout, width: Math.max(1, screen.output.columns - MARK_COLUMNS) };
}

function copyBlock(block: Block | undefined, options: TranscriptOptions, say: (message: string) => void): void {
  if (block === undefined) return;
  void options.services
    .writeClipboard(sourceOf(block))
    .catch(errorMessage)
    .then((message) => say(safeLine(message)));
}

async function loadAll(blocks: readonly Block[]): Promise<void> {
  const languages = blocks.map((block) => (block.kind === 'text' ? (block.block.language ?? '') : ''));
  await Promise.all([...new Set(languages)].map(loadGrammar));
}

interface Shown {
  readonly rows: readonly Row[];
  readonly page: number;
}

/** Gives the bytes of every row of the screen. */
function pictureOf(state: ViewerState, shown: Shown, options: TranscriptOptions): readonly string[] {
  const { screen, store } = options;
  const visible = Array.from({ length: shown.page }, (_, at) => rowBytes(shown.rows[state.top + at], state, screen));
  const footer = footerLine(state, shown, store.view);
  return [...visible, screen.paintMarks(truncateLine(footer, Math.max(1, screen.output.columns)))];
}

function rowBytes(row: Row | undefined, state: ViewerState, screen: Screen): string {
  if (row === undefined) return screen.theme.paint(line('~', 'dim'));
  const mark = row.block === state.block ? span('▎ ', 'accent') : span('  ');
  const isFound = state.found?.block === row.block && state.found.row === row.row;
  return screen.paintMarks([mark]) + screen.theme.paint(withMatches(row, state.search, isFound));
}

function footerLine(state: ViewerState, shown: Shown, view: ChatView): StyledLine {
  if (state.isSearching) return [span('/', 'accent'), span(state.search), span('█', 'dim')];
  return [...questionSpans(view), span(footerText(state, shown), 'dim')];
}

/** A question stands on the screen behind the viewer. */
function questionSpans({ status, live }: ChatView): readonly Span[] {
  const [asked] = status.approvals;
  if (asked === undefined) return [];
  const name = live.tools.find((tool) => tool.id === asked)?.display_name ?? 'A tool';
  return [span(`? ${name} waits for your answer · q shows it`, 'warning', { bold: true }), span('  ')];
}

function footerText(state: ViewerState, { rows, page }: Shown): string {
  if (state.message !== '') return state.message;
  const share = Math.min(1, (state.top + page) / Math.max(1, rows.length));
  const place = share === 1 ? 'end' : `${Math.round(share * 100)}%`;
  const { found } = state;
  const count = found === undefined ? '' : `${found.number}/${found.total}  n next · N before · `;
  const help = `q close · ↑↓ · ←→ block · Enter fold · / search · c copy · r ${state.isRaw ? 'formatted' : 'raw'} · ? more`;
  return `${state.isRaw ? 'raw ' : ''}${place}  ${count}${help}`;
}
