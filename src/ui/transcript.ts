import { hasGap, linesOf } from '../view/block-lines.ts';
import type { Block } from '../view/chat-view.ts';
import type { Layout } from '../view/layout.ts';
import { loadGrammar } from '../view/markdown/highlight.ts';
import { line, type StyledLine, span } from '../view/styled-line.ts';
import { truncateLine } from '../view/width.ts';
import { cutLine, wrapLine } from '../view/wrap.ts';
import type { ChatStore } from './chat-store.ts';
import type { KeyEvent } from './input/keys/key-event.ts';
import type { TerminalSession } from './input/terminal.ts';
import type { Screen } from './screen.tsx';
import { sourceOf } from './source-text.ts';
import { CURSOR_HOME, ENTER_ALTERNATE_SCREEN, ERASE_RIGHT, LEAVE_ALTERNATE_SCREEN } from './terminal-output.ts';
import { findText, holdsText, NO_BLOCK, type Place, type Row } from './transcript-search.ts';

/** What the viewer shows: the blocks as they are drawn, or the text as it was written. */
export type TranscriptSource = 'blocks' | 'raw';

export interface TranscriptOptions {
  readonly source: TranscriptSource;
  readonly store: ChatStore;
  readonly screen: Screen;
  readonly terminal: Pick<TerminalSession, 'atRestore'>;
  readonly services: { writeClipboard(text: string): Promise<string> };
  write(bytes: string): void;
  capture(handler: (key: KeyEvent) => void): () => void;
  onClosed(): void;
}

interface ViewerState {
  readonly top: number;
  /** What a search found last; gone with the next step that is none. */
  readonly found?: Place | undefined;
  /** The block that keys act on. */
  readonly block: number;
  readonly opened: ReadonlySet<string>;
  readonly search: string;
  readonly isSearching: boolean;
  readonly isRaw: boolean;
  readonly message: string;
}

/** Opens the whole session on the alternate screen. Leaving it brings the screen back exactly as it was. */
export function openTranscript(options: TranscriptOptions): { close(): void } {
  const viewer = createViewer(options);
  return { close: viewer.close };
}

