import { blockLabel } from '../content-text.ts';
import { errorMessage } from '../errors.ts';
import type { ContentBlock, UserContent, UserMessage } from '../messages.ts';
import { KEPT_HINT, type OwnCommand, readOwnCommand, reportCommand } from './input/own-command.ts';
import { type MentionServices, mentionedPaths, readMentions, withBlocks } from './input/read-mentions.ts';
import type { ChatServices } from './input/services.ts';

/** Sends what is typed where lines are only added. */
export interface PlainSender {
  /** Sends a message: a text with the files that it mentions and what own commands said. None overtakes another. */
  send(message: UserMessage): void;
  /** Runs `!command`; false: the text is none. */
  runOwn(text: string): boolean;
  /** Stops the own command that runs; false: none does. */
  stop(): boolean;
}

interface SenderParts {
  readonly services: (MentionServices & Pick<ChatServices, 'runShell'>) | undefined;
  send(message: UserMessage): void;
  write(text: string): void;
}

type TextMessage = Extract<UserMessage, { type: 'text' }>;

/** Makes a sender. Nobody can tell typed paths from pasted ones here: only what lies in the folder is attached. */
export function createPlainSender({ services, send, write }: SenderParts): PlainSender {
  const kept: ContentBlock[] = [];
  let queue: Promise<void> | undefined;
  let running: AbortController | undefined;

  const sendText = (message: TextMessage): void => {
    const said = kept.splice(0);
    const whole = { ...message, content: behind(said, message.content) };
    const paths = typeof message.content === 'string' ? mentionedPaths(message.content) : [];
    if (queue === undefined && paths.length === 0) {
      send(whole);
      return;
    }
    const sent = (queue ?? Promise.resolve()).then(async () => {
      const { blocks, problems } = await readMentions(services ?? {}, paths);
      const labels = blocks.flatMap((block) => (block.type === 'text' ? [] : [blockLabel(block)]));
      if (labels.length > 0) write(`Attached: ${labels.join(' ')}`);
      for (const problem of problems) write(problem);
      send({ ...whole, content: withBlocks(whole.content, blocks) });
      if (queue === sent) queue = undefined;
    });
    queue = sent;
  };

  const run = async ({ command, isPrivate }: OwnCommand, controller: AbortController): Promise<void> => {
    try {
      const ended = await services?.runShell(command, controller.signal);
      if (ended === undefined) return;
      const { shown, block } = reportCommand(command, ended);
      write(shown);
      if (isPrivate) return;
      kept.push(block);
      write(KEPT_HINT);
    } catch (error) {
      write(controller.signal.aborted ? 'It was stopped.' : errorMessage(error));
    } finally {
      running = undefined;
    }
  };

  return {
    send: (message) => (message.type === 'text' ? sendText(message) : send(message)),
    runOwn: (text) => {
      const own = readOwnCommand(text);
      if (own === undefined || services === undefined) return false;
      if (running !== undefined) {
        write('A command is running: /cancel stops it.');
        return true;
      }
      running = new AbortController();
      void run(own, running);
      return true;
    },
    stop: () => {
      running?.abort();
      return running !== undefined;
    },
  };
}

/** What was run comes before what is said of it. */
function behind(said: readonly ContentBlock[], content: UserContent): UserContent {
  if (said.length === 0) return content;
  return [...said, ...(typeof content === 'string' ? [{ type: 'text', text: content } as const] : content)];
}
