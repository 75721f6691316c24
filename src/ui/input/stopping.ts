import { returnToDialog } from './dialog-keys.ts';
import { doubleOf } from './double-press.ts';
import { editText } from './editor/editor.ts';
import { openPanel } from './panels.ts';
import { quit, sendMessage } from './send.ts';
import { type InputCore, isAsked } from './state.ts';
import { stopWork } from './works.ts';

/** The turns whose end was asked for: asking twice is asking once. */
const cancelled = new WeakMap<InputCore, string>();

/** Ends the running turn; false when nothing runs or its end was asked for before. */
export function cancelRun(core: InputCore): boolean {
  const { facts } = core.state;
  if (!facts.isBusy) return false;
  const turn = facts.turnId ?? 'compaction';
  if (cancelled.get(core) === turn) return false;
  cancelled.set(core, turn);
  sendMessage(core, { type: 'cancel' });
  return true;
}

/** Forgets that an end was asked for: it came. */
export function noteEnded(core: InputCore): void {
  cancelled.delete(core);
}

/** When Esc last meant the run. Who hammers on it means that, and nothing of what it does when nothing runs. */
const stoppedAt = new WeakMap<InputCore, number>();
const HAMMER_MS = 1000;

/** Esc: closes what is open, else stops what runs, else, twice, clears the text or, in an empty prompt, goes back. */
export function pressEscape(core: InputCore): void {
  const { menu, dialog, works, facts, editor } = core.state;
  if (isAsked(core.state)) stopRun(core);
  else if (menu !== undefined) core.update({ menu: undefined });
  else if (dialog?.aside !== undefined) returnToDialog(core);
  else if (works.length > 0) stopWork(core);
  else if (facts.isBusy) stopRun(core);
  else if (core.now() - (stoppedAt.get(core) ?? Number.NEGATIVE_INFINITY) < HAMMER_MS) return;
  else if (doubleOf(core, 'escape', 1000)) {
    if (editor.text === '') rewind(core);
    else clearText(core);
  } else if (editor.text !== '') core.hint(`Press ${core.keymap.label('cancel')} again to clear the text.`);
}

function stopRun(core: InputCore): void {
  stoppedAt.set(core, core.now());
  cancelRun(core);
}

function clearText(core: InputCore): void {
  core.edit(editText(core.state.editor, 'kill_all'));
  core.hint(`Cleared. ${core.keymap.label('undo')} brings it back.`);
}

/** Ctrl+C: stops what runs, else clears the text, else, twice within a second, quits. */
export function interrupt(core: InputCore): void {
  const { editor, works } = core.state;
  core.update({ menu: undefined });
  if (isAsked(core.state)) cancelRun(core);
  else if (works.length > 0) stopWork(core);
  else if (cancelRun(core)) return;
  else if (editor.text !== '') clearText(core);
  else if (doubleOf(core, 'interrupt', 1000)) quit(core);
  else core.hint(`Press ${core.keymap.label('interrupt')} again to quit.`);
}

function rewind(core: InputCore): void {
  if (core.state.facts.said.length > 0) openPanel(core, 'rewind');
  else core.hint('Nothing was said yet: there is nothing to go back to.');
}
