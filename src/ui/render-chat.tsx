import type { PanelName } from '../commands/command.ts';
import { formatCount } from '../format.ts';
import type { AgentMessage, ContentBlock, UserContent, UserMessage } from '../messages.ts';
import { transcriptWay } from '../view/layout.ts';
import type { StatusFacts } from '../view/status-line.ts';
import { createAttention } from './attention.ts';
import { type ChatStore, createChatStore } from './chat-store.ts';
import type { InputController, InputOptions } from './input/contract.ts';
import { createInput } from './input/create-input.ts';
import type { KeyOverrides } from './input/keys/keymap.ts';
import type { ChatServices } from './input/services.ts';
import { type Arrival, knownAlready } from './known-already.ts';
import { Screen } from './screen.tsx';
import { type ChatParts, screenActions } from './screen-actions.ts';
import { createTerminalAnswers } from './terminal/answers.ts';
import type { TerminalFeatures } from './terminal/features.ts';
import { hearBackground } from './terminal/hear-background.ts';
import { createTerminalPlaces, type TerminalPlaces } from './terminal/places.ts';
import { openTerminal, type TerminalOutput, type TerminalSession } from './terminal/session.ts';

/** What the chat on the screen needs; made by the composition root. */
export interface ChatOptions extends Arrival {
  /** Everything the agent publishes from now on. The chat ends when they end. */
  readonly messages: AsyncIterable<AgentMessage>;
  /** The log of a session that is resumed: shown first. */
  readonly history?: readonly AgentMessage[];
  /** A picker that is open at the start. */
  readonly initialPanel?: PanelName;
  /** Delivers to the agent. Never waits. */
  send(message: UserMessage): void;
  newId(): string;
  readonly services: ChatServices;
  /** What the status line shows beside the session; asked before every frame, so it must be cheap. */
  facts(): StatusFacts;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: TerminalOutput;
  readonly features: TerminalFeatures;
  /** The name of a theme; an unknown one is `auto`. */
  readonly theme: string;
  /** Whether thoughts are shown whole from the start. */
  readonly hasThoughts?: boolean;
  /** Overrides of the key table. */
  readonly keys?: KeyOverrides;
  readonly platform?: NodeJS.Platform;
  /** Lines that stand below the name of the model at the start: why it is this one. */
  readonly introduction?: readonly string[];
  /** Sent at once, as if it had been typed. */
  readonly prompt?: UserContent;
  /** Stands in the prompt. */
  readonly draft?: string;
  /** Goes along with the next message. */
  readonly attached?: readonly ContentBlock[];
  /** The terminal as the chat before this one left it, with what was typed since. */
  readonly terminal?: TerminalSession;
  /** Called when the prompt takes keys: what may take time begins then. */
  onReady?(): void;
  /** Says that this chat is ending for another one, which gets the terminal and the keys from now on. */
  isLeaving?(): boolean;
}

/** What is left when the chat has ended. */
export interface ChatExit {
  /** What was typed and not sent. */
  readonly draft: string;
  /** The terminal, for the chat that follows; whoever has it restores it. */
  readonly terminal?: TerminalSession;
}

/**
 * Shows a session and lets a person take part in it, until its messages end. The terminal is then as it was, unless
 * another chat follows: no key is lost or echoed between the two.
 */
export async function renderChat(options: ChatOptions): Promise<ChatExit> {
  const { stdin, stdout, platform } = options;
  const terminal = options.terminal ?? openTerminal({ stdin, stdout, ...(platform === undefined ? {} : { platform }) });
  const monotonic = (): number => performance.now();
  const store = createChatStore(monotonic);
  const parts: ChatParts = {};
  const write = (bytes: string): void => void options.stdout.write(bytes);
  const places = createTerminalPlaces({ write, release: (bytes) => controller.feed(bytes), now: monotonic });
  const shared = { services: options.services, write, store, terminal, parts, places };
  const controller = createInput({
    ...inputOptions(options),
    screen: screenActions({ ...shared, controller: () => controller }),
  });
  const attention = createAttention(options.features, terminal, write);
  const screen = new Screen({
    places,
    store,
    controller,
    target: options.stdout,
    features: options.features,
    theme: options.theme,
    folds: { hasThoughts: options.hasThoughts === true, hasDetails: false },
    facts: options.facts,
    monotonic,
    onDrawn: () => {
      terminal.guard();
      parts.transcript?.refresh();
    },
  });
  parts.screen = screen;
  const unsaid = [...(options.introduction ?? [])];
  const isKnown = knownAlready(options);
  const unlisten = listen({ options, terminal, screen, controller });
  let isFollowed = false;
  try {
    hearBackground(terminal, screen);
    showHistory({ options, store, controller });
    screen.flush();
    takeInput({ options, terminal, screen, controller, places, focus: attention.focus });
    options.onReady?.();
    if (options.prompt !== undefined) options.send({ type: 'text', id: options.newId(), content: options.prompt });
    await follow(options.messages, (message) => {
      // The prompt and the rest change together, not one after the other.
      screen.output.picture(() => {
        store.take(message);
        controller.observe(message);
        if (isKnown(message)) store.takeUnprinted();
        if (message.type === 'session_started') for (const text of unsaid.splice(0)) store.say('info', text);
        if (IS_TURNING_POINT.has(message.type)) screen.flush();
        else screen.changed();
      });
      attention.observe(message);
    });
    isFollowed = options.isLeaving?.() === true;
    return { draft: controller.draft(), ...(isFollowed ? { terminal } : {}) };
  } finally {
    parts.transcript?.close();
    unlisten();
    await places.settled();
    controller.dispose();
    screen.close();
    if (isFollowed) terminal.release();
    else terminal.restore();
  }
}

