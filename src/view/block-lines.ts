import { countLines, formatCount, formatDollars, formatDuration, formatTextSize, formatTokens } from '../format.ts';
import { assertNever } from '../messages.ts';
import { safeLine } from '../safe-text.ts';
import { asciiMarks } from './ascii-marks.ts';
import type { Block, NoticeBlock, TurnBlock, UserBlock, WelcomeBlock } from './chat-view.ts';
import { ASCII_GLYPHS, type Layout, promptMark, transcriptWay } from './layout.ts';
import { markdownLines } from './markdown/render-block.ts';
import { line, type Role, type StyledLine, span, tinted } from './styled-line.ts';
import { thoughtLines } from './thought-lines.ts';
import { toolLines } from './tool-lines.ts';
import { textWidth } from './width.ts';
import { behindMark, wrapLine, wrapText } from './wrap.ts';

/** Draws one settled block. Code keeps its long lines; everything else fits the width. */
export function blockLines(block: Block, layout: Layout): readonly StyledLine[] {
  switch (block.kind) {
    case 'welcome':
      return welcomeLines(block, layout);
    case 'user':
      return userLines(block, layout);
    case 'text':
      return markdownLines(block.block, layout);
    case 'thought':
      return thoughtLines(block, layout);
    case 'tool':
      return toolLines(block.tool, layout);
    case 'notice':
      return noticeLines(block, layout);
    case 'turn':
      return turnLines(block, layout);
    default:
      return assertNever(block);
  }
}

/** Tells whether a blank line stands between two neighbours. */
export function hasGap(previous: Block | undefined, block: Block): boolean {
  if (previous === undefined) return false;
  if (block.kind === 'notice') return hasGapAboveNotice(previous, block);
  if (block.kind === 'turn') return turnFacts(block).length > 0 || block.halt !== undefined;
  if (block.kind === 'text' && previous.kind === 'text' && !block.is_first) return block.block.hasGap;
  if (previous.kind === 'tool' && (block.kind === 'tool' || block.kind === 'thought')) return hasDiff(previous);
  return !(previous.kind === 'thought' && block.kind === 'tool');
}

function hasGapAboveNotice(previous: Block, block: NoticeBlock): boolean {
  if (isLong(block) || isLong(previous)) return true;
  return previous.kind !== 'welcome' && previous.kind !== 'notice';
}

/** Several lines of notice are read as one piece. */
function isLong(block: Block): boolean {
  return block.kind === 'notice' && block.text.includes('\n');
}

function hasDiff(block: Block): boolean {
  return block.kind === 'tool' && block.tool.meta?.diff !== undefined;
}

function welcomeLines(block: WelcomeBlock, layout: Layout): readonly StyledLine[] {
  const name = [span('agent-chat', 'accent', { bold: true }), span(`  ${block.model}`)];
  return [...wrapLine(name, layout.width), ...wrapLine(line(block.cwd, 'dim'), layout.width)];
}

/** What was sent is known to its author: of a text with more lines or characters than this the beginning is shown. */
const MAX_USER_LINES = 12;
const MAX_USER_TEXT = 2_000;
const SHOWN_LINES = 5;
const SHOWN_TEXT = 500;

function userLines(block: UserBlock, layout: Layout): readonly StyledLine[] {
  const isFolded =
    layout.isWhole !== true &&
    !layout.hasDetails &&
    (block.text.length > MAX_USER_TEXT || countLines(block.text) > MAX_USER_LINES);
  const shown = isFolded ? beginningOf(block.text) : block.text;
  const note = isFolded ? [line(`[pasted ${formatTextSize(block.text)}]`, 'accent')] : [];
  return behindMark(promptMark(layout), layout.width, (width) => [
    ...wrapText(shown, width, 'user'),
    ...note.flatMap((styled) => wrapLine(styled, width)),
  ]).map(tinted);
}

function beginningOf(text: string): string {
  return text
    .slice(0, SHOWN_TEXT)
    .split('\n', SHOWN_LINES)
    .join('\n')
    .replace(/[\ud800-\udbff]$/, '');
}

