import { countLines } from '../../../format.ts';
import type { ContentBlock } from '../../../messages.ts';
import { typedText } from '../typed-text.ts';
import { type Atom, atomCharacter, hasAtomCharacters, isBigPaste } from './atoms.ts';
import {
  lineEnd,
  lineStart,
  nextBoundary,
  nextWord,
  previousBoundary,
  previousWord,
  snapForward,
} from './boundaries.ts';

/** A text being written. A value: every edit makes a new one. `caret` is an offset and never cuts a character. */
export interface EditorState {
  readonly text: string;
  readonly caret: number;
  /** What placeholder characters stand for; only ever grows. */
  readonly atoms: readonly Atom[];
  readonly undo: readonly Moment[];
  /** What was killed, newest first. */
  readonly kills: readonly string[];
  /** What the last edit was: typing joins typing in one undo step, kills join kills, a yank can be changed. */
  readonly last: 'type' | 'kill' | 'yank' | 'other';
  /** Where the last yank put which kill. */
  readonly yanked?: { readonly start: number; readonly index: number };
  /** The column that moving up and down keeps. */
  readonly column?: number;
}

interface Moment {
  readonly text: string;
  readonly caret: number;
}

/** The edits that need nothing but the state; named as in the key table. */
export type EditorCommand = keyof typeof COMMANDS;

const MAX_UNDO = 500;
const MAX_KILLS = 32;

/** A text from the history that is longer than this is in the way: ↑ would walk through all of its rows. */
const MAX_RECALLED_LINES = 10;
const MAX_RECALLED = 4096;

/** An empty editor, or one that holds some text with the caret at its end. */
export function createEditor(text = ''): EditorState {
  const empty: EditorState = { text: '', caret: 0, atoms: [], undo: [], kills: [], last: 'other' };
  return text === '' ? empty : insertText(empty, text, 'other');
}

/** Applies one edit. */
export function editText(state: EditorState, command: EditorCommand): EditorState {
  return COMMANDS[command](state);
}

/** Tells whether a name is one of the edits. */
export function isEditorCommand(name: string): name is EditorCommand {
  return Object.hasOwn(COMMANDS, name);
}

/** Inserts text at the caret. Control characters but line ends and tabs are left out. */
export function insertText(state: EditorState, written: string, last: EditorState['last'] = 'type'): EditorState {
  const text = typedText(written);
  if (text === '') return state;
  if (hasAtomCharacters(text)) return insertAtom(state, { kind: 'paste', text }) ?? state;
  const joins = last === 'type' && state.last === 'type' && !/\s/.test(text);
  return replace(state, { start: state.caret, end: state.caret, text, last, isJoined: joins });
}

/** Inserts a paste: as it is, or as a placeholder when it is big. */
export function insertPaste(state: EditorState, pasted: string): EditorState {
  const text = typedText(pasted);
  const isAtom = isBigPaste(text) || hasAtomCharacters(text);
  return (isAtom ? insertAtom(state, { kind: 'paste', text }) : undefined) ?? insertText(state, text, 'other');
}

/** Inserts an image or a file. */
export function insertBlock(state: EditorState, block: ContentBlock): EditorState {
  return insertAtom(state, { kind: 'block', block }) ?? state;
}

/**
 * Inserts text elsewhere and leaves the caret at its place in the old text. `isOwn`: it stood in this editor before, so
 * that its placeholders mean what they did.
 */
export function insertAt(state: EditorState, what: { offset: number; text: string; isOwn?: boolean }): EditorState {
  const start = snapForward(state.text, Math.min(what.offset, state.text.length));
  const there = moveTo(state, start);
  const next =
    what.isOwn === true
      ? replace(there, { start, end: start, text: what.text, last: 'other' })
      : insertText(there, what.text, 'other');
  const grown = next.text.length - state.text.length;
  return { ...next, caret: snapForward(next.text, state.caret >= start ? state.caret + grown : state.caret) };
}

/** Replaces a range. */
export function replaceRange(state: EditorState, range: { start: number; end: number }, text: string): EditorState {
  return replace(state, { ...range, text: typedText(text), last: 'other' });
}

/** Replaces the whole text, undoably; the caret goes to its end. */
export function setText(state: EditorState, written: string): EditorState {
  return replace(state, { start: 0, end: state.text.length, text: typedText(written), last: 'other' });
}

/** Replaces the whole text by one that was sent before; big pastes and what is long itself come as placeholders. */
export function recallText(state: EditorState, written: string): EditorState {
  const text = typedText(written);
  const isOwn = !hasAtomCharacters(text);
  const shown = isOwn ? state.atoms.reduce(withPlaceholder, text) : text;
  const whole = { start: 0, end: state.text.length, last: 'other' } as const;
  const isShort = countLines(shown) <= MAX_RECALLED_LINES && shown.length <= MAX_RECALLED;
  if (isOwn && isShort) return replace(state, { ...whole, text: shown });
  const character = atomCharacter(state.atoms.length);
  if (character === undefined) return state;
  return { ...replace(state, { ...whole, text: character }), atoms: [...state.atoms, { kind: 'paste', text }] };
}