function inputOptions(options: ChatOptions): Omit<InputOptions, 'screen'> {
  const { services, keys, platform, draft, attached, initialPanel } = options;
  return {
    services,
    send: (message) => options.send(message),
    newId: () => options.newId(),
    ...(keys === undefined ? {} : { keys }),
    ...(platform === undefined ? {} : { platform }),
    ...(draft === undefined ? {} : { draft }),
    ...(attached === undefined ? {} : { attached }),
    ...(initialPanel === undefined ? {} : { initialPanel }),
  };
}

interface InputParts {
  readonly options: ChatOptions;
  readonly terminal: TerminalSession;
  readonly screen: Screen;
  readonly controller: InputController;
  readonly places: TerminalPlaces;
  focus(hasFocus: boolean): void;
}

/** Hands on what is typed; once this chat is being left it is kept for the next one. */
function takeInput({ options, terminal, screen, controller, places, focus }: InputParts): void {
  const look = createTerminalAnswers({ background: (background) => screen.setBackground(background), focus });
  terminal.onInput((read) => {
    const bytes = places.take(read);
    if (options.isLeaving?.() === true) {
      terminal.keep(bytes);
      return;
    }
    look(bytes);
    controller.feed(bytes);
  });
}

/** How many turns of another session are shown on coming to it. */
const RECALLED_TURNS = 2;

/** There is something to send already, or the chat before this one had it. */
function hasWords({ draft = '', prompt, arrival }: ChatOptions): boolean {
  return draft !== '' || prompt !== undefined || arrival === 'shown';
}

/** Gives where the last turn ended, unless its context was cleared: what got no answer in it comes back into the prompt. */
function lastEnd(history: readonly AgentMessage[]): number {
  const last = history.findLastIndex(({ type }) => type === 'done' || type === 'context_cleared');
  return history[last]?.type === 'done' ? last : -1;
}

/** Shows the log of the session: what is printed above already is not printed again, and of another one only its end. */
function showHistory(of: { options: ChatOptions; store: ChatStore; controller: InputController }): void {
  const { store, controller } = of;
  const { history = [], arrival } = of.options;
  const starts = history.flatMap((message, index) => (message.type === 'turn_started' ? [index] : []));
  const from = arrival === 'shown' ? history.length : arrival === 'elsewhere' ? (starts.at(-RECALLED_TURNS) ?? 0) : 0;
  const open = hasWords(of.options) ? -1 : lastEnd(history);
  for (const [index, message] of history.entries()) {
    if (index === from && index > 0) {
      store.takeUnprinted();
      const earlier = Math.max(0, starts.length - RECALLED_TURNS);
      const way = transcriptWay(controller.keyLabel('toggle_details'));
      if (earlier > 0) store.say('info', `${formatCount(earlier, 'earlier turn')}: ${way} shows them`);
    }
    store.take(message);
    controller.observe(message, index === open ? 'live' : 'log');
  }
  if (from === history.length) store.takeUnprinted();
}

/** What changes the whole screen: it is shown at once. */
const IS_TURNING_POINT: ReadonlySet<AgentMessage['type']> = new Set([
  'session_started',
  'turn_started',
  'approval_requested',
  'approval_resolved',
  'done',
]);

/** Milliseconds of work after which keys and timers get their turn. */
const SLICE_MS = 12;

/** Takes every message; however many wait, the screen stays alive. */
async function follow(messages: AsyncIterable<AgentMessage>, take: (message: AgentMessage) => void): Promise<void> {
  let sliceStart = performance.now();
  for await (const message of messages) {
    take(message);
    if (performance.now() - sliceStart < SLICE_MS) continue;
    await new Promise((resolve) => setImmediate(resolve));
    sliceStart = performance.now();
  }
}

function listen(parts: {
  options: ChatOptions;
  terminal: TerminalSession;
  screen: Screen;
  controller: InputController;
}): () => void {
  const { options, terminal, screen, controller } = parts;
  const onResize = (): void => screen.resizing();
  options.stdout.on('resize', onResize);
  terminal.onClosed(() => options.services.quit(controller.draft()));
  terminal.onContinued(() => screen.redraw());
  return () => {
    options.stdout.off('resize', onResize);
    screen.stopResizing();
  };
}
