import { ownEntry } from '../../own-entry.ts';
import type { ProgramGrammar } from './program-grammar.ts';
import { readWords } from './read-words.ts';
import type { ShellScript } from './shell-script.ts';

const FILE_PROGRAMS: Readonly<Record<string, ProgramGrammar>> = {
  mkdir: { flags: 'pv', long: ['parents', 'verbose'], operands: 'paths' },
  touch: { flags: 'acm', long: ['no-create'], operands: 'paths' },
  mv: { flags: 'finuv', long: ['force', 'no-clobber', 'update', 'verbose'], operands: 'paths' },
  cp: {
    flags: 'afinprRuv',
    long: ['archive', 'force', 'no-clobber', 'recursive', 'update', 'verbose'],
    operands: 'paths',
  },
};

/** Gives the paths of a line that only makes, moves and copies files; undefined for any other. */
export function filesChangedBy({ commands, doubts }: ShellScript): readonly string[] | undefined {
  if (doubts.length > 0 || commands.length === 0) return undefined;
  const paths: string[] = [];
  for (const { words } of commands) {
    const [name = '', ...rest] = words.map((word) => word.value);
    const grammar = ownEntry(FILE_PROGRAMS, name);
    const read = grammar === undefined || !words.every((word) => word.is_static) ? undefined : readWords(rest, grammar);
    if (read === undefined) return undefined;
    paths.push(...read.paths);
  }
  return paths;
}
