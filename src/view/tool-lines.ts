import { formatClock, formatCount, formatDuration, formatTokens } from '../format.ts';
import type { FileDiff } from '../messages.ts';
import { safeLine } from '../safe-text.ts';
import { hasEnded, type ToolView } from './chat-view.ts';
import { diffLines } from './diff-lines.ts';
import { type Layout, promptMark, spinnerGlyph } from './layout.ts';
import { line, type Role, type Span, type StyledLine, span } from './styled-line.ts';
import { expandTabs, lineWidth, truncateLine } from './width.ts';
import { behindMark, wrapLine, wrapText } from './wrap.ts';

const LIVE_OUTPUT_LINES = 5;
const ERROR_LINES = 6;
/** Rows that one line of an error may take, as long as all of them take no more than `ERROR_LINES`. */
const ERROR_ROWS = 3;
/** Of what a command wrote so much stays: mostly its result stands there. */
const END_OUTPUT_LINES = 3;
const DETAIL_LINES = 40;
const FOLDED_DIFF_LINES = 16;
const INDENT = 2;

/** Draws a call as a card: one line that says what, how and how long, and below it what is worth seeing. */
export function toolLines(tool: ToolView, layout: Layout): readonly StyledLine[] {
  return [headLine(tool, layout), ...bodyLines(tool, layout)];
}

/** The first line of a card. It never takes more than one row: in the live part cards keep their places. */
export function headLine(tool: ToolView, layout: Layout): StyledLine {
  const facts = factsOf(tool, layout);
  const tail = facts.flatMap((fact) => [span(` ${layout.glyphs.dot} `, 'dim'), fact]);
  const head = [
    markOf(tool, layout),
    span(' '),
    span(tool.display_name || tool.name, undefined, { bold: true }),
    ...argumentSpans(tool),
  ];
  const room = Math.max(Math.floor(layout.width / 2), layout.width - lineWidth(tail));
  const shown = truncateLine(head, room, layout.glyphs.ellipsis);
  return truncateLine([...shown, ...tail], layout.width, layout.glyphs.ellipsis);
}

function argumentSpans(tool: ToolView): readonly Span[] {
  const text = tool.summary || partialArgument(tool.arguments);
  return text === '' ? [] : [span(' '), span(text)];
}

/** The value that says most, as far as it has come: for a call that nobody has put into words, or not yet. */
function partialArgument(json: string): string {
  const match = /"(?:path|file_path|command|url|query|pattern)"\s*:\s*"((?:[^"\\]|\\.){1,200})/.exec(
    json.slice(0, 2000),
  );
  return safeLine(match?.[1] ?? '')
    .replace(/\\[nrt]/g, ' ')
    .replace(/\\(.)/g, '$1');
}

function markOf(tool: ToolView, layout: Layout): Span {
  const { glyphs } = layout;
  switch (tool.state) {
    case 'done':
      return hasFailedExit(tool) ? span(glyphs.failed, 'warning') : span(glyphs.done, 'success');
    case 'failed':
      return span(glyphs.failed, 'error');
    case 'denied':
      return span(glyphs.stopped, 'warning');
    case 'cancelled':
      return span(glyphs.stopped, 'dim');
    case 'asking':
      return span(glyphs.asking, 'warning', { bold: true });
    case 'running':
      return span(spinnerGlyph(layout), 'accent');
    default:
      return span(glyphs.waiting, 'dim');
  }
}

/** The command ended with a code other than 0: the tool did its work, but what it ran did not. */
function hasFailedExit(tool: ToolView): boolean {
  return tool.state === 'done' && (tool.meta?.exit_code ?? 0) !== 0;
}

function factsOf(tool: ToolView, layout: Layout): readonly Span[] {
  const facts = hasEnded(tool) ? resultFacts(tool) : [line(liveFact(tool, layout), 'dim')];
  return facts.flat().map((fact) => ({ ...fact, text: fact.text.replaceAll('−', layout.glyphs.minus) }));
}

function resultFacts(tool: ToolView): readonly StyledLine[] {
  const { meta } = tool;
  const state = tool.state === 'denied' || tool.state === 'cancelled' ? tool.state : kindOf(tool);
  const change = meta?.diff === undefined ? '' : sizeOfChange(meta.diff);
  // That it was cut short says how it ended.
  const isCut = tool.state === 'cancelled' || tool.error_kind === 'timeout';
  const exit = isCut || meta?.exit_code === undefined || meta.exit_code === 0 ? '' : `exit ${meta.exit_code}`;
  const summary = isCut ? '' : (meta?.summary ?? '');
  const isShort = tool.duration_ms === undefined || tool.duration_ms < 100;
  const time = isShort ? '' : formatDuration(tool.duration_ms ?? 0);
  const isSummed = exit !== '' && summary.includes(exit);
  return [
    line(state, 'dim'),
    line(isSummed ? '' : exit, 'error'),
    line(change === summary ? '' : change, 'dim'),
    line(summary, isSummed ? 'error' : 'dim'),
    line(time, 'dim'),
  ];
}

function sizeOfChange({ added, removed }: FileDiff): string {
  return added + removed === 0 ? '' : `+${added} −${removed}`;
}

function kindOf(tool: ToolView): string {
  if (tool.error_kind === undefined || tool.error_kind === 'failed') return '';
  return tool.error_kind.replaceAll('_', ' ');
}

