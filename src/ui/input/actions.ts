import type { ReasoningEffort } from '../../messages.ts';
import { acceptCompletion } from './completion.ts';
import { doubleOf } from './double-press.ts';
import { expandAtoms } from './editor/atoms.ts';
import {
  clearedEditor,
  type EditorCommand,
  editText,
  insertBlock,
  insertText,
  replaceRange,
  setText,
} from './editor/editor.ts';
import { moveByRow } from './editor/visual-rows.ts';
import { browseHistory } from './history.ts';
import type { Action } from './keys/key-table.ts';
import { editorColumns } from './layout/layout-editor.ts';
import { editByHand } from './mentions.ts';
import { effortsOf } from './panel-sources.ts';
import { openPanel } from './panels.ts';
import { quit, sendMessage } from './send.ts';
import { isShellBusy } from './shell.ts';
import type { InputCore } from './state.ts';
import { interrupt, pressEscape } from './stopping.ts';
import { runCommand, submit } from './submit.ts';

/** What every action of the key table does. The edits of a text are made from their names. */
export const ACTIONS: Readonly<Record<Exclude<Action, EditorCommand>, (core: InputCore) => void>> = {
  menu_accept: (core) => takeCompletion(core),
  menu_up: (core) => moveMenu(core, -1),
  menu_down: (core) => moveMenu(core, 1),
  send: enter,
  queue: (core) => submit(core, 'queue'),
  take_back: takeBack,
  cancel: pressEscape,
  interrupt,
  quit: quitWhenIdle,
  model_picker: (core) => openPanel(core, 'models'),
  next_model: (core) => cycleModel(core, 1),
  previous_model: (core) => cycleModel(core, -1),
  effort_down: (core) => changeEffort(core, -1),
  effort_up: (core) => changeEffort(core, 1),
  clear_context: (core) => sendMessage(core, { type: 'clear_context' }),
  permission_mode: cyclePermissionMode,
  toggle_details: (core) => {
    const said = core.options.screen.toggleDetails();
    // The second press undoes the first one without a word.
    if (doubleOf(core, 'toggle_details', 600)) core.options.screen.openTranscript();
    else core.hint(said);
  },
  toggle_thinking: (core) => core.hint(core.options.screen.toggleThinking()),
  redraw: (core) => core.options.screen.redraw(),
  toggle_raw: (core) => core.options.screen.toggleRaw(),
  help: (core) => openPanel(core, 'help'),
  history_search: (core) => openPanel(core, 'history'),
  external_editor: editOutside,
  stash,
  paste_image: pasteImage,
  suspend: (core) => core.attempt(() => core.options.screen.handOver(() => core.options.screen.suspendProcess())),
  up: (core) => moveRow(core, -1),
  down: (core) => moveRow(core, 1),
};

/** Quits; while something runs, only when pressed twice within a second. */
function quitWhenIdle(core: InputCore): void {
  const { facts } = core.state;
  if ((!facts.isBusy && !isShellBusy(core)) || doubleOf(core, 'quit', 1000)) quit(core);
  else core.hint(`It is still at work. Press ${core.keymap.label('quit')} again to quit.`, 'warning');
}

function takeCompletion(core: InputCore): void {
  const { menu, editor } = core.state;
  if (menu !== undefined) editByHand(core, acceptCompletion(editor, menu));
}

function moveMenu(core: InputCore, step: 1 | -1): void {
  const { menu } = core.state;
  if (menu === undefined) return;
  const index = (menu.index + step + menu.items.length) % menu.items.length;
  core.update({ menu: { ...menu, index, isMoved: true } });
}

/** Enter: takes the best match of a menu of commands or files, and of values only one that was marked by hand; makes `\` at the end a newline, else sends. */
function enter(core: InputCore): void {
  const { editor, menu } = core.state;
  if (menu !== undefined && enterMenu(core)) return;
  if (editor.text[editor.caret - 1] === '\\' && !editor.text.startsWith('/')) {
    core.edit(replaceRange(editor, { start: editor.caret - 1, end: editor.caret }, '\n'));
    return;
  }
  submit(core);
}

function enterMenu(core: InputCore): boolean {
  const { editor, menu } = core.state;
  const item = menu?.items[menu.index];
  if (menu === undefined || item === undefined) return false;
  if (menu.site.kind === 'file') {
    takeCompletion(core);
    return true;
  }
  if (menu.site.kind === 'command') {
    return enterCommand(core, item.value);
  }
  // What is typed counts: `/budget 2` is not `/budget 20`.
  if (!menu.isMoved) return false;
  core.edit(acceptCompletion(editor, menu));
  return false;
}

/** Runs a command of the menu. One that sends a text and takes an argument is only completed, until its whole name is typed. */
function enterCommand(core: InputCore, name: string): boolean {
  const command = core.commands().find((one) => one.name === name);
  if (command?.template === undefined) {
    runCommand(core, name, '');
    return true;
  }
  const isTyped = core.state.editor.text.slice(1).toLowerCase() === name;
  takeCompletion(core);
  return command.argument !== undefined && !isTyped;
}

