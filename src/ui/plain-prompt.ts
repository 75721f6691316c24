import type { AgentMessage, UserMessage } from '../messages.ts';
import { safeText } from '../safe-text.ts';

/** The sign at which a person types, where lines are only ever added. */
export interface PlainPrompt {
  /** Writes a line, below the sign if that stands there. */
  write(text: string): void;
  /** Takes what was published; shows the sign when it is a person's turn. */
  observe(message: AgentMessage, isAsked: boolean): void;
  /** A line was typed at the sign. */
  taken(): void;
  /** A message is on its way. */
  sent(message: UserMessage): void;
  /** Tells whether the terminal shows this message already, where it was typed. */
  isEcho(id: string): boolean;
}

interface PromptParts {
  readonly stdin: { readonly isTTY?: boolean };
  readonly stdout: NodeJS.WritableStream;
  /** Sent at once: it is not yet a person's turn. */
  readonly prompt?: unknown;
}

/** Makes the sign. There is none where lines come from elsewhere than a terminal. */
export function createPlainPrompt({ stdin, stdout, prompt }: PromptParts): PlainPrompt {
  const hasSign = stdin.isTTY === true;
  const echoed = new Set<string>();
  let isShown = false;
  let isTyped = false;
  let isBusy = prompt !== undefined;
  let isAsked = false;
  let isPending = false;
  const show = (): void => {
    if (!hasSign || isPending) return;
    isPending = true;
    // After everything that is said at once.
    setImmediate(() => {
      isPending = false;
      if (isShown || (isBusy && !isAsked)) return;
      isShown = true;
      stdout.write(isAsked ? '? ' : '> ');
    });
  };
  return {
    write: (text) => {
      stdout.write(`${isShown ? '\n' : ''}${safeText(text)}\n`);
      isShown = false;
      show();
    },
    observe: (message, hasQuestion) => {
      isAsked = hasQuestion;
      if (message.type === 'turn_started') isBusy = true;
      if (message.type === 'done' || message.type === 'user_message_returned') isBusy = false;
      show();
    },
    taken: () => {
      isTyped = isShown && !isAsked;
      isShown = false;
      show();
    },
    sent: (message) => {
      if (message.type === 'approve') isAsked = false;
      if (message.type === 'text' || message.type === 'approve') isBusy = true;
      if (message.type !== 'text') return;
      if (isTyped) echoed.add(message.id);
    },
    isEcho: (id) => echoed.delete(id),
  };
}