function liveFact(tool: ToolView, layout: Layout): string {
  if (tool.state === 'preparing') {
    return tool.arguments.length > 400 ? `preparing, ${formatTokens(tool.arguments.length)} characters` : 'preparing';
  }
  if (tool.state === 'queued') return 'queued';
  if (tool.state === 'asking') return 'waiting for your answer';
  const time = layout.now - tool.since < 1000 ? '' : formatClock(layout.now - tool.since);
  const { progress } = tool;
  if (progress === undefined) return time;
  const share = progress.total === undefined ? String(progress.done) : `${progress.done}/${progress.total}`;
  return [share, progress.message ?? '', time].filter((fact) => fact !== '').join(` ${layout.glyphs.dot} `);
}

function bodyLines(tool: ToolView, layout: Layout): readonly StyledLine[] {
  const inner = { ...layout, width: Math.max(1, layout.width - INDENT) };
  const end = hasEnded(tool) ? [...noteLines(tool, inner), ...endLines(tool, inner)] : [];
  const lines = tool.state === 'running' ? outputLines(tool, inner) : end;
  return lines.map((styled) => (styled.length === 0 ? styled : [span(' '.repeat(INDENT)), ...styled]));
}

function outputLines(tool: ToolView, layout: Layout): readonly StyledLine[] {
  const limit = layout.hasDetails ? 3 * LIVE_OUTPUT_LINES : LIVE_OUTPUT_LINES;
  return rowsOf(tool.output.text)
    .slice(-limit)
    .map((text) => fitted(text, 'dim', layout));
}

/** What the person said with their answer. A call that was cancelled while it asked has none of theirs. */
function noteLines(tool: ToolView, layout: Layout): readonly StyledLine[] {
  if (tool.note === undefined || tool.note === '' || tool.state === 'cancelled') return [];
  const { note } = tool;
  return behindMark(promptMark(layout), layout.width, (width) => wrapText(note, width, 'user'));
}

function endLines(tool: ToolView, layout: Layout): readonly StyledLine[] {
  const diff = tool.meta?.diff;
  if (diff !== undefined && tool.state === 'done') {
    return diffLines(diff, layout, layout.hasDetails ? Number.POSITIVE_INFINITY : FOLDED_DIFF_LINES);
  }
  if (layout.hasDetails) return detailLines(tool, layout);
  if (tool.state === 'failed') return [...errorLines(outcomeOf(tool), layout), ...placeLines(tool, layout)];
  if (tool.state !== 'done') return [];
  const rows = rowsOf(endedOutput(tool)).slice(-END_OUTPUT_LINES);
  return [...rows.map((text) => fitted(text, 'dim', layout)), ...placeLines(tool, layout)];
}

/** What a call wrote. Where only a part of it was shown live, the result has its beginning and its end. */
function endedOutput({ output, result, meta }: ToolView): string {
  const isPart = output.dropped_lines > 0 || meta?.full_output_path !== undefined;
  return isPart && output.text.trim() !== '' ? (result ?? output.text) : output.text;
}

/** Says where the whole of a long output is. */
function placeLines(tool: ToolView, layout: Layout): readonly StyledLine[] {
  const path = tool.meta?.full_output_path;
  if (path === undefined || tool.output.text.trim() === '') return [];
  return wrapLine(line(`${layout.glyphs.ellipsis} the whole output is in ${path}`, 'dim'), layout.width);
}

/** The end of an error; where there is room for it, its long lines are wrapped. */
function errorLines(text: string, layout: Layout): readonly StyledLine[] {
  const texts = rowsOf(text).slice(-ERROR_LINES);
  const rows = texts.flatMap((row) => wrappedError(row, layout));
  return rows.length <= ERROR_LINES ? rows : texts.map((row) => fitted(row, 'error', layout));
}

function wrappedError(text: string, layout: Layout): readonly StyledLine[] {
  const rows = wrapLine(line(text, 'error'), layout.width);
  if (rows.length <= ERROR_ROWS) return rows;
  const [last = [], next = []] = rows.slice(ERROR_ROWS - 1);
  const cut = truncateLine([...last, span(' '), ...next], layout.width, layout.glyphs.ellipsis);
  return [...rows.slice(0, ERROR_ROWS - 1), cut];
}

/** What came out of the call; of what is too long for a screen the end, or both ends where only those are known. */
function detailLines(tool: ToolView, layout: Layout): readonly StyledLine[] {
  const role: Role = tool.state === 'failed' ? 'error' : 'dim';
  const rows = rowsOf(outcomeOf(tool));
  const draw = (some: readonly string[]): readonly StyledLine[] =>
    some.flatMap((row) => wrapLine(line(row, role), layout.width));
  if (layout.isWhole === true || rows.length <= DETAIL_LINES) return draw(rows);
  const { ellipsis } = layout.glyphs;
  if (tool.meta?.full_output_path === undefined) {
    const missing = formatCount(rows.length - DETAIL_LINES, 'line');
    return [line(`${ellipsis} ${missing} before`, 'dim'), ...draw(rows.slice(-DETAIL_LINES))];
  }
  const ends = DETAIL_LINES / 2;
  const left = line(`${ellipsis} more is left out here`, 'dim');
  return [...draw(rows.slice(0, ends)), left, ...draw(rows.slice(-ends)), ...placeLines(tool, layout)];
}

/** What a call wrote, else what the model was told. */
function outcomeOf(tool: ToolView): string {
  const output = endedOutput(tool);
  return output.trim() === '' ? (tool.result ?? '') : output;
}

function rowsOf(text: string): readonly string[] {
  return text.trim() === '' ? [] : text.trimEnd().split('\n');
}

function fitted(text: string, role: Role, layout: Layout): StyledLine {
  return truncateLine(line(expandTabs(text).trimEnd(), role), layout.width, layout.glyphs.ellipsis);
}
