import { labelledContent } from '../../content-text.ts';
import type { AgentMessage } from '../../messages.ts';
import { type SaidText, takenBack } from '../../unanswered.ts';
import type { MessageOrigin } from './contract.ts';
import { type EditorState, insertAt } from './editor/editor.ts';
import type { InputCore, InputState } from './state.ts';

/**
 * Puts undelivered messages back into the prompt, in their order and before what is typed, and with them the words of a
 * turn that was cancelled, or failed, before anything of an answer came.
 */
export function createReturns(core: InputCore): { observe(message: AgentMessage, origin?: MessageOrigin): void } {
  /** Where the next one goes: after those that just came back. */
  let at = 0;
  /** What turns that failed one after the other have given back. */
  let failed = '';
  return {
    observe: (message, origin = 'live') => {
      const texts = takenBack(core.state.facts.unanswered, message);
      if (message.type === 'done') at = 0;
      if (origin === 'log') return;
      if (texts.length > 0) failed = giveBack(core, texts, failed);
      if (message.type !== 'user_message_returned') return;
      const { editor } = core.state;
      // What a person takes back comes newest first: the next one belongs before it.
      const isTakenBack = message.reason === 'retracted';
      const next = withMessage(core.state, message, isTakenBack ? 0 : Math.min(at, editor.text.length));
      at = isTakenBack ? 0 : Math.min(at, editor.text.length) + next.text.length - editor.text.length;
      core.recall(editor.text === '' ? atEnd(next) : next);
    },
  };
}

/** Puts texts before what is typed, and behind those that came back just before; gives all that came back so. */
function giveBack(core: InputCore, texts: readonly SaidText[], before: string): string {
  const typed = core.state.editor.text;
  const isUntouched = typed === before || (before.endsWith('\n') && typed.startsWith(before));
  const offset = isUntouched ? before.length : 0;
  for (const text of [...texts].reverse()) core.recall(withMessage(core.state, text, offset));
  const own = typed.length - offset;
  if (own === 0) core.edit(atEnd(core.state.editor));
  core.hint('Not answered: your message is back in the prompt.');
  const { text } = core.state.editor;
  return text.slice(0, text.length - own);
}

function atEnd(editor: EditorState): EditorState {
  return { ...editor, caret: editor.text.length };
}

function withMessage(state: InputState, { id, content }: SaidText, offset: number): EditorState {
  const { editor, sent } = state;
  const own = sent[id];
  const text = own ?? labelledContent(content);
  const written = offset < editor.text.length ? `${text}\n` : offset > 0 ? `\n${text}` : text;
  return insertAt(editor, { offset, text: written, isOwn: own !== undefined });
}
