import { labelledContent } from '../../../content-text.ts';
import { safeLine } from '../../../safe-text.ts';
import { line, type Span, type StyledLine, span } from '../../../view/styled-line.ts';
import { padText, textWidth, truncateText } from '../../../view/width.ts';
import { wrapLine } from '../../../view/wrap.ts';
import type { Menu } from '../completion.ts';
import type { WaitingMessage } from '../facts.ts';
import type { Picker, PickerItem } from '../picker.ts';
import type { InputSize } from '../state.ts';
import type { InputLayout } from './layout-types.ts';
import { windowAround } from './window-around.ts';

const MAX_WAITING = 4;

/** The messages that wait, each with its receipt; of many the next one, and the newest, which are taken back first. */
export function layoutWaiting(waiting: readonly WaitingMessage[], width: number): StyledLine[] {
  const rows = (messages: readonly WaitingMessage[]): StyledLine[] =>
    messages.map((message) => {
      const receipt = message.delivery === 'steer' ? 'steers next' : 'queued     ';
      const text = truncateText(safeLine(labelledContent(message.content)), Math.max(0, width - 15));
      return [span(`◷ ${receipt}  `, 'dim'), span(text, 'user')];
    });
  const next = waiting.find((message) => message.delivery === 'steer') ?? waiting[0];
  if (waiting.length <= MAX_WAITING || next === undefined) return rows(waiting);
  const newest = waiting.filter((message) => message !== next).slice(2 - MAX_WAITING);
  const between = waiting.length - newest.length - 1;
  return [...rows([next]), line(`◷ ${between} more between`, 'dim'), ...rows(newest)];
}

/** The menu of completions under the prompt. */
export function layoutMenu(menu: Menu, { width, maxRows }: InputSize): StyledLine[] {
  const { start, items } = windowAround(menu.items, menu.index, maxRows);
  const labels = Math.min(Math.max(0, ...items.map((item) => textWidth(safeLine(item.label)))), Math.floor(width / 2));
  return items.map((item, at) => {
    const isMarked = start + at === menu.index;
    const detail = item.detail === undefined ? '' : `  ${safeLine(item.detail)}`;
    const label = safeLine(item.label);
    const shown = detail === '' ? label : padText(truncateText(label, labels), labels);
    return [mark(isMarked), isMarked ? span(shown, 'accent') : span(shown), span(detail, 'dim')];
  });
}

/** A picker: its title and query, the matches around the mark, and what the marked one would mean. */
export function layoutPicker(picker: Picker, { width, maxRows }: InputSize, hint: readonly StyledLine[]): InputLayout {
  const title = `${picker.title} `;
  const head: StyledLine = [span(title, 'accent', { bold: true }), span(picker.query)];
  const preview = (picker.preview?.lines ?? cutDetail(picker, width)).map(
    (one): StyledLine => (typeof one === 'string' ? [span(`  ${safeLine(one)}`, 'dim')] : [span('  '), ...one]),
  );
  const keys = picker.isForReading ? '↑↓ scroll' : '↑↓ choose · Enter take';
  const help = maxRows > 8 ? [line(`  ${keys} · type to search · Esc back`, 'dim')] : [];
  const footer = hint.length > 0 ? hint.slice(0, Math.max(1, Math.floor(maxRows / 3))) : help;
  const room = Math.max(0, maxRows - 1 - footer.length);
  const previewRows = Math.min(preview.length, Math.floor(room / 2));
  const rows = pickerRows(picker, { width, maxRows: room - previewRows });
  const lines = [head, ...rows, ...preview.slice(0, previewRows), ...footer];
  return { lines, caret: { row: 0, column: Math.min(width - 1, textWidth(title) + textWidth(picker.query)) } };
}

function pickerRows(picker: Picker, { width, maxRows }: InputSize): readonly StyledLine[] {
  if (picker.matches.length === 0) {
    return maxRows < 1 ? [] : [line(`  ${nothingToShow(picker)}`, 'dim')];
  }
  const isGrouped = picker.query === '';
  const { start, items } = windowAround(picker.matches, picker.index, maxRows);
  const lines: StyledLine[] = [];
  const labels = picker.isTitled ? titleColumn(picker.matches, width) : labelColumn(picker.matches, width);
  const most = picker.isTitled ? labels : width - 2;
  let markedLine = 0;
  for (const [at, item] of items.entries()) {
    const previous = picker.matches[start + at - 1];
    if (isGrouped && item.group !== undefined && (at === 0 || previous?.group !== item.group)) {
      lines.push([span('  '), span(safeLine(item.group), 'heading', { bold: true })]);
    }
    if (start + at === picker.index) markedLine = lines.length;
    const row = pickerRow(item, start + at === picker.index, { labels, most });
    lines.push(...(picker.isForReading ? hung(row, width) : [row]));
  }
  // Group names take rows of the window: what is cut must not be the marked one.
  return windowAround(lines, markedLine, maxRows).items;
}

