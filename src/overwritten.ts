/** Escape sequences, also one that has only begun at the end: they write nothing. */
const UNSEEN = /\u001b(?:\[[0-?]*[ -/]*(?:[@-~]|$)|\][^\u0007\u001b\n]*(?:\u0007|\u001b\\|$)|$)/g;

/**
 * Says where the text begins that stands in the end of a line that was begun anew at carriage returns: at the last one
 * behind which something was written. 0 where there is none; those at the end of the line count for nothing.
 */
export function lastStateOf(line: string): number {
  let end = line.length;
  for (let at = line.lastIndexOf('\r'); at !== -1; at = at === 0 ? -1 : line.lastIndexOf('\r', at - 1)) {
    if (line.slice(at + 1, end).replace(UNSEEN, '') !== '') return at + 1;
    end = at;
  }
  return 0;
}

/**
 * Leaves out what was overwritten in the lines of a piece of output. The last carriage return of a line stays: the line
 * may have begun in an earlier piece.
 */
export function withoutOverwritten(text: string): string {
  if (!text.includes('\r')) return text;
  const lines = text.split('\n');
  return lines.map((line) => line.slice(Math.max(0, lastStateOf(line) - 1))).join('\n');
}
