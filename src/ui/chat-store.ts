import type { AgentMessage } from '../messages.ts';
import { safeText } from '../safe-text.ts';
import { type Block, type ChatView, EMPTY_CHAT, type NoticeBlock } from '../view/chat-view.ts';
import { endMarkdown, pushMarkdown } from '../view/markdown/split-blocks.ts';
import { finalPart, SPLIT_START } from '../view/markdown/split-state.ts';
import { reduceChatView } from '../view/reduce-chat-view.ts';
import { notice, settle } from '../view/settle.ts';
import { isBrief } from '../view/thought-lines.ts';

/** The state of the screen outside of React: the fold of the messages, and what of it was printed. */
export interface ChatStore {
  readonly view: ChatView;
  /** Epoch milliseconds by the clock of the messages, running on between them. */
  now(): number;
  take(message: AgentMessage): void;
  /** Adds a line of the screen's own, which is in no log. */
  say(tone: NoticeBlock['tone'], text: string): void;
  /** Adds what a command of the person's own wrote, below the command. */
  sayOutput(text: string): void;
  /** Adds Markdown of the screen's own, which is in no log. */
  sayMarkdown(text: string): void;
  /** Gives the blocks that were not printed yet, each once, with the block before each. */
  takeUnprinted(): readonly PrintedBlock[];
  /** Gives what is final of a long line that goes on. */
  openPart(): PrintedBlock | undefined;
}

/** A block on its way to the scrollback. */
export interface PrintedBlock {
  readonly block: Block;
  readonly previous: Block | undefined;
}

/** Makes a store. `monotonic` gives milliseconds. */
export function createChatStore(monotonic: () => number): ChatStore {
  let view = EMPTY_CHAT;
  let printed = 0;
  /** The block that stands before another on the screen: brief thoughts do not. */
  const previousOf = (index: number): Block | undefined => {
    let at = index - 1;
    for (let block = view.settled[at]; block?.kind === 'thought' && isBrief(block); block = view.settled[at]) at -= 1;
    return view.settled[at];
  };
  let last = { at: 0, read: monotonic() };
  return {
    get view() {
      return view;
    },
    now: () => last.at + Math.max(0, monotonic() - last.read),
    take: (message) => {
      last = { at: message.at, read: monotonic() };
      view = reduceChatView(view, message);
    },
    say: (tone, text) => {
      view = notice(view, tone, { text: safeText(text) });
    },
    sayOutput: (text) => {
      view = notice(view, 'info', { text: safeText(text), is_output: true });
    },
    sayMarkdown: (text) => {
      const { state, blocks } = pushMarkdown(SPLIT_START, safeText(text));
      const all = [...blocks, ...endMarkdown(state)];
      const message_id = `aside-${view.settled.length}`;
      view = settle(
        view,
        all.map((block, index) => ({ kind: 'text', message_id, block, is_first: index === 0 })),
      );
    },
    takeUnprinted: () => {
      const from = printed;
      printed = view.settled.length;
      return view.settled.slice(from).map((block, index) => ({ block, previous: previousOf(from + index) }));
    },
    openPart: () => {
      const { text } = view.live;
      const block = text === undefined ? undefined : finalPart(text.split);
      if (text === undefined || block === undefined) return undefined;
      const { message_id, is_first } = text;
      return {
        block: { kind: 'text', key: 'open', message_id, block, is_first },
        previous: previousOf(view.settled.length),
      };
    },
  };
}