/** Wraps the last part of a row, what is said of it, in its own column. */
function hung(row: StyledLine, width: number): readonly StyledLine[] {
  const said = row.at(-1);
  const label = row.slice(0, -1);
  const column = label.reduce((sum, { text }) => sum + textWidth(text), 0);
  if (said === undefined || width - column < LEAST_SAID) return [row];
  const [first = [], ...rest] = wrapLine([{ ...said, text: said.text.trim() }], width - column - 2);
  return [[...label, span('  '), ...first], ...rest.map((part) => [span(' '.repeat(column + 2)), ...part])];
}

/** Fewer columns are too few to wrap words in. */
const LEAST_SAID = 16;

/** What is said of the marked item, whole, where its row has no room for it. */
function cutDetail({ matches, index, isForReading, isTitled }: Picker, width: number): readonly string[] {
  const marked = matches[index];
  if (marked === undefined || isForReading) return [];
  if (isTitled) return cutTitle(marked, titleColumn(matches, width), width);
  const side = marked.unavailable ?? marked.detail ?? '';
  const start = Math.max(labelColumn(matches, width), textWidth(safeLine(marked.label))) + 4;
  return side === '' || start + textWidth(safeLine(side)) <= width ? [] : wrapped(side, width);
}

/** The whole title where it is cut, and what is said of it where that is. */
function cutTitle({ label, detail = '' }: PickerItem, column: number, width: number): readonly string[] {
  const title = textWidth(safeLine(label)) <= column ? [] : wrapped(label, width);
  const isWhole = detail === '' || column + 4 + textWidth(safeLine(detail)) <= width;
  return [...title, ...(isWhole ? [] : wrapped(detail, width))];
}

function wrapped(text: string, width: number): readonly string[] {
  return wrapLine(line(safeLine(text)), width - 2).map((parts) => parts.map(({ text: part }) => part).join(''));
}

function nothingToShow({ isLoading, items, empty }: Picker): string {
  if (isLoading) return '…';
  return items.length === 0 && empty !== undefined ? empty : 'Nothing matches.';
}

/** The most columns that the labels of a list have. */
export function mostOfLabel(width: number): number {
  return Math.floor(width * 0.4);
}

/** The columns for the labels of a list; what is said of a longer one stands right behind it. */
function labelColumn(items: readonly PickerItem[], width: number): number {
  const most = mostOfLabel(width);
  return items.reduce((column, item) => {
    const own = textWidth(safeLine(item.label));
    return own <= most ? Math.max(column, own) : column;
  }, 0);
}

/** The columns for titles: what is said of them keeps its own, up to two fifths of the row. */
function titleColumn(items: readonly PickerItem[], width: number): number {
  const own = Math.max(0, ...items.map((item) => textWidth(safeLine(item.label))));
  const said = Math.max(0, ...items.map((item) => textWidth(safeLine(item.detail ?? ''))));
  return Math.max(1, Math.min(own, width - 4 - Math.min(said, Math.floor(width * 0.4))));
}

function pickerRow(item: PickerItem, isMarked: boolean, at: { most: number; labels: number }): StyledLine {
  const side = item.unavailable ?? item.detail;
  const text = truncateWords(safeLine(item.label), Math.max(1, at.most));
  const label = side === undefined ? text : padText(text, at.labels);
  const role = item.unavailable === undefined ? undefined : 'dim';
  const spans: Span[] = [mark(isMarked), span(label, isMarked ? 'accent' : role)];
  if (side !== undefined) spans.push(span(`  ${safeLine(side)}`, item.unavailable === undefined ? 'dim' : 'warning'));
  return spans;
}

/** Cuts between words, where the last one is not a long one. */
function truncateWords(text: string, width: number): string {
  const cut = truncateText(text, width);
  const end = cut === text ? -1 : cut.lastIndexOf(' ');
  return end > cut.length * 0.7 ? `${cut.slice(0, end)}…` : cut;
}

function mark(isMarked: boolean): Span {
  return isMarked ? span('› ', 'accent') : span('  ');
}
