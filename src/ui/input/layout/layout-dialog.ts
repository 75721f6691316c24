import { formatCount } from '../../../format.ts';
import { type ApprovalPreview, assertNever } from '../../../messages.ts';
import { safeLine } from '../../../safe-text.ts';
import { exactDiffLines } from '../../../view/diff-lines.ts';
import { type Layout, UNICODE_GLYPHS } from '../../../view/layout.ts';
import { line, type Role, type StyledLine, span } from '../../../view/styled-line.ts';
import { revealSuspicious, withMarks } from '../../../view/suspicious.ts';
import { lineWidth, textWidth, truncateLine } from '../../../view/width.ts';
import { cutLine, indentLines, wrapLine } from '../../../view/wrap.ts';
import type { Caret } from '../../frame/paint-frame.ts';
import type { Dialog } from '../approval.ts';
import type { PendingApproval } from '../facts.ts';
import type { Keymap } from '../keys/keymap.ts';
import type { InputSize } from '../state.ts';
import { layoutEditor } from './layout-editor.ts';
import type { DialogLayout } from './layout-types.ts';

/** The room of a dialog, and what is said in it. */
interface DialogSize extends InputSize {
  /** How many questions are open. */
  readonly waiting: number;
  /** What was just said. */
  readonly hint: readonly StyledLine[];
  readonly keymap: Keymap;
}

/**
 * The dialog of one approval: what would happen, in full and with everything hidden made visible, then the answers.
 * When it does not fit, the preview scrolls; the answers always stay.
 */
export function layoutDialog(
  approval: PendingApproval,
  dialog: Dialog,
  size: DialogSize,
): { lines: StyledLine[]; caret?: Caret; shown: DialogLayout } {
  if (size.maxRows < 2) return layoutOneRow(approval, dialog, size);
  const preview = previewLines(approval.preview, size.width);
  const isTight = size.maxRows < approval.options.length + 5;
  const note = layoutNote(approval, dialog, size.width);
  const footer = footerLines(approval, { ...size, isTight, hasNote: note !== undefined });
  const beside = footer.length + (note === undefined ? 0 : 1);
  const headOver = (below: number): readonly StyledLine[] => {
    const most = isTight ? Math.min(1, size.maxRows - 2) : Math.max(1, size.maxRows - below - LEAST_PREVIEW);
    return headLines(approval, size, most);
  };
  const isLong =
    size.maxRows - headOver(approval.options.length + beside).length - approval.options.length - beside <
    preview.length;
  const answers = answersIn(approval, dialog, { width: size.width, isTight, isLong });
  const below = answers.length + beside;
  const head = headOver(below);
  const room = Math.max(1, size.maxRows - head.length - below);
  const isCut = preview.length > room;
  const page = isCut ? Math.max(1, room - 1) : preview.length;
  const scroll = Math.max(0, Math.min(dialog.scroll, preview.length - page));
  const isEndVisible = scroll + page >= preview.length;
  const more =
    isCut && room > 1 ? [moreLine(preview.length - scroll - page, { approval, dialog, scroll, ...size })] : [];
  const [over, under] = gapsAround(preview, room);
  const above = [...over, ...head, ...preview.slice(scroll, scroll + page), ...more, ...under, ...answers];
  const caret = note === undefined ? {} : { caret: { row: above.length, column: note.caret.column } };
  return {
    lines: [...above, ...(note?.lines ?? []), ...footer],
    ...caret,
    shown: { scroll, page, isEndVisible },
  };
}

/** Rows that what would happen keeps, however long the reason is. */
const LEAST_PREVIEW = 3;
/** From so many rows on it is set off from what is around it, where there is room. */
const TALL = 8;

/** Blank rows above all and above the answers. */
function gapsAround(preview: readonly StyledLine[], room: number): readonly [StyledLine[], StyledLine[]] {
  const spare = preview.length < TALL ? 0 : room - preview.length;
  return [spare > 1 ? [[]] : [], spare > 0 ? [[]] : []];
}

const HELP = 'Tab adds a note to the model · m: type a message first';
const SHORT_HELP = 'Tab adds a note · m: a message first';
const NOTE_HELP = '↑↓ choose the answer · Enter sends both';
const WORDS_HELP = 'Enter answers · ↓ Enter refuses';

