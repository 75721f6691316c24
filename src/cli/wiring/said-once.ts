const said = new Set<string>();

/** Tells whether something is said for the first time in this run of the program, in whatever session. */
export function isFirst(what: string): boolean {
  if (said.has(what)) return false;
  said.add(what);
  return true;
}
