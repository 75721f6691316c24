/** The escape sequences that this program writes: nothing else writes any. */

const ESC = '\u001b';
const ST = `${ESC}\\`;

/** Says that what follows is one picture, to be shown at once. */
export const BEGIN_FRAME = `${ESC}[?2026h`;
export const END_FRAME = `${ESC}[?2026l`;
export const SHOW_CURSOR = `${ESC}[?25h`;
export const HIDE_CURSOR = `${ESC}[?25l`;
/** Kitty flags 1 (unambiguous keys) and 4 (keys of other scripts with their place), modifyOtherKeys, paste, focus. */
export const KEYBOARD_ON = `${ESC}[>5u${ESC}[>4;1m${ESC}[?2004h${ESC}[?1004h`;
export const KEYBOARD_OFF = `${ESC}[<u${ESC}[>4;0m${ESC}[?2004l${ESC}[?1004l`;
/** The alternate screen, with a hidden cursor and without line wrapping at the right edge. */
export const ENTER_ALTERNATE_SCREEN = `${ESC}[?1049h${ESC}[?25l${ESC}[?7l`;
export const LEAVE_ALTERNATE_SCREEN = `${ESC}[?7h${ESC}[?1049l${ESC}[?25h`;
const CURSOR_HOME = `${ESC}[H`;
/** Moves the cursor to the first column of a row of the screen; rows count from 0. */
export function moveToRow(row: number): string {
  return row === 0 ? CURSOR_HOME : `${ESC}[${row + 1}H`;
}
export const ERASE_BELOW = `${ESC}[J`;
/**
 * Erases from the first column of a row on down. tmux takes `[J` in the first cell of the screen for a wish to keep what
 * was there: it would move all of it into the scrollback.
 */
export const ERASE_FROM_ROW = `\r${ESC}[K${ESC}[C${ESC}[J\r`;
export const ERASE_RIGHT = `${ESC}[K`;
/** Whether what is written past the last column goes on in the next row. */
export const NO_WRAP = `${ESC}[?7l`;
export const WRAP = `${ESC}[?7h`;
/** Sets styles by their SGR codes. */
export function setStyle(codes: string): string {
  return `${ESC}[${codes}m`;
}
export const RESET_STYLE = setStyle('0');
export const END_LINK = `${ESC}]8;;${ST}`;
const BELL = '\u0007';

/** Writes resets in their shortest form, which terminals know and Ink does not. */
export function shortResets(bytes: string): string {
  return bytes.replaceAll(RESET_STYLE, `${ESC}[m`);
}

/** Asks for the colour of the background; some terminals never answer. */
export const ASK_BACKGROUND = `${ESC}]11;?${ST}`;

/** Asks in which cell the cursor is, and then which one is the last of the screen; the cursor stays where it is. */
export const ASK_PLACE = `${ESC}[6n${ESC}7${ESC}[9999;9999H${ESC}[6n${ESC}8`;

/** Moves the cursor within its column; nothing for no rows. */
export function moveRows(rows: number): string {
  if (rows === 0) return '';
  return rows > 0 ? `${ESC}[${times(rows)}B` : `${ESC}[${times(-rows)}A`;
}

/** Moves the cursor within its row; columns count from 0. */
export function moveToColumn(column: number): string {
  return column === 0 ? '\r' : `${ESC}[${column + 1}G`;
}

/** Moves what is from the cursor's row on down, and leaves blank rows. */
export function insertRows(rows: number): string {
  return rows === 0 ? '' : `${ESC}[${times(rows)}L`;
}

/** Takes rows out from the cursor's row on; what is below them moves up. */
export function deleteRows(rows: number): string {
  return rows === 0 ? '' : `${ESC}[${times(rows)}M`;
}

/** Begins a link. Takes web addresses only; anything else begins nothing. */
export function beginLink(href: string): string {
  return /^https?:\/\/[\x21-\x7e]+$/.test(href) ? `${ESC}]8;;${href}${ST}` : '';
}

/** Once is what a sequence without a number does. */
function times(count: number): string {
  return count === 1 ? '' : String(count);
}

/** Sets the title of the window. */
export function setTitle(title: string): string {
  return `${ESC}]0;${printable(title)}${BELL}`;
}

export const SAVE_TITLE = `${ESC}[22;0t`;
export const RESTORE_TITLE = `${ESC}[23;0t`;

/** Shows in the window's frame or task bar that something runs. */
export function setProgress(isRunning: boolean): string {
  return `${ESC}]9;4;${isRunning ? 3 : 0}${isRunning ? '' : ';0'}${ST}`;
}

/** How a terminal shows a message outside of its screen. */
export type NotificationKind = 'osc9' | 'osc777' | 'bell';

/** Shows a message outside of the screen. */
export function notify(kind: NotificationKind, title: string, text: string): string {
  if (kind === 'osc9') return `${ESC}]9;${printable(`${title}: ${text}`)}${BELL}`;
  if (kind === 'osc777') return `${ESC}]777;notify;${printable(title).replaceAll(';', ',')};${printable(text)}${BELL}`;
  return BELL;
}

/** Puts text into the clipboard of the terminal. */
export function writeClipboard(text: string): string {
  return `${ESC}]52;c;${Buffer.from(text, 'utf8').toString('base64')}${BELL}`;
}

function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ').slice(0, 200);
}
