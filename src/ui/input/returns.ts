import type { AgentMessage, TurnStatus } from '../../messages.ts';
import { NOTHING_SAID, reduceUnanswered, type SaidText, unansweredTexts } from '../../unanswered.ts';
import type { MessageOrigin } from './contract.ts';
import { type EditorState, insertAt } from './editor/editor.ts';
import { contentText } from './layout/content-text.ts';
import type { InputCore, InputState } from './state.ts';

/**
 * Puts undelivered messages back into the prompt, in their order and before what is typed, and with them the words of a
 * turn that was cancelled before anything of an answer came; into an empty prompt also those of one that failed so.
 */
export function createReturns(core: InputCore): { observe(message: AgentMessage, origin?: MessageOrigin): void } {
  /** Where the next one goes: after those that just came back. */
  let at = 0;
  let unanswered = NOTHING_SAID;
  return {
    observe: (message, origin = 'live') => {
      const texts = unansweredTexts(unanswered);
      unanswered = reduceUnanswered(unanswered, message);
      if (message.type === 'done') at = 0;
      if (origin === 'log') return;
      if (message.type === 'done' && mayReturn(core.state, message.status)) giveBack(core, texts);
      if (message.type !== 'user_message_returned') return;
      const { editor } = core.state;
      // What a person takes back comes newest first: the next one belongs before it.
      const isTakenBack = message.reason === 'retracted';
      const next = withMessage(core.state, message, isTakenBack ? 0 : Math.min(at, editor.text.length));
      at = isTakenBack ? 0 : Math.min(at, editor.text.length) + next.text.length - editor.text.length;
      core.edit(editor.text === '' ? atEnd(next) : next);
    },
  };
}

/** What was cancelled is no longer part of the conversation; what failed is, and comes only where nothing else stands. */
function mayReturn({ editor, facts }: InputState, status: TurnStatus): boolean {
  return status === 'cancelled' || (status === 'error' && editor.text === '' && facts.waiting.length === 0);
}

/** Puts texts before what is typed; the caret stays behind what it stood behind. */
function giveBack(core: InputCore, texts: readonly SaidText[]): void {
  if (texts.length === 0) return;
  const isEmpty = core.state.editor.text === '';
  for (const text of [...texts].reverse()) core.edit(withMessage(core.state, text, 0));
  if (isEmpty) core.edit(atEnd(core.state.editor));
  core.hint('Not answered: your message is back in the prompt.', 'dim');
}

function atEnd(editor: EditorState): EditorState {
  return { ...editor, caret: editor.text.length };
}

function withMessage(state: InputState, { id, content }: SaidText, offset: number): EditorState {
  const { editor, sent } = state;
  const own = sent[id];
  const text = own ?? contentText(content);
  const written = offset < editor.text.length ? `${text}\n` : offset > 0 ? `\n${text}` : text;
  return insertAt(editor, { offset, text: written, isOwn: own !== undefined });
}
