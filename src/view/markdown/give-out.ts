import { closedPlace, isClosed } from './inline-signs.ts';
import { ITEM, interruptsProse, PLAIN, RULE, SETEXT, TABLE } from './line-patterns.ts';
import { isInCode, type SplitState } from './split-state.ts';

/**
 * Says what of an open paragraph is final before it ends, so that the screen can print it. The text alone decides, not how
 * the stream was cut.
 */

/** Characters, or lines, of a paragraph from which on it is given out while it goes on: no heading and no table begins so. */
const LONG = 160;
const LONG_LINES = 3;
/** Characters that are given out at a time then, or a few more. */
const PIECE = 60;

/** Gives how much of a line can be taken while it goes on; -1: nothing yet. */
export function pieceEnd(state: SplitState, text: string): number {
  if (state.isInLine) return closedPlace(text, PIECE);
  if (text.length <= LONG || isInCode(state)) return -1;
  const start = textStart(state, text);
  if (start === -1 || !PLAIN.test(text.slice(start))) return -1;
  // The first row of a table is a long line too, but not as long as that.
  const least = text.slice(0, LONG).includes('|') ? 3 * LONG : LONG;
  const place = closedPlace(text.slice(start), least);
  return place === -1 ? -1 : start + place;
}

/** Gives where the text of a line begins that would open a paragraph or an item, or go on in one; -1: it does neither. */
function textStart(state: SplitState, text: string): number {
  const isInText = state.kind !== 'none' && !(state.kind === 'prose' && interruptsProse(state, text));
  if (isInText && !canGiveOut(state)) return -1;
  const item = RULE.test(text) ? null : ITEM.exec(text);
  const blanks = /^ */.exec(text)?.[0].length ?? 0;
  const inner = state.kind === 'list' ? (state.items.at(-1)?.contentIndent ?? 0) : 0;
  if (blanks >= inner + 4 || (item !== null && isInText && state.kind === 'prose')) return -1;
  return item === null ? blanks : text.length - (item[5] ?? '').length;
}

/** Tells whether what comes next in the paragraph cannot change what it has so far. */
function canGiveOut(state: SplitState): boolean {
  if (state.line_count === 0) return true;
  const isInTable = state.before !== '' || TABLE.test(state.source);
  const isHead = state.source.slice(state.source.lastIndexOf('\n') + 1).includes('|');
  return !isInTable && !isHead && PLAIN.test(state.source) && isClosed(state.source);
}

/** Tells whether a paragraph is long, and goes on with a line of text: what it has so far can be given out. */
export function isGivenOut(state: SplitState, text: string): boolean {
  if (state.line_count === 0 || !PLAIN.test(text.trimStart())) return false;
  if (SETEXT.test(text)) return state.isContinued;
  const isLong = state.isContinued || state.line_count >= LONG_LINES || state.source.length >= LONG;
  return isLong && canGiveOut(state);
}
