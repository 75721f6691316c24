import type { AgentMessage } from '../messages.ts';
import { EXIT } from './exit-codes.ts';
import { sessionMemory } from './services/session-memory.ts';
import type { Setup } from './setup.ts';
import { showChat } from './show-chat.ts';

export interface ReplayScreen {
  readonly setup: Setup;
  readonly isPlain: boolean;
  /** Ends the replay. */
  stop(): void;
}

/** Plays messages through the real screen. Nothing that is typed goes anywhere; leaving ends it. */
export async function showReplay(messages: AsyncIterable<AgentMessage>, screen: ReplayScreen): Promise<number> {
  const nothing = async (): Promise<readonly never[]> => [];
  await showChat({
    setup: screen.setup,
    isPlain: screen.isPlain,
    memory: sessionMemory([]),
    messages,
    send: (message) => {
      if (message.type === 'cancel') screen.stop();
    },
    newId: () => 'replay',
    facts: () => ({ directory: 'replay' }),
    services: {
      listModels: nothing,
      previewSwitch: async () => 'This is a replay.',
      writeClipboard: async () => 'This is a replay.',
      listFiles: nothing,
      history: { load: nothing, append: () => undefined },
      runShell: async () => ({ output: 'This is a replay.' }),
      openEditor: async (text) => text,
      quit: screen.stop,
    },
  });
  return EXIT.answered;
}
