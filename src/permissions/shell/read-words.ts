import { ownEntry } from '../../own-entry.ts';
import type { ProgramGrammar, WordKind } from './program-grammar.ts';

/** A command line that fits its program's grammar. */
export interface ReadWords {
  /** Everything that names a file or folder. `-` is standard input. */
  readonly paths: readonly string[];
}

interface Reading {
  readonly grammar: ProgramGrammar;
  readonly paths: string[];
  readonly operands: string[];
  hasPattern: boolean;
}

/** Reads the words behind a program's name; undefined when one of them is not in the grammar. */
export function readWords(words: readonly string[], grammar: ProgramGrammar): ReadWords | undefined {
  if (grammar.check?.(words) === false) return undefined;
  const reading: Reading = { grammar, paths: [], operands: [], hasPattern: false };
  if (!readAll(words, reading)) return undefined;
  const { operand_pattern } = grammar;
  if (operand_pattern !== undefined && !reading.operands.every((operand) => operand_pattern.test(operand)))
    return undefined;
  if (reading.operands.length > (grammar.max_operands ?? Number.POSITIVE_INFINITY)) return undefined;
  switch (grammar.operands) {
    case 'none':
      return reading.operands.length === 0 ? { paths: reading.paths } : undefined;
    case 'text':
      return { paths: reading.paths };
    case 'paths':
      return { paths: [...reading.paths, ...reading.operands] };
    default:
      return { paths: [...reading.paths, ...reading.operands.slice(reading.hasPattern ? 0 : 1)] };
  }
}

function readAll(words: readonly string[], reading: Reading): boolean {
  const isText =
    reading.grammar.operands === 'text' && reading.grammar.flags === undefined && reading.grammar.long === undefined;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (isText || word === '-' || !word.startsWith('-')) {
      reading.operands.push(word);
    } else if (word === '--') {
      reading.operands.push(...words.slice(at + 1));
      return true;
    } else {
      const taken = word.startsWith('--')
        ? readLong(word, words[at + 1], reading)
        : readShort(word, words[at + 1], reading);
      if (taken === undefined) return false;
      at += taken;
    }
  }
  return true;
}

/** Gives how many words after the option belong to it; undefined when it is not allowed. */
function readLong(word: string, next: string | undefined, reading: Reading): 0 | 1 | undefined {
  const equals = word.indexOf('=');
  const name = word.slice(2, equals === -1 ? undefined : equals);
  if (reading.grammar.patternless?.includes(name) === true) reading.hasPattern = true;
  if (reading.grammar.long?.includes(name) === true) return 0;
  const kind = ownEntry(reading.grammar.long_valued ?? {}, name);
  if (kind === undefined) return undefined;
  return takeValue(kind, equals === -1 ? undefined : word.slice(equals + 1), { next, reading });
}

function readShort(word: string, next: string | undefined, reading: Reading): 0 | 1 | undefined {
  const { flags = '', valued = {}, has_number_flag } = reading.grammar;
  if (has_number_flag === true && /^-\d+$/.test(word)) return 0;
  for (let at = 1; at < word.length; at += 1) {
    const letter = word[at] ?? '';
    const kind = ownEntry(valued, letter);
    if (kind !== undefined) return takeValue(kind, word.slice(at + 1) || undefined, { next, reading });
    if (!flags.includes(letter)) return undefined;
  }
  return 0;
}

function takeValue(
  kind: WordKind,
  glued: string | undefined,
  { next, reading }: { next: string | undefined; reading: Reading },
): 0 | 1 | undefined {
  const value = glued ?? next;
  if (value === undefined) return undefined;
  if (kind === 'path') reading.paths.push(value);
  if (kind === 'path' || kind === 'pattern') reading.hasPattern = true;
  return glued === undefined ? 1 : 0;
}
