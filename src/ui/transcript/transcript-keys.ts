import type { Block } from '../../view/chat-view.ts';
import type { KeyEvent } from '../input/keys/key-event.ts';
import type { RowLook } from './transcript-rows.ts';
import { type Found, findText, isOfBlock, type Row } from './transcript-search.ts';

/** What the viewer shows now; the state is a value. */
export interface ViewerState {
  readonly top: number;
  /** What a search found last; gone with the next step that is none. */
  readonly found?: Found | undefined;
  /** The block that keys act on. */
  readonly block: number;
  readonly opened: ReadonlySet<string>;
  readonly search: string;
  readonly isSearching: boolean;
  readonly isRaw: boolean;
  readonly message: string;
}

/** The rows that a key can act on. */
export interface Pages {
  readonly rows: readonly Row[];
  readonly page: number;
  readonly blocks: readonly Block[];
  /** Gives the rows of another look. */
  rowsWith(look: Partial<RowLook>): readonly Row[];
}

/** What a key means: something to do, or what changes; undefined: nothing. */
export type Command = 'close' | 'copy' | ((pages: Pages) => Partial<ViewerState>) | undefined;

/** What the footer has no room for; it is said in its place. */
const MORE_KEYS = 'PgUp PgDn b f page · Home End g G ends · Tab next block · Space fold · / then n N search';

/** Reads one key. */
export function commandOf(event: KeyEvent, state: ViewerState): Command {
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
      return (pages) => withLook(pages, state, { isRaw: !state.isRaw });
    case '/':
      return () => ({ isSearching: true, search: '' });
    case '?':
      return () => ({ message: MORE_KEYS });
    case 'n':
    case 'N':
      return (pages) => find(pages, state, key === 'n' ? 1 : -1);
    case 'enter':
    case 'space':
    case ' ':
      return (pages) => withLook(pages, state, { opened: toggled(state.opened, pages.blocks[state.block]?.key) });
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

/** Changes the look of the rows and keeps the marked block where it is, or the end in sight. */
function withLook(pages: Pages, state: ViewerState, look: Partial<RowLook>): Partial<ViewerState> {
  if (state.top + pages.page >= pages.rows.length && look.isRaw !== undefined)
    return { ...look, top: Number.MAX_SAFE_INTEGER };
  const rows = pages.rowsWith(look);
  const isMarked = (row: Row): boolean => row.block === state.block;
  const above = pages.rows.findIndex(isMarked) - state.top;
  const [first, last] = [rows.findIndex(isMarked), rows.findLastIndex(isMarked)];
  return { ...look, top: Math.max(0, Math.min(first - above, last)) };
}

/** Gives the marked block, or the one nearest to it of those that are on the screen. */
export function visibleBlock(pages: Pages, top: number, block: number): number {
  const shown = pages.rows
    .slice(top, top + pages.page)
    .filter(isOfBlock)
    .map((row) => row.block);
  if (shown.includes(block)) return block;
  return block < (shown[0] ?? 0) ? (shown[0] ?? block) : (shown.at(-1) ?? block);
}

function jump(pages: Pages, state: ViewerState, step: 1 | -1): Partial<ViewerState> {
  const drawn = [...new Set(pages.rows.filter(isOfBlock).map((row) => row.block))];
  const index = drawn.indexOf(state.block) + step;
  const block = drawn[Math.max(0, Math.min(index, drawn.length - 1))] ?? state.block;
  const row = pages.rows.findIndex((one) => one.block === block);
  const isVisible = row >= state.top && row < state.top + pages.page;
  return { block, top: isVisible ? state.top : Math.max(0, row - 2) };
}

function find(pages: Pages, state: ViewerState, step: 1 | -1): Partial<ViewerState> {
  if (state.search === '') return {};
  const all = pages.rowsWith({ opened: new Set(pages.blocks.map((block) => block.key)) });
  const place = findText({ shown: pages.rows, all }, { ...state, step });
  if (place === undefined) return { message: `Nothing found for “${state.search}”` };
  const key = pages.blocks[place.block]?.key;
  const opened = place.isFolded && key !== undefined ? new Set([...state.opened, key]) : state.opened;
  const top = pages.rowsWith({ opened }).findIndex((row) => row.block === place.block && row.row === place.row);
  return { opened, top, block: place.block, found: place };
}
