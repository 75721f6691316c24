import { EventEmitter } from 'node:events';
import type { AgentMessage, AgentMessageBody } from '../../src/messages.ts';
import { type ChatStore, createChatStore } from '../../src/ui/chat-store.ts';
import { createInput } from '../../src/ui/input/create-input.ts';
import { Screen } from '../../src/ui/screen.tsx';
import type { TerminalFeatures } from '../../src/ui/terminal/features.ts';
import { type ScreenTerminal, screenTerminal } from './screen-terminal.ts';

const FEATURES: TerminalFeatures = {
  colorLevel: 2,
  hasFill: true,
  isUnicode: true,
  hasLinks: false,
  hasTitle: false,
  hasProgress: false,
  isDumb: false,
};

/** The screen of a chat on a terminal in memory, driven by messages and a clock that stands still. */
export interface ScreenRun {
  readonly terminal: ScreenTerminal;
  readonly screen: Screen;
  readonly store: ChatStore;
  /** Writes to the terminal beside the screen. */
  write(bytes: string): void;
  /** Resolves when the terminal has taken everything. */
  settle(): Promise<void>;
  /** Everything that was written. */
  bytes(): string;
  /** Takes messages, then draws once. */
  take(...messages: readonly AgentMessageBody[]): Promise<void>;
  /** Takes messages and draws after each. */
  takeEach(messages: readonly AgentMessageBody[]): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  type(text: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts a screen. */
export function startScreen(columns: number, rows: number, features: Partial<TerminalFeatures> = {}): ScreenRun {
  const terminal = screenTerminal(columns, rows);
  let written = '';
  let seq = 0;
  let pending = Promise.resolve();
  const target = Object.assign(new EventEmitter(), {
    columns,
    rows,
    write: (bytes: string) => {
      written += bytes;
      pending = pending.then(() => terminal.write(bytes));
      return true;
    },
  });
  const store = createChatStore(() => 0);
  const controller = createInput({
    services: {
      listModels: async () => [],
      previewSwitch: async () => '',
      writeClipboard: async () => '',
      quit: () => {},
      listFiles: async () => [],
      history: { load: async () => [], append: () => {} },
      runShell: async () => ({ output: '' }),
      openEditor: async (text) => text,
    },
    screen: {
      print: () => {},
      printOutput: () => {},
      toggleThinking: () => '',
      toggleRaw: () => {},
      openTranscript: () => {},
      themes: [],
      setTheme: () => {},
      toggleDetails: () => '',
      redraw: () => {},
      handOver: async (run) => run(),
      suspendProcess: async () => {},
    },
    send: () => {},
    newId: () => 'id',
  });
  const screen = new Screen({
    store,
    controller,
    target,
    features: { ...FEATURES, ...features },
    theme: 'dark',
    folds: { hasThoughts: false, hasDetails: false },
    facts: () => ({ directory: '~/p', branch: 'main', permission_mode: 'ask' }),
    monotonic: () => 0,
  });
  const settle = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    await pending;
  };
  const observe = (body: AgentMessageBody): void => {
    seq += 1;
    const message = { ...body, seq, at: 1_000 } as AgentMessage;
    store.take(message);
    controller.observe(message);
  };
  return {
    terminal,
    screen,
    store,
    write: (bytes) => void target.write(bytes),
    settle,
    bytes: () => written,
    take: async (...messages) => {
      for (const message of messages) observe(message);
      screen.flush();
      await settle();
    },
    takeEach: async (messages) => {
      for (const message of messages) {
        observe(message);
        screen.flush();
      }
      await settle();
    },
    resize: async (width, height) => {
      await settle();
      Object.assign(target, { columns: width, rows: height });
      terminal.resize(width, height);
      screen.resized();
      await settle();
    },
    type: async (text) => {
      controller.feed(Buffer.from(text));
      await settle();
    },
    close: async () => {
      screen.close();
      controller.dispose();
      await settle();
    },
  };
}