function createViewer(options: TranscriptOptions): { close(): void } {
  const { screen, store } = options;
  const { output } = screen;
  let rows: readonly Row[] = [];
  let isClosed = false;
  let state: ViewerState = {
    top: Number.MAX_SAFE_INTEGER,
    block: store.view.settled.length - 1,
    opened: new Set(),
    search: '',
    isSearching: false,
    isRaw: options.source === 'raw',
    message: '',
  };

  const layout = (): Layout => ({ ...screen.layout, width: Math.max(1, output.columns) });
  const page = (): number => Math.max(1, output.rows - 1);
  const rowsWith = (opened: ReadonlySet<string>) => rowsOf(store.view.settled, { ...state, opened }, layout());
  const pages = (): Pages => ({ rows, page: page(), blocks: store.view.settled, rowsWith });
  const draw = (): void => {
    rows = rowsOf(store.view.settled, state, layout());
    const top = Math.max(0, Math.min(state.top, rows.length - page()));
    state = { ...state, top, block: visibleBlock(pages(), top, state.block) };
    const shown = Array.from({ length: page() }, (_, row) => rowBytes(rows[top + row], state, options));
    const footer = screen.paintMarks(footerLine(state, { total: rows.length, page: page() }, layout()));
    options.write(`${CURSOR_HOME}${[...shown, footer].map((row) => ERASE_RIGHT + row).join('\r\n')}`);
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
  const copy = (): void => {
    const block = store.view.settled[state.block];
    if (block === undefined) return;
    void options.services.writeClipboard(sourceOf(block)).then(
      (message) => act({ message }),
      (error: unknown) => act({ message: error instanceof Error ? error.message : String(error) }),
    );
  };
  const onKey = (key: KeyEvent): void => {
    const command = commandOf(key, state);
    if (command === 'close') close();
    else if (command === 'copy') copy();
    else if (command !== undefined) act(command(pages()));
  };

  output.hold();
  options.write(ENTER_ALTERNATE_SCREEN);
  const forget = options.terminal.atRestore(LEAVE_ALTERNATE_SCREEN);
  const release = options.capture(onKey);
  output.on('resize', draw);
  void loadAll(store.view.settled).then(() => (isClosed ? undefined : draw()));
  draw();
  return { close };
}

async function loadAll(blocks: readonly Block[]): Promise<void> {
  const languages = blocks.map((block) => (block.kind === 'text' ? (block.block.language ?? '') : ''));
  await Promise.all([...new Set(languages)].map(loadGrammar));
}

function rowsOf(blocks: readonly Block[], state: ViewerState, layout: Layout): readonly Row[] {
  return blocks.flatMap((block, index) => {
    const isOpen = state.opened.has(block.key);
    const folds = isOpen ? { hasThoughts: true, hasDetails: true } : { hasThoughts: false, hasDetails: false };
    const lines = state.isRaw
      ? sourceOf(block)
          .split('\n')
          .flatMap((text) => wrapLine(line(text), layout.width - 2))
      : linesOf(block, { ...layout, ...folds, isWhole: true, width: Math.max(1, layout.width - 2) });
    const gap: readonly StyledLine[] = lines.length > 0 && hasGap(blocks[index - 1], block) ? [[]] : [];
    const cut = lines.flatMap((styled) => cutLine(styled, Math.max(1, layout.width - 2)));
    return [
      ...gap.map((styled) => ({ block: NO_BLOCK, row: 0, styled })),
      ...cut.map((styled, row) => ({ block: index, row, styled })),
    ];
  });
}

function rowBytes(row: Row | undefined, state: ViewerState, options: TranscriptOptions): string {
  if (row === undefined) return options.screen.theme.paint(line('~', 'dim'));
  const mark = row.block === state.block ? span('▎ ', 'accent') : span('  ');
  const isHit = state.search !== '' && holdsText(row, state.search);
  const styled = isHit
    ? row.styled.map((part) => ({ ...part, role: 'warning' as const, underline: true as const }))
    : row.styled;
  return options.screen.paintMarks([mark]) + options.screen.theme.paint(styled);
}

function footerLine(state: ViewerState, shown: { total: number; page: number }, layout: Layout): StyledLine {
  if (state.isSearching) return [span('/', 'accent'), span(state.search), span('█', 'dim')];
  const share = Math.min(1, (state.top + shown.page) / Math.max(1, shown.total));
  const help = `q close · ↑↓ · ←→ block · Enter fold · / search · c copy · r ${state.isRaw ? 'formatted' : 'raw'}`;
  const text =
    state.message === ''
      ? `${state.isRaw ? 'raw ' : ''}${share === 1 ? 'end' : `${Math.round(share * 100)}%`}  ${help}`
      : state.message;
  return truncateLine(line(text, 'dim'), layout.width);
}

interface Pages {
  readonly rows: readonly Row[];
  readonly page: number;
  readonly blocks: readonly Block[];
  /** Gives the rows if these blocks were unfolded, by their keys. */
  rowsWith(opened: ReadonlySet<string>): readonly Row[];
}
type Command = 'close' | 'copy' | ((pages: Pages) => Partial<ViewerState>) | undefined;

function commandOf(event: KeyEvent, state: ViewerState): Command {
  const key = event.type === 'key' ? event.key : event.type === 'text' ? event.text : '';
  if (state.isSearching) return searchCommand(event, key, state);
  switch (key) {
    case 'q':
    case 'escape':
    case 'ctrl+c':
    case 'ctrl+o':
      return 'close';
    case 'c':
    case 'y':
      return 'copy';
    case 'r':
    case 'alt+r':
      return () => ({ isRaw: !state.isRaw, top: 0 });
    case '/':
      return () => ({ isSearching: true, search: '' });
    case 'n':
    case 'N':
      return (pages) => find(pages, state, key === 'n' ? 1 : -1);
    case 'enter':
    case 'space':
    case ' ':
      return (pages) => ({ opened: toggled(state.opened, pages.blocks[state.block]?.key) });
    default:
      return moveCommand(key, state);
  }
}

function moveCommand(key: string, state: ViewerState): Command {
  const scroll = (rows: (page: number) => number) => (pages: Pages) => {
    const top = Math.max(0, Math.min(state.top + rows(pages.page), pages.rows.length - pages.page));
    return { top, block: visibleBlock(pages, top, state.block) };
  };
  switch (key) {
    case 'up':
    case 'k':
      return scroll(() => -1);
    case 'down':
    case 'j':
      return scroll(() => 1);
    case 'pageup':
    case 'b':
      return scroll((page) => -page);
    case 'pagedown':
    case 'f':
      return scroll((page) => page);
    case 'home':
    case 'g':
      return () => ({ top: 0, block: 0 });
    case 'end':
    case 'G':
      return scroll(() => Number.MAX_SAFE_INTEGER / 2);
    case 'left':
      return (pages) => jump(pages, state, -1);
    case 'right':
    case 'tab':
      return (pages) => jump(pages, state, 1);
    default:
      return undefined;
  }
}

function searchCommand(event: KeyEvent, key: string, state: ViewerState): Command {
  if (key === 'enter') return (pages) => ({ isSearching: false, ...find(pages, { ...state, top: state.top - 1 }, 1) });
  if (key === 'escape' || key === 'ctrl+c') return () => ({ isSearching: false, search: '' });
  if (key === 'backspace') return () => ({ search: state.search.slice(0, -1) });
  if (event.type === 'text' || event.type === 'paste')
    return () => ({ search: state.search + event.text.replaceAll('\n', ' ') });
  return key === 'space' ? () => ({ search: `${state.search} ` }) : undefined;
}

function toggled(opened: ReadonlySet<string>, key: string | undefined): ReadonlySet<string> {
  const next = new Set(opened);
  if (key !== undefined && !next.delete(key)) next.add(key);
  return next;
}

function visibleBlock(pages: Pages, top: number, block: number): number {
  const shown = pages.rows
    .slice(top, top + pages.page)
    .map((row) => row.block)
    .filter((shownBlock) => shownBlock !== NO_BLOCK);
  if (shown.includes(block)) return block;
  return block < (shown[0] ?? 0) ? (shown[0] ?? block) : (shown.at(-1) ?? block);
}

function jump(pages: Pages, state: ViewerState, step: 1 | -1): Partial<ViewerState> {
  const drawn = [...new Set(pages.rows.map((row) => row.block))].filter((block) => block !== NO_BLOCK);
  const index = drawn.indexOf(state.block) + step;
  const block = drawn[Math.max(0, Math.min(index, drawn.length - 1))] ?? state.block;
  const row = pages.rows.findIndex((one) => one.block === block);
  const isVisible = row >= state.top && row < state.top + pages.page;
  return { block, top: isVisible ? state.top : Math.max(0, row - 2) };
}

function find(pages: Pages, state: ViewerState, step: 1 | -1): Partial<ViewerState> {
  if (state.search === '') return {};
  const all = pages.rowsWith(new Set(pages.blocks.map((block) => block.key)));
  const place = findText({ shown: pages.rows, all }, { ...state, step });
  if (place === undefined) return { message: `Nothing found for “${state.search}”` };
  const key = pages.blocks[place.block]?.key;
  const opened = place.isFolded && key !== undefined ? new Set([...state.opened, key]) : state.opened;
  const top = pages.rowsWith(opened).findIndex((row) => row.block === place.block && row.row === place.row);
  return { opened, top, block: place.block, found: place };
}
