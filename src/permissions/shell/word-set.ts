/** Makes a set of the words of a list, which are parted by one space. */
export function wordSet(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}