/** Takes the newest waiting message back; it returns through the agent. */
function takeBack(core: InputCore): void {
  const newest = core.state.facts.waiting.at(-1);
  if (newest === undefined) core.hint('Nothing is waiting.');
  else core.options.send({ type: 'retract', id: newest.id });
}

function moveRow(core: InputCore, step: 1 | -1): void {
  const { editor, facts, browsing } = core.state;
  if (step === -1 && editor.text === '' && facts.waiting.length > 0) {
    takeBack(core);
    return;
  }
  const moved = moveByRow(editor, editorColumns(core.size.width), step);
  if (moved !== undefined) core.edit(moved);
  else if (step === -1 || browsing !== undefined) browseHistory(core, step);
}

/** Goes on from the model that was asked for last: one that waits for the next call is not offered again. */
function cycleModel(core: InputCore, step: 1 | -1): void {
  core.attempt(async () => {
    const models = (await core.options.services.listModels()).filter((model) => model.unavailable === undefined);
    const { facts, wantedModel } = core.state;
    const from = models.some((model) => model.name === wantedModel) ? wantedModel : facts.model;
    const at = models.findIndex((model) => model.name === from);
    const next = models[(at + step + models.length) % models.length];
    if (next === undefined || next.name === from) core.hint('There is no other model to use.');
    else sendMessage(core, { type: 'switch_model', model: next.name });
  });
}

function changeEffort(core: InputCore, step: 1 | -1): void {
  core.attempt(async () => {
    const efforts = await effortsOf(core);
    const effort: ReasoningEffort = core.state.facts.effort ?? 'medium';
    const next = efforts[Math.max(0, Math.min(efforts.length - 1, efforts.indexOf(effort) + step))];
    if (next === undefined) core.hint(`${core.state.facts.model} has no reasoning effort to change.`);
    else if (next === effort) core.hint(`Effort ${effort} is the ${step === 1 ? 'highest' : 'lowest'}.`);
    else sendMessage(core, { type: 'set_reasoning_effort', effort: next });
  });
}

function cyclePermissionMode(core: InputCore): void {
  const { permissionModes = [], permissionMode, setPermissionMode } = core.options.services;
  if (setPermissionMode === undefined || permissionModes.length === 0) return;
  const at = permissionModes.findIndex((mode) => mode.value === permissionMode?.());
  const next = permissionModes[(at + 1) % permissionModes.length];
  if (next === undefined) return;
  core.attempt(() => setPermissionMode(next.value));
  core.hint(`Permissions: ${next.value}${next.description === undefined ? '' : ` – ${next.description}`}`);
}

function editOutside(core: InputCore): void {
  const { editor } = core.state;
  const text = expandAtoms(editor.text, editor.atoms);
  core.attempt(async () => {
    let edited = text;
    await core.options.screen.handOver(async () => {
      edited = await core.options.services.openEditor(text);
    });
    if (edited !== text) editByHand(core, setText(core.state.editor, edited.replace(/\n$/, '')), core.recall);
  });
}

function stash(core: InputCore): void {
  const { editor, stash: drafts } = core.state;
  if (editor.text !== '') {
    core.edit(clearedEditor(editor));
    core.update({ stash: [...drafts, editor] });
    core.hint(`The draft is put aside. ${core.keymap.label('stash')} takes it back, and so does the next message.`);
    return;
  }
  takeDraft(core);
}

/** Puts the draft that was put aside last back into the prompt, which must be empty. */
export function takeDraft(core: InputCore): void {
  const { editor, stash: drafts } = core.state;
  const last = drafts.at(-1);
  if (last === undefined) return;
  core.update({ stash: drafts.slice(0, -1) });
  core.recall({ ...last, atoms: editor.atoms, kills: editor.kills });
}

function pasteImage(core: InputCore): void {
  core.attempt(async () => {
    const image = await core.options.services.readClipboardImage?.();
    if (image === undefined) core.hint('There is no image in the clipboard.');
    else core.edit(insertBlock(core.state.editor, image));
  });
}

/** Applies one of the edits, or does what the action stands for. */
export function act(core: InputCore, action: Action): void {
  if (Object.hasOwn(ACTIONS, action)) ACTIONS[action as keyof typeof ACTIONS](core);
  else core.edit(editText(core.state.editor, action as EditorCommand));
}

/** Longer text in one read is a paste of a terminal that does not mark them. */
const LONGEST_TYPED = 16;

/** Types text; a `?` in an empty prompt is asked for elsewhere. */
export function type(core: InputCore, text: string): void {
  const edited = insertText(core.state.editor, text);
  if (text.length > LONGEST_TYPED) core.edit(edited);
  else editByHand(core, edited);
}
