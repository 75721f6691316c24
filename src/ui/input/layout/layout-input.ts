import { formatClock } from '../../../format.ts';
import { safeLine, safeText } from '../../../safe-text.ts';
import type { StyledLine } from '../../../view/styled-line.ts';
import { line, span } from '../../../view/styled-line.ts';
import { textWidth, truncateLine, truncateText } from '../../../view/width.ts';
import { indentLines, wrapLine } from '../../../view/wrap.ts';
import { labelAtoms } from '../editor/atoms.ts';
import type { Action } from '../keys/key-table.ts';
import type { Keymap } from '../keys/keymap.ts';
import { frontApproval, type InputSize, type InputState, isAsked, pendingApprovals, type Work } from '../state.ts';
import { layoutDialog } from './layout-dialog.ts';
import { layoutEditor } from './layout-editor.ts';
import { layoutMenu, layoutPicker, layoutWaiting } from './layout-lists.ts';
import type { InputLayout } from './layout-types.ts';

/** Lays the input area out in at most `maxRows` rows of at most `width` columns. Pure. */
export function layoutInput(state: InputState, size: InputSize): InputLayout {
  const width = Math.max(1, size.width);
  const maxRows = Math.max(1, size.maxRows);
  const focus = layoutFocus(state, { width, maxRows });
  const spare = maxRows - focus.lines.length;
  const waiting = layoutWaiting(state.facts.waiting, width).slice(0, Math.max(0, spare));
  const caret = focus.caret === undefined ? {} : { caret: { ...focus.caret, row: focus.caret.row + waiting.length } };
  const lines = [...waiting, ...focus.lines].slice(0, maxRows).map((one) => truncateLine(one, width));
  return { lines, ...caret, ...(focus.dialog === undefined ? {} : { dialog: focus.dialog }) };
}

/** What has the keys: an approval, a picker, or the prompt. */
function layoutFocus(state: InputState, size: InputSize): InputLayout {
  const approval = frontApproval(state);
  if (approval !== undefined && state.dialog !== undefined && isAsked(state)) {
    const hint = hintLines(state, size.width);
    const dialog = layoutDialog(approval, state.dialog, {
      ...size,
      waiting: pendingApprovals(state).length,
      hint,
      keymap: state.keymap,
    });
    const caret = dialog.caret === undefined ? {} : { caret: dialog.caret };
    return { lines: dialog.lines, ...caret, dialog: dialog.shown };
  }
  if (state.panel !== undefined) return layoutPicker(state.panel.picker, size, pickerHint(state, size.width));
  return layoutPrompt(state, size);
}

function layoutPrompt(state: InputState, size: InputSize): InputLayout {
  const above = aboveLines(state, size.width).slice(0, Math.max(0, size.maxRows - 1));
  const hint = hintLines(state, size.width).slice(0, Math.max(0, size.maxRows - above.length - 1));
  const room = size.maxRows - above.length - hint.length;
  const menuRows = state.menu === undefined ? 0 : Math.min(state.menu.items.length, 8, room - 1);
  const prompt = layoutEditor(
    state.editor,
    { width: size.width, maxRows: Math.max(1, room - menuRows) },
    placeholder(state),
  );
  const menu = state.menu === undefined ? [] : layoutMenu(state.menu, { width: size.width, maxRows: menuRows });
  return {
    lines: [...above, ...prompt.lines, ...menu, ...hint],
    caret: { row: above.length + prompt.caret.row, column: prompt.caret.column },
  };
}

/** What was just said, else that a question waits behind the picker. */
function pickerHint(state: InputState, width: number): readonly StyledLine[] {
  const said = hintLines(state, width);
  return said.length > 0 ? said : questionLines(state);
}

function questionLines(state: InputState): StyledLine[] {
  const approval = frontApproval(state);
  return approval === undefined
    ? []
    : [[span('? ', 'warning'), span(`${approval.display_name} waits for your answer`, 'warning')]];
}

/** The draft that comes back next; it must not be forgotten. */
function draftLines({ stash }: InputState): StyledLine[] {
  const draft = stash.at(-1);
  if (draft === undefined) return [];
  const text = safeLine(labelAtoms(draft.text, draft.atoms));
  return [[span('◷ put aside until the next message  ', 'dim'), span(text, 'user')]];
}

function aboveLines(state: InputState, width: number): StyledLine[] {
  const lines = [...questionLines(state), ...draftLines(state)];
  return [...lines, ...state.works.flatMap((work) => [workLine(work, width, state.keymap), ...endLines(work, width)])];
}

/** Of a text that grows the last rows are shown. */
const END_ROWS = 3;

function endLines({ end }: Work, width: number): readonly StyledLine[] {
  if (end === undefined) return [];
  const texts = safeText(end).split('\n');
  const rows = texts.flatMap((text) => (text.trim() === '' ? [] : wrapLine(line(text, 'dim'), Math.max(1, width - 2))));
  return indentLines(rows.slice(-END_ROWS), [span('  ')]);
}

/** However long the command is, the time and the key stay in sight. */
function workLine({ sign, text, elapsed_ms }: Work, width: number, keymap: Keymap): StyledLine {
  const time = elapsed_ms < 1000 ? '' : ` · ${formatClock(elapsed_ms)}`;
  const tail = `${time} · ${keymap.label('cancel')} stops it`;
  const shown = truncateText(safeLine(text), Math.max(8, width - textWidth(sign) - 1 - textWidth(tail)));
  return [span(`${sign} `, 'warning'), span(shown), span(tail, 'dim')];
}

const HINT_ROWS = 6;

/** What is said under the prompt, in a few rows at most. */
function hintLines({ hint }: InputState, width: number): readonly StyledLine[] {
  if (hint === undefined) return [];
  const rows = wrapLine(line(hint.text, hint.role), Math.max(1, width - 2));
  return indentLines(rows.slice(0, HINT_ROWS), [span('  ')]);
}

function placeholder({ dialog, facts, keymap }: InputState): string {
  const hint = (action: Action, does: string): string[] => {
    const key = keymap.label(action);
    return key === '' ? [] : [`${key} ${does}`];
  };
  const sending = [...hint('send', 'steers'), ...hint('queue', 'queues')];
  const parts =
    dialog?.aside !== undefined
      ? [...sending, ...hint('cancel', 'shows the question')]
      : facts.isRunning
        ? [
            ...sending,
            ...(facts.waiting.length === 0 ? [] : hint('up', 'edits the last')),
            ...hint('cancel', 'cancels'),
          ]
        : ['Ask anything', '/ commands', '@ files', ...hint('help', 'help')];
  return parts.join(' · ');
}