/** What the keys do, or what was just said instead. A note takes the row of the help, so that nothing else moves. */
function footerLines(
  approval: PendingApproval,
  look: DialogSize & { isTight: boolean; hasNote: boolean },
): readonly StyledLine[] {
  if (look.hint.length > 0) return look.hint.slice(0, look.isTight ? Math.max(0, Math.min(1, look.maxRows - 3)) : 2);
  if (look.isTight) return [];
  const cancel = `${look.keymap.label('cancel')} cancels the run`;
  if (approval.answer === 'text') return [line(`  ${WORDS_HELP} · ${cancel}`, 'dim')];
  if (look.hasNote) return [];
  const help = `  ${HELP} · ${cancel}`;
  return [line(textWidth(help) <= look.width ? help : `  ${SHORT_HELP} · ${cancel}`, 'dim')];
}

function layoutNote(
  approval: PendingApproval,
  dialog: Dialog,
  width: number,
): ReturnType<typeof layoutEditor> | undefined {
  if (dialog.note === undefined) return undefined;
  return layoutEditor(
    dialog.note,
    { width, maxRows: 1 },
    approval.answer === 'text' ? 'Your answer' : `Note to the model · ${NOTE_HELP}`,
  );
}

/** The name of the tool and why it asks, wrapped; in one row or without any what does not fit is cut. */
function headLines(
  approval: PendingApproval,
  { width, waiting }: { width: number; waiting: number },
  maxRows: number,
): readonly StyledLine[] {
  if (maxRows < 1) return [];
  const isFinal = isIrreversible(approval);
  const title: StyledLine = [
    span(approval.display_name, undefined, { bold: true }),
    ...(waiting > 1 ? [span(`  1 of ${waiting}`, 'warning')] : []),
    span('  '),
    isFinal ? span(safeLine(approval.reason), 'error', { bold: true }) : span(safeLine(approval.reason), 'dim'),
  ];
  const sign = span('? ', isFinal ? 'error' : 'warning');
  const room = Math.max(1, width - 2);
  const rows = maxRows > 1 ? wrapLine(title, room) : [title];
  const rest = rows.slice(maxRows - 1).flatMap((row) => [...row, span(' ')]);
  const shown = rows.length > maxRows ? [...rows.slice(0, maxRows - 1), rest] : rows;
  return indentLines(
    shown.map((row) => truncateLine(row, room)),
    [sign],
    [span('  ')],
  );
}

/** The no is offered first: what would be lost cannot be had back. */
function isIrreversible({ options }: PendingApproval): boolean {
  return options[0]?.decision === 'deny';
}

/** One row has place for the keys and, line by line, for what would happen. */
function layoutOneRow(
  approval: PendingApproval,
  dialog: Dialog,
  { width }: InputSize,
): { lines: StyledLine[]; shown: DialogLayout } {
  const keys = 'y/n ';
  const preview = previewLines(approval.preview, Math.max(1, width - keys.length));
  const scroll = Math.max(0, Math.min(dialog.scroll, preview.length - 1));
  return {
    lines: [[span(keys, isIrreversible(approval) ? 'error' : 'warning'), ...(preview[scroll] ?? [])]],
    shown: { scroll, page: 1, isEndVisible: scroll + 1 >= preview.length },
  };
}

interface More {
  readonly approval: PendingApproval;
  readonly dialog: Dialog;
  readonly scroll: number;
  readonly width: number;
  readonly keymap: Keymap;
}

/** Says what of the preview lies below, and what above was passed over. */
function moreLine(below: number, { approval, dialog, scroll, width, keymap }: More): StyledLine {
  const isOpen = dialog.isEndShown || approval.answer === 'text';
  const missed = scroll - dialog.seenTo;
  if (below <= 0 && missed > 0)
    return line(`  end · ${formatCount(missed, 'line')} above passed over · PgUp`, 'warning');
  if (below <= 0) return line('  end · PgUp goes back', 'dim');
  // Who has not seen it cannot allow it: until then the key for yes turns the page.
  const wanted =
    approval.preview.kind === 'command'
      ? 'y or PgDn reads on; y allows after all of it'
      : 'y, PgDn or End reads on; y allows at the end';
  const role = isOpen ? 'dim' : 'warning';
  const text = `  … ${formatCount(below, 'more line')} · `;
  const keys = isOpen ? ['PgDn, End'] : [wanted, 'y or PgDn reads on'];
  const all = keymap.label('toggle_details');
  const forms = all === '' ? keys : [`${keys[0]} · ${all} all`, ...keys];
  const shown = forms.find((form) => textWidth(text + form) <= width) ?? forms.at(-1) ?? '';
  return line(text + shown, role);
}

