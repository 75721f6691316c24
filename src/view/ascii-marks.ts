import type { Role, StyledLine } from './styled-line.ts';

const MARKS: Readonly<Record<string, string>> = {
  '❯': '>',
  '›': '>',
  '·': '-',
  '•': '*',
  '…': '~',
  '↑': '^',
  '↓': 'v',
  '←': '<',
  '→': '>',
  '▎': '|',
  '█': '_',
};
const MARK = new RegExp(`[${Object.keys(MARKS).join('')}]`, 'g');
const OWN: ReadonlySet<Role | undefined> = new Set<Role>(['dim', 'accent', 'warning']);

/** Writes the program's own signs and hints in ASCII, column for column. Text without such a role is somebody's: it stays. */
export function asciiMarks(styled: StyledLine): StyledLine {
  return styled.map((part) =>
    OWN.has(part.role) ? { ...part, text: part.text.replace(MARK, (mark) => MARKS[mark] ?? mark) } : part,
  );
}
