import type { ApprovalDecision } from '../../messages.ts';
import { createDialog, type Dialog, dialogKey, isGuarded } from './approval.ts';
import { editText, insertText, isEditorCommand } from './editor/editor.ts';
import type { PendingApproval } from './facts.ts';
import type { KeyEvent } from './keys/key-event.ts';
import type { Action } from './keys/key-table.ts';
import { layoutInput } from './layout/layout-input.ts';
import { sendMessage } from './send.ts';
import { frontApproval, type InputCore, isAsked } from './state.ts';

/** Opens the dialog of the approval in front, and closes that of one that is settled. */
export function refreshDialog(core: InputCore): void {
  const approval = frontApproval(core.state);
  if (approval?.tool_call_id === core.state.dialog?.tool_call_id) return;
  if (approval === undefined) {
    core.update({ dialog: undefined });
    return;
  }
  const { dialog, panel } = core.state;
  core.update({ dialog: createDialog(approval, dialog !== undefined) });
  // Who chooses in a picker goes on with it, or the keys would be for a question that was not read.
  if (panel === undefined) core.update({ menu: undefined });
  else putAside(core, 'picker');
}

/** Notes what of the dialog was on the screen: only what was seen can be allowed. */
export function noteShown(core: InputCore): void {
  const { dialog } = core.state;
  const shown = dialog === undefined ? undefined : layoutInput(core.state, core.size).dialog;
  if (dialog === undefined || shown === undefined) return;
  const shownAt = dialog.shownAt ?? core.now();
  const isNext = shown.scroll <= dialog.seenTo;
  const seenTo = isNext ? Math.max(dialog.seenTo, shown.scroll + shown.page) : dialog.seenTo;
  // What a command does may stand anywhere in it.
  const isWhole = isNext || frontApproval(core.state)?.preview.kind !== 'command';
  const isEndShown = dialog.isEndShown || (shown.isEndVisible && isWhole);
  const next: Dialog = { ...dialog, shownAt, seenTo, isEndShown, scroll: shown.scroll };
  const keys = ['shownAt', 'seenTo', 'isEndShown', 'scroll'] as const;
  if (keys.some((key) => next[key] !== dialog[key])) core.update({ dialog: next });
}

/** Forgets that the dialog was on the screen: something else covered it, and it has to be seen anew. */
export function forgetShown(core: InputCore): void {
  const { dialog } = core.state;
  if (dialog === undefined) return;
  const { shownAt: _, ...rest } = dialog;
  core.update({ dialog: { ...rest, isEndShown: false } });
}

/** Puts the dialog aside: something else has the keys until {@link returnToDialog}. */
export function putAside(core: InputCore, aside: NonNullable<Dialog['aside']>): void {
  const { dialog } = core.state;
  if (dialog !== undefined) core.update({ dialog: { ...dialog, aside } });
}

/** Shows the dialog again that was put aside; keys that come too early are for nothing. */
export function returnToDialog(core: InputCore): void {
  if (core.state.dialog?.aside === undefined) return;
  forgetShown(core);
  const { dialog } = core.state;
  if (dialog === undefined) return;
  const { aside: _, ...rest } = dialog;
  core.update({ dialog: { ...rest, isTyping: false, isFollowing: true }, menu: undefined });
}

/** Handles a key while an approval has them; false: the key is for the prompt. */
export function dialogTakes(core: InputCore, event: KeyEvent): boolean {
  const approval = frontApproval(core.state);
  const { dialog } = core.state;
  if (approval === undefined || dialog === undefined || !isAsked(core.state)) return false;
  const action = event.type === 'key' ? core.keymap.find(event.key, () => true) : undefined;
  const isCancel = action === 'cancel' || action === 'interrupt';
  if (action === 'toggle_details') {
    // A question has no details to unfold: it is shown whole.
    core.options.screen.openTranscript();
    return true;
  }
  if (approval.answer === 'text') return !isCancel && wordsTake(core, { approval, dialog, event });
  if (dialog.note !== undefined) return noteTakes(core, { approval, dialog, event });
  if (isCancel || event.type === 'paste') return false;
  return answerTakes(core, { approval, dialog, event });
}

/** Takes a key as an answer, unless it comes too early or is one of a word. */
function answerTakes(
  core: InputCore,
  { approval, dialog, event }: Moment & { event: Extract<KeyEvent, { type: 'text' | 'key' }> },
): boolean {
  const isWord = event.type === 'text' && !isAnswerKey({ approval, dialog }, event.text);
  if (isWord || isGuarded(dialog, core.now())) {
    return ignore(core, { ...dialog, isTyping: dialog.isTyping || isWord }, event);
  }
  if (event.type === 'text') return takeKey(core, { approval, dialog, name: event.text });
  if (event.key !== 'enter' || !dialog.isTyping) return takeKey(core, { approval, dialog, name: event.key });
  // It was meant for the words in the prompt; the next one answers.
  core.hint(WORDS_WAIT, 'warning');
  return ignore(core, { ...dialog, isTyping: false }, event);
}

/** Says what is lacking before it can be allowed. */
function unread(core: InputCore): string {
  return frontApproval(core.state)?.preview.kind === 'command'
    ? 'Read all of it first (PgDn). Then it can be allowed.'
    : 'Read to the end first (PgDn, End). Then it can be allowed.';
}

const WORDS_WAIT = 'What you typed waits in the prompt · m goes on with it · Tab adds a note';

