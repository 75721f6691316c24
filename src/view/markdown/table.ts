import type { Tokens } from 'marked';
import type { Layout } from '../layout.ts';
import { type Span, type StyledLine, span } from '../styled-line.ts';
import { lineWidth } from '../width.ts';
import { wrapLine } from '../wrap.ts';
import { inlineLines } from './inline.ts';

type Cell = readonly StyledLine[];
type Align = Tokens.TableCell['align'];

const GAP = 2;
const MIN_COLUMN = 6;
/** Columns that a column of a long table gets more than its first rows need, if there is room: later ones may be wider. */
const SPARE = 4;

/** A part of a table: its rows from `from` on, below its head if that is 0. The widths are those of its first rows. */
interface TablePiece {
  readonly from: number;
  readonly headRows: number;
}

/** Draws a table that fits the width: columns shrink and wrap; where they cannot, each row becomes a list of fields. */
export function tableLines(table: Tokens.Table, layout: Layout, piece?: TablePiece): readonly StyledLine[] {
  const header = table.header.map((cell) => inlineLines(cell.tokens, layout, { bold: true }));
  const rows = table.rows.map((row) => row.map((cell) => inlineLines(cell.tokens, layout)));
  const decisive = piece === undefined ? rows : rows.slice(0, piece.headRows);
  const natural = header.map((cell, column) =>
    Math.max(1, cellWidth(cell), ...decisive.map((row) => cellWidth(row[column] ?? []))),
  );
  const room = layout.width - GAP * (natural.length - 1);
  const widths = fitColumns(piece === undefined ? natural : withSpare(natural, room), room);
  const from = piece?.from ?? 0;
  if (widths === undefined) return recordLines(header, rows, { from, layout });
  const rule = widths.map((width) => span(layout.glyphs.rule.repeat(width), 'dim'));
  const head = [
    ...rowLines(header, widths, table.align),
    rule.flatMap((part, column) => (column === 0 ? [part] : [span(' '.repeat(GAP)), part])),
  ];
  return [...(from === 0 ? head : []), ...rows.slice(from).flatMap((row) => rowLines(row, widths, table.align))];
}

function withSpare(natural: readonly number[], room: number): readonly number[] {
  const free = room - natural.reduce((sum, width) => sum + width, 0);
  const spare = Math.max(0, Math.min(SPARE, Math.floor(free / natural.length)));
  return natural.map((width) => width + spare);
}

function cellWidth(cell: Cell): number {
  return Math.max(0, ...cell.map(lineWidth));
}

/** Takes from the widest columns until all fit; undefined when they would become unreadable. */
function fitColumns(natural: readonly number[], room: number): readonly number[] | undefined {
  const least = natural.reduce((sum, width) => sum + Math.min(width, MIN_COLUMN), 0);
  if (least > room) return undefined;
  let limit = Math.max(...natural);
  const total = (): number => natural.reduce((sum, width) => sum + Math.min(width, limit), 0);
  while (total() > room) limit -= 1;
  return natural.map((width) => Math.min(width, limit));
}

function rowLines(cells: readonly Cell[], widths: readonly number[], align: readonly Align[]): readonly StyledLine[] {
  const wrapped = widths.map((width, column) => (cells[column] ?? []).flatMap((styled) => wrapLine(styled, width)));
  const height = Math.max(1, ...wrapped.map((cell) => cell.length));
  return Array.from({ length: height }, (_, row) =>
    alignedRow(
      wrapped.map((cell) => cell[row] ?? []),
      widths,
      align,
    ),
  );
}

/** Puts cells side by side; blanks stand only between them, never at the end. */
function alignedRow(cells: readonly StyledLine[], widths: readonly number[], align: readonly Align[]): StyledLine {
  const spans: Span[] = [];
  let blanks = 0;
  for (const [column, cell] of cells.entries()) {
    const free = Math.max(0, (widths[column] ?? 0) - lineWidth(cell));
    const before = cell.length === 0 ? 0 : blanksBefore(align[column] ?? null, free);
    if (cell.length > 0 && blanks + before > 0) spans.push(span(' '.repeat(blanks + before)));
    spans.push(...cell);
    blanks = (cell.length > 0 ? 0 : blanks) + free - before + GAP;
  }
  return spans;
}

function blanksBefore(align: Align, free: number): number {
  if (align === 'right') return free;
  return align === 'center' ? Math.floor(free / 2) : 0;
}

function recordLines(
  header: readonly Cell[],
  rows: readonly (readonly Cell[])[],
  { from, layout }: { readonly from: number; readonly layout: Layout },
): readonly StyledLine[] {
  return rows.slice(from).flatMap((row, index) => [
    ...(from + index === 0 ? [] : [[]]),
    ...row.flatMap((cell, column) => {
      const label = [...(header[column]?.[0] ?? []), span(': ', 'dim')];
      return cell.flatMap((styled, part) => wrapLine(part === 0 ? [...label, ...styled] : styled, layout.width));
    }),
  ]);
}
