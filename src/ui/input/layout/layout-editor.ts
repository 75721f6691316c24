import { type Span, type StyledLine, span } from '../../../view/styled-line.ts';
import type { Caret } from '../../frame/paint-frame.ts';
import type { EditorState } from '../editor/editor.ts';
import { caretPlace, type VisualRow, visualRows } from '../editor/visual-rows.ts';
import type { InputSize } from '../state.ts';
import { windowAround } from './window-around.ts';

/** Columns that the prompt sign takes. */
const SIGN_COLUMNS = 2;

/** How many columns the text of the prompt has; what moving by rows must go by. */
export function editorColumns(width: number): number {
  return width > SIGN_COLUMNS * 2 ? width - SIGN_COLUMNS : width;
}

/** Lays the prompt out: the rows around the caret, with signs where more is above or below. */
export function layoutEditor(
  editor: EditorState,
  { width, maxRows }: InputSize,
  placeholder: string,
): { lines: StyledLine[]; caret: Caret } {
  const columns = editorColumns(width);
  const signColumns = width - columns;
  const rows = visualRows(editor, columns);
  const place = caretPlace(rows, editor.caret);
  const { start, items: visible } = windowAround(rows, place.row, maxRows);
  const isCut = start + visible.length < rows.length;
  const lines = visible.map((row, index) => {
    const hasBelow = isCut && index === visible.length - 1;
    const sign = signOf(editor, { isFirst: index === 0, hasAbove: start > 0, hasBelow });
    return [...(signColumns > 0 ? [sign] : []), ...rowSpans(row)];
  });
  if (editor.text === '' && lines[0] !== undefined) lines[0].push(span(placeholder, 'dim'));
  return { lines, caret: { row: place.row - start, column: signColumns + place.column } };
}

function signOf(editor: EditorState, where: { isFirst: boolean; hasAbove: boolean; hasBelow: boolean }): Span {
  if (where.isFirst && where.hasAbove) return span('↑ ', 'dim');
  if (where.isFirst) return editor.text.startsWith('!') ? span('$ ', 'warning') : span('❯ ', 'accent');
  return where.hasBelow ? span('↓ ', 'dim') : span('  ');
}

/** Joins the cells of a row that look alike. */
function rowSpans(row: VisualRow): Span[] {
  const spans: Span[] = [];
  let text = '';
  const close = (): void => {
    if (text !== '') spans.push(span(text));
    text = '';
  };
  for (const cell of row.cells) {
    if (cell.isAtom) {
      close();
      spans.push(span(cell.shown, 'accent'));
    } else text += cell.shown;
  }
  close();
  return spans;
}
