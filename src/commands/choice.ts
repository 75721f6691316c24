/** Finds the one value that a typed word means: itself, or the only one that begins so. Throws a line with what is valid. */
export function chooseOne<Value extends string>(typed: string, values: readonly Value[], what: string): Value {
  const wanted = typed.toLowerCase();
  const exact = values.find((value) => value.toLowerCase() === wanted);
  if (exact !== undefined) return exact;
  const begun = values.filter((value) => value.toLowerCase().startsWith(wanted));
  const [only] = begun;
  if (only !== undefined && begun.length === 1) return only;
  if (only !== undefined) throw new Error(`"${typed}" may be ${begun.join(' or ')}.`);
  throw new Error(`There is no ${what} "${typed}". Take one of ${values.join(', ')}.`);
}
