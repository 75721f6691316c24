import type { AgentMessage } from '../messages.ts';

/** The running text of a turn's answer: what was said since its last batch of tools, without what a retry voided. */
export interface Answer {
  readonly pieces: readonly { readonly id: string; readonly text: string }[];
  /** How many of the pieces belong to responses that are complete; a failure voids the others. */
  readonly complete: number;
  /** The answer of the turn that ended last. */
  readonly final?: string;
}

/** The answer before the first message. */
export const NO_ANSWER: Answer = { pieces: [], complete: 0 };

/** Takes one more message into the answer. Pure. */
export function reduceAnswer(answer: Answer, message: AgentMessage): Answer {
  switch (message.type) {
    case 'turn_started':
      return NO_ANSWER;
    case 'text':
      return message.chunk === '' ? answer : { ...answer, pieces: withChunk(answer.pieces, message) };
    case 'retrying':
      return { ...answer, pieces: answer.pieces.filter(({ id }) => !message.discarded.includes(id)) };
    case 'iteration_complete':
      return message.tool_calls > 0 ? NO_ANSWER : { ...answer, complete: answer.pieces.length };
    case 'done': {
      const standing = message.status === 'error' ? answer.pieces.slice(0, answer.complete) : answer.pieces;
      return { ...NO_ANSWER, final: message.final_text ?? standing.map(({ text }) => text).join('') };
    }
    default:
      return answer;
  }
}

function withChunk(
  pieces: Answer['pieces'],
  { message_id: id, chunk }: { readonly message_id: string; readonly chunk: string },
): Answer['pieces'] {
  const last = pieces.at(-1);
  return last?.id === id ? [...pieces.slice(0, -1), { id, text: last.text + chunk }] : [...pieces, { id, text: chunk }];
}
