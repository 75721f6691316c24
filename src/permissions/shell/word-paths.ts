/** What options and programs put before a path: `--file=x`, `host:x`, `@x`, `-Ix`, `-nO./x`. */
const BEFORE_PATHS = [/^.*?=(.+)$/s, /^.*:(.+)$/s, /^@(.+)$/s, /^-\w(.+)$/s, /^-\w+?([./~].*)$/s];

/** Gives what may be a path in a word, behind what is put before one; the word itself is not among them. */
export function pathsBehind(value: string): readonly string[] {
  return [...new Set(BEFORE_PATHS.flatMap((form) => form.exec(value)?.[1] ?? []))];
}