/** The history has no blanks at its ends, a paste may have had some. */
function withPlaceholder(text: string, atom: Atom, index: number): string {
  const pasted = atom.kind === 'paste' && isBigPaste(atom.text) ? atom.text.trim() : '';
  return pasted === '' ? text : text.replaceAll(pasted, atomCharacter(index) ?? pasted);
}

/** Starts anew after the text was sent. What was killed stays; there is nothing to undo. */
export function clearedEditor(state: EditorState): EditorState {
  const { atoms, kills } = state;
  return { text: '', caret: 0, atoms, undo: [], kills, last: 'other' };
}

/** Moves the caret. */
export function moveTo(state: EditorState, offset: number, column?: number): EditorState {
  const { yanked: _, column: __, ...rest } = state;
  const caret = Math.max(0, Math.min(state.text.length, offset));
  return { ...rest, caret, last: 'other', ...(column === undefined ? {} : { column }) };
}

const COMMANDS = {
  left: (state: EditorState) => moveTo(state, previousBoundary(state.text, state.caret)),
  right: (state: EditorState) => moveTo(state, nextBoundary(state.text, state.caret)),
  word_left: (state: EditorState) => moveTo(state, previousWord(state.text, state.caret)),
  word_right: (state: EditorState) => moveTo(state, nextWord(state.text, state.caret)),
  line_start: (state: EditorState) => moveTo(state, lineStart(state.text, state.caret)),
  line_end: (state: EditorState) => moveTo(state, lineEnd(state.text, state.caret)),
  text_start: (state: EditorState) => moveTo(state, 0),
  text_end: (state: EditorState) => moveTo(state, state.text.length),
  newline: (state: EditorState) => insertText(state, '\n'),
  delete_back: (state: EditorState) => remove(state, previousBoundary(state.text, state.caret), state.caret),
  delete_forward: (state: EditorState) => remove(state, state.caret, nextBoundary(state.text, state.caret)),
  delete_word_back: (state: EditorState) => kill(state, previousWord(state.text, state.caret, 'blank'), state.caret),
  delete_word_forward: (state: EditorState) => kill(state, state.caret, nextWord(state.text, state.caret)),
  kill_line_end: (state: EditorState) => {
    const end = lineEnd(state.text, state.caret);
    return kill(state, state.caret, end === state.caret ? Math.min(state.text.length, end + 1) : end);
  },
  kill_line_start: (state: EditorState) => {
    const start = lineStart(state.text, state.caret);
    return kill(state, start === state.caret ? Math.max(0, start - 1) : start, state.caret);
  },
  kill_all: (state: EditorState) => kill({ ...state, last: 'other' }, 0, state.text.length),
  yank: (state: EditorState) => yank(state, { start: state.caret, end: state.caret }, 0),
  yank_pop: (state: EditorState) => {
    if (state.last !== 'yank' || state.yanked === undefined) return state;
    const { start, index } = state.yanked;
    return yank(state, { start, end: state.caret }, (index + 1) % state.kills.length);
  },
  undo: (state: EditorState) => {
    const moment = state.undo.at(-1);
    if (moment === undefined) return state;
    return { ...moveTo(state, 0), ...moment, undo: state.undo.slice(0, -1) };
  },
} as const;

interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly last: EditorState['last'];
  /** It belongs to the undo step before. */
  readonly isJoined?: boolean;
}

function replace(state: EditorState, change: Replacement): EditorState {
  const text = state.text.slice(0, change.start) + change.text + state.text.slice(change.end);
  if (text === state.text) return state;
  const moment = { text: state.text, caret: state.caret };
  const undo = change.isJoined === true ? state.undo : [...state.undo, moment].slice(-MAX_UNDO);
  const caret = snapForward(text, change.start + change.text.length);
  return { ...moveTo({ ...state, text }, caret), undo, last: change.last };
}

function remove(state: EditorState, start: number, end: number): EditorState {
  return replace(state, { start, end, text: '', last: 'other' });
}

function kill(state: EditorState, start: number, end: number): EditorState {
  const killed = state.text.slice(start, end);
  if (killed === '') return state;
  const [newest = '', ...older] = state.kills;
  const joined = state.caret === end ? killed + newest : newest + killed;
  const kills = state.last === 'kill' ? [joined, ...older] : [killed, ...state.kills].slice(0, MAX_KILLS);
  return { ...replace(state, { start, end, text: '', last: 'kill' }), kills };
}

function yank(state: EditorState, range: { start: number; end: number }, index: number): EditorState {
  const text = state.kills[index];
  if (text === undefined) return state;
  return { ...replace(state, { ...range, text, last: 'yank' }), last: 'yank', yanked: { start: range.start, index } };
}

function insertAtom(state: EditorState, atom: Atom): EditorState | undefined {
  const character = atomCharacter(state.atoms.length);
  if (character === undefined) return undefined;
  const change: Replacement = { start: state.caret, end: state.caret, text: character, last: 'other' };
  return { ...replace(state, change), atoms: [...state.atoms, atom] };
}
