import { THEME_NAMES } from '../theme-names.ts';
import type { ChatStore } from './chat-store.ts';
import type { InputController, ScreenActions } from './input/contract.ts';
import type { ChatServices } from './input/services.ts';
import type { Screen } from './screen.tsx';
import type { TerminalPlaces } from './terminal/places.ts';
import type { TerminalSession } from './terminal/session.ts';
import { openTranscript, type Transcript, type TranscriptSource } from './transcript/transcript.ts';

/** What there is of the chat while it runs. */
export interface ChatParts {
  screen?: Screen;
  transcript?: Transcript;
}

interface ActionParts {
  readonly services: ChatServices;
  write(bytes: string): void;
  readonly store: ChatStore;
  readonly terminal: TerminalSession;
  readonly parts: ChatParts;
  readonly places: TerminalPlaces;
  controller(): InputController;
}

/** Makes what the input does beside the messages: everything on the terminal that is not the prompt. */
export function screenActions(of: ActionParts): ScreenActions {
  const { store, terminal, parts } = of;
  const screen = (): Screen | undefined => parts.screen;
  const view = (source: TranscriptSource): void => {
    const current = screen();
    if (current === undefined || parts.transcript !== undefined) return;
    parts.transcript = openTranscript({
      source,
      store,
      screen: current,
      terminal,
      services: of.services,
      asked: (width) => of.controller().asked(width),
      write: of.write,
      capture: (handler) => of.controller().capture(handler),
      onClosed: () => {
        delete parts.transcript;
      },
    });
  };
  const adding = (add: (text: string) => void) => (text: string) => {
    add(text);
    screen()?.changed();
  };
  return {
    print: adding((text) => store.say('info', text)),
    printOutput: adding(store.sayOutput),
    printMarkdown: adding(store.sayMarkdown),
    toggleThinking: () => {
      const hasThoughts = screen()?.layout.hasThoughts === false;
      screen()?.setFolds({ hasThoughts });
      return hasThoughts ? 'Thinking is shown from here on.' : 'Thinking is folded.';
    },
    toggleDetails: () => {
      const hasDetails = screen()?.layout.hasDetails === false;
      screen()?.setFolds({ hasDetails });
      return hasDetails ? 'Tool details are shown from here on.' : 'Tool details are folded.';
    },
    toggleRaw: () => view('raw'),
    openTranscript: () => view('blocks'),
    themes: THEME_NAMES,
    theme: () => screen()?.theme.name ?? 'auto',
    setTheme: (name) => screen()?.setTheme(name),
    redraw: () => screen()?.redraw(),
    handOver: async (run) => {
      await of.places.settled();
      screen()?.output.erase();
      screen()?.output.hold();
      terminal.pause();
      try {
        await run();
      } finally {
        terminal.resume();
        screen()?.output.release(true);
        screen()?.resized();
      }
    },
    suspendProcess: () => terminal.stop(),
  };
}
