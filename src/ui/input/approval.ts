import type { ApprovalDecision } from '../../messages.ts';
import { createEditor, type EditorState } from './editor/editor.ts';
import type { PendingApproval } from './facts.ts';

/** How far a person is with the approval in front. A value; a new one for each call. */
export interface Dialog {
  readonly tool_call_id: string;
  /** When it was first on the screen, in milliseconds of the input's clock; absent: not yet. */
  readonly shownAt?: number;
  /** When a key was last ignored, for those who type on. */
  readonly ignoredAt?: number;
  /** Words are being typed, not answers: they belong into the prompt. */
  readonly isTyping: boolean;
  /** It was just answered before its end was shown: the same key, held down, answers no more and is no text. */
  readonly isUnread: boolean;
  /** The marked one of the options. */
  readonly index: number;
  /** First visible line of the preview. */
  readonly scroll: number;
  /** Rows of the preview that were on the screen without a gap, from its beginning. */
  readonly seenTo: number;
  /** The end of the preview was on the screen, of a command all of it: only then can it be allowed. */
  readonly isEndShown: boolean;
  /** The note to the model being written; the answer itself where words are asked for. */
  readonly note?: EditorState;
  /** Put aside: a picker has the keys, or something else is typed first. */
  readonly aside?: 'picker' | 'message';
  /** It came in the place of one that was just answered: keys that come too early were meant for that one. */
  readonly isFollowing: boolean;
}

/** Opens the dialog of one call. */
export function createDialog(approval: PendingApproval, isFollowing: boolean): Dialog {
  const { tool_call_id } = approval;
  const words = approval.answer === 'text' ? { note: createEditor() } : {};
  const fresh = { isTyping: false, isUnread: false, seenTo: 0, isEndShown: false };
  return { tool_call_id, index: 0, scroll: 0, isFollowing, ...fresh, ...words };
}

/** Milliseconds in which a dialog ignores keys after it was first seen. */
const GUARD_MS = 400;
/** Milliseconds of silence after which keys count again for those who type on while it appears. */
const SILENCE_MS = 250;

/** Tells whether keys are still ignored: before the dialog was seen, a moment after it, and while somebody types on. */
export function isGuarded({ shownAt, ignoredAt, isTyping }: Dialog, now: number): boolean {
  if (shownAt === undefined || now - shownAt < GUARD_MS) return true;
  return ignoredAt !== undefined && now - ignoredAt < (isTyping ? GUARD_MS : SILENCE_MS);
}

/** What a key means in a dialog; undefined: nothing. */
export type DialogIntent =
  | { readonly type: 'decide'; readonly decision: ApprovalDecision }
  | { readonly type: 'change'; readonly dialog: Dialog }
  /** Refused: the end, or what comes before it, was not shown yet. The next page is, so that it can be read. */
  | { readonly type: 'unread'; readonly dialog: Dialog }
  /** Refused: words are asked for, and there are none. */
  | { readonly type: 'wordless' };

/** Reads a named key or one typed character. `page` is how many rows of the preview are visible. */
export function dialogKey(
  approval: PendingApproval,
  dialog: Dialog,
  key: { name: string; page: number },
): DialogIntent | undefined {
  const { options } = approval;
  const direct = options[Number(key.name) - 1]?.decision ?? LETTERS[key.name];
  const { page } = key;
  if (direct !== undefined && options.some((option) => option.decision === direct)) {
    return decide(approval, dialog, { decision: direct, page });
  }
  if (key.name === 'enter') {
    const marked = options[dialog.index];
    if (marked === undefined) return undefined;
    return approval.answer === 'text'
      ? decideWords(dialog, marked.decision)
      : decide(approval, dialog, { decision: marked.decision, page });
  }
  const changed = moved(dialog, key, options);
  return changed === undefined ? undefined : { type: 'change', dialog: changed };
}

const LETTERS: Readonly<Record<string, ApprovalDecision | undefined>> = { y: 'once', a: 'always', n: 'deny' };

function decide(
  { preview }: PendingApproval,
  dialog: Dialog,
  { decision, page }: { decision: ApprovalDecision; page: number },
): DialogIntent {
  if (decision === 'deny' || dialog.isEndShown) return { type: 'decide', decision };
  // Behind a gap the first row that was passed over comes next.
  const isPassedOver = preview.kind === 'command' && dialog.scroll > dialog.seenTo;
  const next = isPassedOver ? dialog.seenTo : dialog.scroll + Math.max(1, page - 1);
  return { type: 'unread', dialog: { ...dialog, scroll: next } };
}

/** Words allow nothing, so that they need no preview. */
function decideWords(dialog: Dialog, decision: ApprovalDecision): DialogIntent {
  const isEmpty = (dialog.note?.text ?? '').trim() === '';
  return decision !== 'deny' && isEmpty ? { type: 'wordless' } : { type: 'decide', decision };
}

function moved(
  dialog: Dialog,
  key: { name: string; page: number },
  options: PendingApproval['options'],
): Dialog | undefined {
  const marked = (by: number): Dialog => ({ ...dialog, index: (dialog.index + by + options.length) % options.length });
  const scrolled = (by: number): Dialog => ({ ...dialog, scroll: Math.max(0, dialog.scroll + by) });
  switch (key.name) {
    case 'down':
      return dialog.isEndShown ? marked(1) : scrolled(1);
    case 'up':
      return dialog.isEndShown ? marked(-1) : scrolled(-1);
    case 'right':
      return marked(1);
    case 'left':
      return marked(-1);
    case 'pagedown':
    case 'space':
    case ' ':
      return scrolled(Math.max(1, key.page - 1));
    case 'pageup':
      return scrolled(-Math.max(1, key.page - 1));
    case 'end':
      return scrolled(Number.MAX_SAFE_INTEGER);
    case 'home':
      return { ...dialog, scroll: 0 };
    case 'tab':
      return { ...dialog, note: createEditor() };
    case 'm':
      return { ...dialog, aside: 'message' };
    default:
      return undefined;
  }
}