/** Restarts the time in which keys do not answer. True: the key is for nothing, else it is text for the prompt. */
function ignore(core: InputCore, dialog: Dialog, event: KeyEvent): boolean {
  core.update({ dialog: { ...dialog, ignoredAt: core.now() } });
  if (dialog.isTyping) core.hint(WORDS_WAIT, 'warning');
  else if (dialog.isUnread) core.hint(unread(core), 'warning');
  // Who was typing a message goes on with it; only its text, nothing that would send it.
  if (event.type !== 'text') return true;
  return !dialog.isTyping && (dialog.isUnread || (dialog.isFollowing && core.state.editor.text === ''));
}

interface Moment {
  readonly approval: PendingApproval;
  readonly dialog: Dialog;
}

/** A single character that means something here; several that arrive in one read are a word, never an answer. */
function isAnswerKey({ approval, dialog }: Moment, text: string): boolean {
  return [...text].length === 1 && dialogKey(approval, dialog, { name: text, page: 1 }) !== undefined;
}

/** What these do would be done to a prompt that is not to be seen. */
const OF_THE_PROMPT: ReadonlySet<Action> = new Set<Action>(['up', 'down', 'queue', 'stash', 'paste_image']);

/** Keys that are no answer do what they do everywhere (choose a model, redraw …), but never write. */
function takeKey(core: InputCore, { approval, dialog, name }: Moment & { name: string }): boolean {
  const page = layoutInput(core.state, core.size).dialog?.page ?? 1;
  const intent = dialogKey(approval, dialog, { name, page });
  if (intent?.type === 'decide') answer(core, { approval, dialog }, intent.decision);
  // Who moves the mark means to answer, whatever was typed before.
  const isMarking = intent?.type === 'change' && intent.dialog.index !== dialog.index;
  if (intent?.type === 'change')
    core.update({ dialog: isMarking ? { ...intent.dialog, isTyping: false } : intent.dialog });
  if (intent?.type === 'wordless') core.hint('Type your answer first, or mark another one with ↓.', 'warning');
  if (intent?.type === 'unread') {
    core.update({ dialog: { ...intent.dialog, isUnread: true, ignoredAt: core.now() } });
    core.hint(unread(core), 'warning');
  }
  const action = actionOf(core, name);
  const isOfPrompt = action === undefined || isEditorCommand(action) || OF_THE_PROMPT.has(action);
  return intent !== undefined || [...name].length === 1 || isOfPrompt;
}

function actionOf(core: InputCore, key: string): Action | undefined {
  return core.keymap.find(key, (context) => context === 'always' || context === 'running');
}

function answer(core: InputCore, { approval, dialog }: Moment, decision: ApprovalDecision): void {
  const note = dialog.note?.text.trim() ?? '';
  const { tool_call_id } = approval;
  core.update({ answered: [...core.state.answered, tool_call_id] });
  // The result of a call that runs has no place for a note: it steers, so that the model reads it next.
  const isSteer = note !== '' && decision !== 'deny' && approval.answer !== 'text';
  sendMessage(core, { type: 'approve', tool_call_id, decision, ...(note === '' || isSteer ? {} : { note }) });
  if (isSteer) sendMessage(core, { type: 'text', content: note });
  const label = approval.options.find((option) => option.decision === decision)?.label;
  if (decision === 'always') core.hint(`${label}, in this session. A line under "allow" in the config keeps it.`);
  refreshDialog(core);
}

const SCROLL_KEYS: ReadonlySet<string> = new Set(['pageup', 'pagedown']);

/** Takes everything as words of the answer, but for the rest of a message that somebody is in the middle of. */
function wordsTake(core: InputCore, { approval, dialog, event }: Moment & { event: KeyEvent }): boolean {
  const isTyping = dialog.shownAt === undefined || core.state.editor.text !== '';
  const isEmpty = dialog.note?.text === '';
  if (isTyping && isEmpty && isGuarded(dialog, core.now())) {
    core.update({ dialog: { ...dialog, ignoredAt: core.now() } });
    return event.type === 'key' || (dialog.isFollowing && core.state.editor.text === '');
  }
  if (event.type !== 'key') return noteTakes(core, { approval, dialog, event });
  if (SCROLL_KEYS.has(event.key)) return takeKey(core, { approval, dialog, name: event.key });
  // There is nothing to go back to without words.
  const isLeaving = event.key === 'tab' || event.key === 'escape';
  return isLeaving || noteTakes(core, { approval, dialog, event });
}

function noteTakes(core: InputCore, { approval, dialog, event }: Moment & { event: KeyEvent }): boolean {
  const note = dialog.note;
  if (note === undefined) return true;
  const change = (next: Dialog['note']): void => {
    const { note: _, ...rest } = dialog;
    core.update({ dialog: next === undefined ? rest : { ...rest, note: next } });
  };
  if (event.type !== 'key') {
    change(insertText(note, event.text.replaceAll('\n', ' ')));
    return true;
  }
  const action = actionOf(core, event.key);
  if (event.key === 'escape' || event.key === 'tab' || action === 'cancel') change(undefined);
  else if (event.key === 'enter') takeKey(core, { approval, dialog, name: 'enter' });
  else if (event.key === 'up' || event.key === 'down') takeKey(core, { approval, dialog, name: event.key });
  else {
    if (action === 'interrupt') return false;
    if (action !== undefined && isEditorCommand(action) && action !== 'newline') change(editText(note, action));
  }
  return true;
}
