/** Gives what a table holds under a name that comes from outside: `constructor` and the like are in none. */
export function ownEntry<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
