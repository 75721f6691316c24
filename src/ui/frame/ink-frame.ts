import { BEGIN_FRAME, END_FRAME } from '../terminal/sequences.ts';
import type { Caret, Frame } from './paint-frame.ts';

/** What Ink has drawn last. */
export interface InkFrame extends Frame {
  /** The row from which it counts when it moves the cursor: the one below the frame. */
  readonly bottom: number;
}

/** The frame before the first one. */
export const NOTHING_DRAWN: InkFrame = { rows: [], bottom: 0 };

/**
 * Reads a frame, or a new place of the cursor in the last one, out of what Ink's own painter would send to a terminal;
 * undefined: neither is in it.
 */
export function readInkFrame(last: InkFrame, data: string): InkFrame | undefined {
  if (data === '' || data === BEGIN_FRAME || data === END_FRAME) return undefined;
  const body = data.replace(LEADING_CONTROLS, '').replace(TRAILING_CONTROLS, '');
  if (body === '') {
    const caret = caretOf(data, last.bottom);
    if (caret !== undefined) return { ...last, caret };
    return IS_HIDING.test(data) ? { rows: last.rows, bottom: last.bottom } : last;
  }
  const lines = body.split('\n');
  const bottom = lines.length - 1;
  const rows = lines.at(-1) === '' ? lines.slice(0, -1) : lines;
  const caret = caretOf(data, bottom);
  return { rows, bottom, ...(caret === undefined ? {} : { caret }) };
}

/** Everything that Ink writes around a frame: cursor movements, erasing, showing and hiding. Styles end with `m`. */
const CONTROLS = '(?:\\u001b\\[[?\\d;]*[A-LN-Za-ln-z])+';
const LEADING_CONTROLS = new RegExp(`^${CONTROLS}`);
const TRAILING_CONTROLS = new RegExp(`${CONTROLS}$`);
const CARET = /(?:\u001b\[(\d*)A)?\u001b\[(\d*)G\u001b\[\?25h$/;
/** The cursor is hidden and nothing is erased: no component asks for it any more. */
const IS_HIDING = /^\u001b\[\?25l(?:\u001b\[\d*[BG])+$/;

/** Ink moves the cursor up from the line below the frame, then to its column, then shows it. */
function caretOf(data: string, bottom: number): Caret | undefined {
  const match = CARET.exec(data);
  if (match === null) return undefined;
  const up = match[1] === undefined ? 0 : Number(match[1] || 1);
  return { row: Math.max(0, bottom - up), column: Number(match[2] || 1) - 1 };
}