/** The answers, a row each; beside each other where what is asked about needs the rows. */
function answersIn(
  approval: PendingApproval,
  dialog: Dialog,
  { width, isTight, isLong }: { width: number; isTight: boolean; isLong: boolean },
): StyledLine[] {
  if (isTight) return [tightAnswers(approval, dialog, width)];
  const rows = answerLines(approval, dialog);
  const row = rows.flatMap((answer, index) => (index === 0 ? answer : [span('  '), ...answer]));
  return isLong && lineWidth(row) <= width ? [row] : rows;
}

function answerLines(approval: PendingApproval, dialog: Dialog): StyledLine[] {
  return approval.options.map((option, index) => {
    const isMarked = index === dialog.index;
    const isForWords = approval.answer === 'text';
    const isOpen = isForWords || option.decision === 'deny' || dialog.isEndShown;
    const role: Role | undefined = isMarked ? 'accent' : isOpen ? undefined : 'dim';
    const key = { once: 'y ', always: 'a ', deny: 'n ' }[option.decision];
    const keys = isForWords ? [] : [span(key, 'dim')];
    return withMarks([span(isMarked ? '› ' : '  ', 'accent'), ...keys, span(revealLine(option.label), role)]);
  });
}

function tightAnswers(approval: PendingApproval, dialog: Dialog, width: number): StyledLine {
  const words = { once: 'yes', always: 'always', deny: 'no' };
  const keys = { once: 'y', always: 'a', deny: 'n' };
  const answers = approval.options.flatMap((option, index) => [
    span(`${index === 0 ? '' : ' '}${keys[option.decision]}:`, 'dim'),
    span(words[option.decision], index === dialog.index ? 'accent' : undefined),
  ]);
  if (lineWidth(answers) <= width) return answers;
  return approval.options.flatMap((option, index) => [
    span(index === 0 ? '' : '/', 'dim'),
    span(keys[option.decision], index === dialog.index ? 'accent' : undefined),
  ]);
}

const cache = new WeakMap<ApprovalPreview, { width: number; lines: readonly StyledLine[] }>();

/** Everything that would happen, wrapped and never shortened. */
export function previewLines(preview: ApprovalPreview, width: number): readonly StyledLine[] {
  const known = cache.get(preview);
  if (known?.width === width) return known.lines;
  const facts = (preview.facts ?? []).flatMap((fact) => wrapped(`· ${fact}`, { width, role: 'warning' }));
  const lines = [...bodyLines(preview, width), ...facts];
  cache.set(preview, { width, lines });
  return lines;
}

const DIFF_LAYOUT: Omit<Layout, 'width'> = {
  glyphs: UNICODE_GLYPHS,
  hasStyles: true,
  hasLinks: false,
  hasThoughts: false,
  hasDetails: true,
  now: 0,
};

function bodyLines(preview: ApprovalPreview, width: number): StyledLine[] {
  switch (preview.kind) {
    case 'command':
      return [
        ...wrapped(preview.command, { width, sign: '$ ' }),
        ...wrapped(`in ${preview.cwd}`, { width, role: 'dim' }),
      ];
    case 'diff': {
      const { path, added, removed, patch } = preview.diff;
      const size = added + removed === 0 ? [] : [span(`  +${added} `, 'added'), span(`−${removed}`, 'removed')];
      const head = wrapped(path, { width }).map((one, index, all) =>
        index === all.length - 1 ? [...one, ...size] : one,
      );
      const inner: Layout = { ...DIFF_LAYOUT, width: Math.max(1, width - 2) };
      const rows = exactDiffLines({ path, added, removed, patch: revealSuspicious(patch) }, inner);
      const before = width > 4 ? [span('  ')] : [];
      return [...head.flatMap((one) => cutLine(one, width)), ...rows.map((row) => withMarks([...before, ...row]))];
    }
    case 'text':
      return wrapped(preview.text, { width });
    default:
      return assertNever(preview);
  }
}

/** Breaks text at the column, so that blanks stay what they are. */
function wrapped(text: string, look: { width: number; role?: Role; sign?: string }): StyledLine[] {
  const sign = look.sign ?? '';
  const columns = Math.max(1, look.width - 2 - sign.length);
  return revealSuspicious(text)
    .split('\n')
    .flatMap((one) => cutLine([span(one, look.role)], columns))
    .map((row, index) => {
      const before = span(`  ${index === 0 ? sign : ' '.repeat(sign.length)}`, 'dim');
      return withMarks(look.width > 4 ? [before, ...row] : row);
    });
}

function revealLine(text: string): string {
  return revealSuspicious(text).replace(/[\n\t]+/g, ' ');
}