const TONES: Readonly<Record<NoticeBlock['tone'], Role>> = {
  info: 'dim',
  warning: 'warning',
  error: 'error',
  retry: 'warning',
};

function noticeLines(block: NoticeBlock, layout: Layout): readonly StyledLine[] {
  const { glyphs } = layout;
  const marks = { info: glyphs.info, warning: glyphs.warning, error: glyphs.failed, retry: glyphs.retry };
  const said = { text: block.text, role: TONES[block.tone], action: block.action ?? '' };
  if (block.is_output === true) {
    const text = isFoldedOutput(block, layout) ? endOfOutput(block.text, layout) : block.text;
    return markedLines(marks[block.tone], { ...said, text }, layout);
  }
  const lines = markedLines(marks[block.tone], said, layout);
  return glyphs === ASCII_GLYPHS ? lines.map(asciiMarks) : lines;
}

/** Of the output of a person's own command so many lines are shown; a longer one is folded to its end. */
const MAX_OUTPUT_LINES = 14;
const SHOWN_OUTPUT_LINES = 10;

function isFoldedOutput(block: NoticeBlock, layout: Layout): boolean {
  const isWhole = layout.isWhole === true || layout.hasDetails;
  return !isWhole && countLines(block.text) > MAX_OUTPUT_LINES;
}

function endOfOutput(text: string, { glyphs, keys }: Layout): string {
  const [command = '', ...output] = text.split('\n');
  const missing = formatCount(output.length - SHOWN_OUTPUT_LINES, 'line');
  const way = transcriptWay(keys?.toggle_details);
  const note = `${glyphs.ellipsis} ${missing} before ${glyphs.dot} ${way} shows all`;
  return [command, note, ...output.slice(-SHOWN_OUTPUT_LINES)].join('\n');
}

/** Text after a mark, and below it, dim, what can be done. */
function markedLines(
  mark: string,
  said: { text: string; role: Role; action: string },
  layout: Layout,
): readonly StyledLine[] {
  const actions = said.action.split('\n').filter((row) => row !== '');
  return behindMark(span(`${mark} `, said.role), layout.width, (width) => [
    ...said.text.split('\n').flatMap((row) => hangingLines(row, said.role, width)),
    ...actions.flatMap((row) => wrapLine(line(row, 'dim'), width)),
  ]);
}

/** The rest of a row of a list stands under the beginning of its text, where that leaves room for it. */
function hangingLines(row: string, role: Role, width: number): readonly StyledLine[] {
  const [lead = ''] = /^\s*(?:[-+•] )?(?:\S+ {2,})?/.exec(row) ?? [];
  const columns = textWidth(lead);
  if (columns === 0 || columns > width / 2) return wrapLine(line(row, role), width);
  return behindMark(span(lead, role), width, (room) => wrapLine(line(row.slice(lead.length), role), room));
}

function turnLines(block: TurnBlock, layout: Layout): readonly StyledLine[] {
  const facts = turnFacts(block).join(` ${layout.glyphs.dot} `);
  const summary = facts === '' ? [] : markedLines(layout.glyphs.info, { text: facts, role: 'dim', action: '' }, layout);
  if (block.halt === undefined) return summary;
  const actions = block.halt.actions.map((action) => `${safeLine(action.label)}: ${safeLine(action.send)}`).join('\n');
  return [
    ...markedLines(layout.glyphs.warning, { text: block.halt.message, role: 'warning', action: actions }, layout),
    ...(summary.length === 0 ? [] : [[]]),
    ...summary,
  ];
}

const LONG_TURN_MS = 10_000;

/** A short and simple turn needs no summary. */
function turnFacts(block: TurnBlock): readonly string[] {
  const isWorthIt = block.duration_ms >= LONG_TURN_MS || block.iterations > 1;
  if (!isWorthIt) return [];
  return [
    formatDuration(block.duration_ms),
    block.iterations > 1 ? formatCount(block.iterations, 'model call') : '',
    `${formatTokens(block.input_tokens)} in, ${formatTokens(block.output_tokens)} out`,
    block.cost === undefined ? '' : formatDollars(block.cost),
  ].filter((fact) => fact !== '');
}
