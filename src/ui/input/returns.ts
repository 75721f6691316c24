import type { AgentMessage, UserContent } from '../../messages.ts';
import type { MessageOrigin } from './contract.ts';
import { type EditorState, insertAt } from './editor/editor.ts';
import { contentText } from './layout/content-text.ts';
import type { InputCore, InputState } from './state.ts';

/**
 * Puts undelivered messages back into the prompt, in their order and before what is typed, and into an empty prompt
 * also the message of a turn that failed before anything of an answer came.
 */
export function createReturns(core: InputCore): { observe(message: AgentMessage, origin?: MessageOrigin): void } {
  /** Where the next one goes: after those that just came back. */
  let at = 0;
  const unanswered = createUnanswered();
  return {
    observe: (message, origin = 'live') => {
      const failed = unanswered.take(message);
      if (message.type === 'done') at = 0;
      if (origin === 'log') return;
      const { editor } = core.state;
      if (failed !== undefined && editor.text === '' && core.state.facts.waiting.length === 0) {
        core.edit(atEnd(withMessage(core.state, failed, 0)));
        core.hint('Not answered: your message is back in the prompt.', 'dim');
      }
      if (message.type !== 'user_message_returned') return;
      // What a person takes back comes newest first: the next one belongs before it.
      const isTakenBack = message.reason === 'retracted';
      const next = withMessage(core.state, message, isTakenBack ? 0 : Math.min(at, editor.text.length));
      at = isTakenBack ? 0 : Math.min(at, editor.text.length) + next.text.length - editor.text.length;
      core.edit(editor.text === '' ? atEnd(next) : next);
    },
  };
}

interface Sent {
  readonly id: string;
  readonly content: UserContent;
}

/** Gives, with the end of a turn that failed, the message it was to answer, if nothing of an answer stands. */
function createUnanswered(): { take(message: AgentMessage): Sent | undefined } {
  let asked: Sent | undefined;
  const came = new Set<string>();
  return {
    take: (message) => {
      if (message.type === 'turn_started') {
        asked = message.input;
        came.clear();
      } else if (message.type === 'text' || message.type === 'thought') came.add(message.message_id);
      else if (message.type === 'tool_call') came.add(message.request.id);
      else if (message.type === 'retrying') for (const id of message.discarded) came.delete(id);
      if (message.type !== 'done' || message.status !== 'error' || came.size > 0) return undefined;
      return asked;
    },
  };
}

function atEnd(editor: EditorState): EditorState {
  return { ...editor, caret: editor.text.length };
}

function withMessage(state: InputState, { id, content }: Sent, offset: number): EditorState {
  const { editor, sent } = state;
  const own = sent[id];
  const text = own ?? contentText(content);
  const written = offset < editor.text.length ? `${text}\n` : offset > 0 ? `\n${text}` : text;
  return insertAt(editor, { offset, text: written, isOwn: own !== undefined });
}
