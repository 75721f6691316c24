/** Gives the part of a list that fits into so many rows, the marked one in its middle where that can be. */
export function windowAround<Item>(
  all: readonly Item[],
  marked: number,
  rows: number,
): { readonly start: number; readonly items: readonly Item[] } {
  const start = Math.max(0, Math.min(marked - Math.floor(rows / 2), all.length - rows));
  return { start, items: all.slice(start, start + Math.max(0, rows)) };
}
