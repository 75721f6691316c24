import type { UserMessage } from '../../messages.ts';
import type { Question } from './questions.ts';
import type { RemoteTurn } from './remote-turn.ts';

/** What a person decided, and said with it. */
export type Answer = Pick<Extract<UserMessage, { readonly type: 'approve' }>, 'decision' | 'note'>;

/** One question for the person. */
export interface Asked {
  /** The remote id of the call it is about. */
  readonly source: string;
  readonly question: Question;
  /** Whether any words are an answer; never so where something would be allowed by it. */
  readonly isFree: boolean;
  readonly signal: AbortSignal;
}

/** The questions that wait for the person, by the id of their call. */
export class Asking {
  readonly #open = new Map<string, { readonly isFree: boolean; resolve(answer: Answer): void }>();

  get isOpen(): boolean {
    return this.#open.size > 0;
  }

  /** Asks, and resolves with the answer; rejects when the signal is aborted. */
  ask(turn: RemoteTurn, { source, question, isFree, signal }: Asked): Promise<Answer> {
    turn.ask(source, question);
    const tool_call_id = turn.callId(source) ?? source;
    return new Promise((resolve, reject) => {
      const stop = (): void => reject(signal.reason);
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
      this.#open.set(tool_call_id, {
        isFree,
        resolve: (answer) => {
          this.#open.delete(tool_call_id);
          signal.removeEventListener('abort', stop);
          resolve(answer);
        },
      });
    });
  }

  answer(tool_call_id: string, answer: Answer): void {
    this.#open.get(tool_call_id)?.resolve(answer);
  }

  /** Gives words to the oldest question that any words answer; false when there is none. */
  answerWithText(note: string): boolean {
    const question = [...this.#open.values()].find((each) => each.isFree);
    question?.resolve({ decision: 'once', note });
    return question !== undefined;
  }

  clear(): void {
    this.#open.clear();
  }
}
