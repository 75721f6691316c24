import { assertNever } from '../../messages.ts';
import { act, takeDraft, type } from './actions.ts';
import { dialogTakes, putAside, returnToDialog } from './dialog-keys.ts';
import { forgetPress } from './double-press.ts';
import { droppedPath } from './dropped-path.ts';
import { insertBlock, insertPaste, replaceRange } from './editor/editor.ts';
import type { KeyEvent } from './keys/key-event.ts';
import type { Action, KeyContext } from './keys/key-table.ts';
import { panelTakes } from './panel-keys.ts';
import { type InputCore, type InputState, isAsked } from './state.ts';

/** Does what a key means now: in an approval, in a picker, or in the prompt. */
export function handleKey(core: InputCore, event: KeyEvent): void {
  if (core.state.hint !== undefined) core.update({ hint: undefined });
  const before = core.state;
  const isTaken = isAsked(before) ? dialogTakes(core, event) : panelTakes(core, event);
  if (!isTaken) write(core, event);
  const isSent = hasSent(core, before, event);
  keepDialog(core, before, isSent);
  if (isSent && core.state.panel === undefined) takeDraft(core);
}

/** Whether a key has sent what stood in the prompt. */
function hasSent(core: InputCore, before: InputState, event: KeyEvent): boolean {
  if (event.type !== 'key' || before.editor.text === '' || core.state.editor.text !== '') return false;
  const action = core.keymap.find(event.key, (context) => context !== 'menu');
  return action === 'send' || action === 'queue';
}

function write(core: InputCore, event: KeyEvent): void {
  if (event.type === 'paste') paste(core, event.text);
  else if (event.type === 'text') typeText(core, event.text);
  else pressKey(core, event.key);
}

/** A picker that a key opened covers the question; it comes back with the end of what it was put aside for. */
function keepDialog(core: InputCore, before: InputState, isSent: boolean): void {
  const { panel, editor, dialog } = core.state;
  if (panel !== undefined) {
    if (isAsked(before)) putAside(core, 'picker');
    return;
  }
  const isBack = dialog?.aside === 'picker' && editor.text === before.editor.text;
  if (isBack || isSent || (editor.text === '' && before.panel !== undefined)) returnToDialog(core);
  else if (dialog?.aside === 'picker') putAside(core, 'message');
}

/** Keys that count when pressed twice; any other one between makes them single. */
const DOUBLES: ReadonlySet<Action | undefined> = new Set<Action>(['cancel', 'interrupt', 'quit', 'toggle_details']);

function pressKey(core: InputCore, key: string): void {
  if (key === 'escape' && core.state.menu !== undefined) {
    // It closes what is open, whatever cancels.
    core.update({ menu: undefined });
    return;
  }
  const action = core.keymap.find(key, (context) => holds(core, context));
  if (!DOUBLES.has(action)) forgetPress(core);
  if (action !== undefined) act(core, action);
}

/** Types text. A single character may be bound, as `?` in an empty prompt is. */
function typeText(core: InputCore, text: string): void {
  forgetPress(core);
  const [first = '', second] = text;
  const action = second === undefined ? core.keymap.find(first, (context) => holds(core, context)) : undefined;
  if (action === undefined) type(core, text);
  else act(core, action);
}

function holds(core: InputCore, context: KeyContext): boolean {
  const { menu, facts, editor } = core.state;
  switch (context) {
    case 'menu':
      return menu !== undefined;
    case 'running':
      return facts.isRunning && editor.text.trim() !== '';
    case 'idle':
      return !facts.isRunning;
    case 'empty':
      return editor.text === '';
    case 'filled':
      return editor.text !== '';
    case 'always':
      return true;
    default:
      return assertNever(context);
  }
}

/** Inserts a paste; a path of an image or a text file becomes an attachment when it can be read. */
function paste(core: InputCore, text: string): void {
  forgetPress(core);
  const before = core.state.editor;
  core.edit(insertPaste(before, text));
  const { readAttachment, attachmentPlace } = core.options.services;
  const path = droppedPath(text);
  if (readAttachment === undefined || path === undefined) return;
  const pasted = core.state.editor;
  core.attempt(async () => {
    const isSecret = (await attachmentPlace?.(path)) === 'secret';
    const block = isSecret ? undefined : await readAttachment(path);
    if (isSecret)
      core.hint(`${path} is not attached: it is where keys are. Type @ and its path by hand to attach it.`, 'warning');
    // Somebody typed on: the path stays as it is.
    if (block === undefined || block.type === 'unreadable' || core.state.editor !== pasted) return;
    const start = pasted.caret - text.length;
    core.edit(insertBlock(replaceRange(pasted, { start, end: pasted.caret }, ''), block));
  });
}
