import type { AgentMessage, AgentMessageOf } from '../../messages.ts';
import type { MessageOrigin } from './contract.ts';
import { type EditorState, insertAt } from './editor/editor.ts';
import { contentText } from './layout/content-text.ts';
import type { InputCore, InputState } from './state.ts';

/** Puts undelivered messages back into the prompt, in their order and before what is typed. */
export function createReturns(core: InputCore): { observe(message: AgentMessage, origin?: MessageOrigin): void } {
  /** Where the next one goes: after those that just came back. */
  let at = 0;
  return {
    observe: (message, origin = 'live') => {
      if (message.type === 'done') at = 0;
      if (message.type !== 'user_message_returned' || origin === 'log') return;
      const { editor } = core.state;
      // What a person takes back comes newest first: the next one belongs before it.
      const isTakenBack = message.reason === 'retracted';
      const next = withReturned(core.state, message, isTakenBack ? 0 : Math.min(at, editor.text.length));
      at = isTakenBack ? 0 : Math.min(at, editor.text.length) + next.text.length - editor.text.length;
      core.edit(editor.text === '' ? { ...next, caret: next.text.length } : next);
    },
  };
}

function withReturned(
  state: InputState,
  message: AgentMessageOf<'user_message_returned'>,
  offset: number,
): EditorState {
  const { editor, sent } = state;
  const own = sent[message.id];
  const text = own ?? contentText(message.content);
  const written = offset < editor.text.length ? `${text}\n` : offset > 0 ? `\n${text}` : text;
  return insertAt(editor, { offset, text: written, isOwn: own !== undefined });
}
