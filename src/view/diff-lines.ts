import { diffWordsWithSpace } from 'diff';
import { formatCount } from '../format.ts';
import type { FileDiff } from '../messages.ts';
import type { Layout } from './layout.ts';
import { line, type Role, type Span, type StyledLine, span } from './styled-line.ts';
import { expandTabs } from './width.ts';
import { cutLine, indentLines, wrapLine } from './wrap.ts';

interface Row {
  readonly sign: ' ' | '+' | '-' | '@' | '\\';
  readonly number: number;
  readonly text: string;
  /** The line on the other side that this one replaces or is replaced by. */
  readonly partner?: string;
}

/** Longer lines are compared as wholes. */
const MAX_WORDS = 500;

/** Draws a unified diff with line numbers; words that changed inside a line stand out. At most `limit` rows. */
export function diffLines(diff: FileDiff, layout: Layout, limit: number): readonly StyledLine[] {
  const rows = withPartners(rowsOf(diff.patch).filter((row) => row.sign !== '\\'));
  const shown = rows.length <= limit ? rows : rows.slice(0, limit - 1);
  const digits = digitsOf(rows);
  const lines = shown.flatMap((row) => rowLines(row, { digits, wrap: wrapLine }, layout));
  const missing = rows.length - shown.length;
  return missing === 0
    ? lines
    : [...lines, line(`${layout.glyphs.ellipsis} ${formatCount(missing, 'more line')}`, 'dim')];
}

/**
 * Draws a unified diff for a person who decides about it: every line of it in full, blanks at the ends of lines and
 * remarks such as a missing line end too.
 */
export function exactDiffLines(diff: FileDiff, layout: Layout): readonly StyledLine[] {
  const rows = withPartners(rowsOf(diff.patch));
  const digits = digitsOf(rows);
  return rows.flatMap((row) => rowLines(row, { digits, wrap: cutLine }, layout));
}

function digitsOf(rows: readonly Row[]): number {
  return String(rows.reduce((most, row) => Math.max(most, row.number), 1)).length;
}

function rowsOf(patch: string): readonly Row[] {
  const rows: Row[] = [];
  const next = { old: 0, new: 0 };
  let isInside = false;
  for (const text of patch.split('\n')) {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(text);
    if (hunk !== null) {
      next.old = Number(hunk[1]);
      next.new = Number(hunk[2]);
      if (isInside) rows.push({ sign: '@', number: 0, text: '' });
      isInside = true;
    } else if (isInside && text !== '') {
      rows.push(numbered(text, next));
    }
  }
  return rows;
}

function numbered(text: string, next: { old: number; new: number }): Row {
  const sign = signOf(text);
  if (sign === '\\') return { sign, number: 0, text: text.replace(/^\\ /, '') };
  const number = sign === '-' ? next.old : next.new;
  if (sign !== '+') next.old += 1;
  if (sign !== '-') next.new += 1;
  return { sign, number, text: text.slice(1) };
}

function signOf(text: string): ' ' | '+' | '-' | '\\' {
  const [first] = text;
  return first === ' ' || first === '+' || first === '-' ? first : '\\';
}

/** Pairs a run of removed lines with the run of added lines after it, if both are equally long. */
function withPartners(rows: readonly Row[]): readonly Row[] {
  const result = [...rows];
  let start = 0;
  while (start < rows.length) {
    if (rows[start]?.sign !== '-') {
      start += 1;
      continue;
    }
    const removed = runLength(rows, start, '-');
    const added = runLength(rows, start + removed, '+');
    for (let i = 0; removed === added && i < removed; i++) {
      const [before, after] = [rows[start + i], rows[start + removed + i]];
      if (before === undefined || after === undefined) continue;
      result[start + i] = { ...before, partner: after.text };
      result[start + removed + i] = { ...after, partner: before.text };
    }
    start += removed + added;
  }
  return result;
}

function runLength(rows: readonly Row[], start: number, sign: Row['sign']): number {
  let end = start;
  while (rows[end]?.sign === sign) end += 1;
  return end - start;
}

interface RowLook {
  readonly digits: number;
  wrap(styled: StyledLine, width: number): readonly StyledLine[];
}

function rowLines(row: Row, { digits, wrap }: RowLook, layout: Layout): readonly StyledLine[] {
  if (row.sign === '@') return [line(`${' '.repeat(digits - 1)}${layout.glyphs.ellipsis}`, 'dim')];
  const number = row.sign === '\\' ? '' : String(row.number);
  const gutter = [span(`${number.padStart(digits)} `, 'dim'), ...signSpan(row)];
  const width = Math.max(1, layout.width - digits - 3);
  return indentLines(wrap(wordSpans(row), width), gutter, [span(' '.repeat(digits + 3))]);
}

function signSpan(row: Row): readonly Span[] {
  if (row.sign === '+') return [span('+ ', 'added')];
  return row.sign === '-' ? [span('- ', 'removed')] : [span('  ')];
}

function wordSpans(row: Row): StyledLine {
  const text = expandTabs(row.text);
  if (row.sign === ' ' || row.sign === '\\') return line(text, 'dim');
  const [whole, word] = row.sign === '+' ? (['added', 'addedWord'] as const) : (['removed', 'removedWord'] as const);
  const partner = row.partner === undefined ? undefined : expandTabs(row.partner);
  if (partner === undefined || text.length + partner.length > MAX_WORDS) return line(text, whole);
  const [before, after] = row.sign === '+' ? [partner, text] : [text, partner];
  const both = diffWordsWithSpace(before, after);
  // Both lines say it, or neither.
  const changed = both.reduce((sum, part) => sum + (part.added || part.removed ? part.value.length : 0), 0);
  if (changed > (before.length + after.length) * 0.7) return line(text, whole);
  const parts = both.filter((part) => (row.sign === '+' ? !part.removed : !part.added));
  const isChanged = (index: number): boolean => parts[index]?.added === true || parts[index]?.removed === true;
  return parts.flatMap((part, index) => {
    // A blank between two changed words is nothing that stayed.
    const isBetween = part.value.trim() === '' && isChanged(index - 1) && isChanged(index + 1);
    if (isBetween) return [span(part.value, word)];
    return isChanged(index) ? wordSpan(part.value, word, whole) : [span(part.value, whole)];
  });
}

/** Blanks around a word are no part of it. */
function wordSpan(text: string, word: Role, whole: Role): readonly Span[] {
  const [, before = '', inner = '', after = ''] = /^(\s*)(.*?)(\s*)$/su.exec(text) ?? [];
  if (inner === '') return [span(text, word)];
  return [span(before, whole), span(inner, word), span(after, whole)].filter((part) => part.text !== '');
}
