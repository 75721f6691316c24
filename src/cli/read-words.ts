import type { Option } from 'commander';

/** What a command line says so far, as its options are read. */
export interface ReadWords {
  /** The words that are neither flags nor their values, with where they stood. */
  readonly words: readonly { readonly text: string; readonly index: number }[];
  readonly flags: ReadonlySet<string>;
  /** The flag whose value is still to come, and whether it can do without. */
  readonly open?: Option;
  /** Behind `--` nothing is a flag. */
  readonly isAfterDashes: boolean;
}

/** Reads an argument list by a command's options, up to `limit` words. Unknown flags count as flags without a value. */
export function readWords(
  argv: readonly string[],
  options: readonly Option[],
  limit = Number.POSITIVE_INFINITY,
): ReadWords {
  const words: { text: string; index: number }[] = [];
  const flags = new Set<string>();
  let open: Option | undefined;
  let isAfterDashes = false;
  for (const [index, text] of argv.entries()) {
    if (words.length >= limit) break;
    const value = open;
    open = undefined;
    if (value !== undefined && (value.required || !text.startsWith('-'))) continue;
    if (isAfterDashes || text === '-' || !text.startsWith('-')) words.push({ text, index });
    else if (text === '--') isAfterDashes = true;
    else open = readFlags(text, options, flags);
  }
  return { words, flags, isAfterDashes, ...(open === undefined ? {} : { open }) };
}

/** Takes a long flag or a cluster of short ones; gives the one whose value is the next word. */
function readFlags(text: string, options: readonly Option[], flags: Set<string>): Option | undefined {
  const spelled = text.startsWith('--') ? [text] : [...text.slice(1)].map((letter) => `-${letter}`);
  for (const [index, flag] of spelled.entries()) {
    const option = options.find(({ long, short }) => flag === long || flag === short);
    if (option === undefined) continue;
    flags.add(option.attributeName());
    const takesValue = option.required || option.optional;
    if (takesValue) return index === spelled.length - 1 ? option : undefined;
  }
  return undefined;
}
