import type { CommandScreen, PanelName } from '../../commands/command.ts';
import type { AgentMessage, ContentBlock, UserMessage } from '../../messages.ts';
import type { StyledLine } from '../../view/styled-line.ts';
import type { KeyEvent } from './keys/key-event.ts';
import type { Action } from './keys/key-table.ts';
import type { KeyOverrides } from './keys/keymap.ts';
import type { ChatServices } from './services.ts';

/**
 * Everything that is typed: an external store of its own. It turns bytes and agent messages into what the prompt shows
 * and into user messages.
 *
 * Contract: nothing here throws on any bytes or messages; `feed` and `observe` are synchronous; a change is announced to
 * the subscribers once a call. Typed text leaves only by being sent, by being cleared by its author, or through `draft`.
 */
export interface InputController {
  /** Takes bytes of the terminal, cut anywhere. */
  feed(bytes: Uint8Array): void;
  /**
   * Takes one published message; every message must come here, also those of a resumed log. What a message from the log
   * gave back was taken by somebody then: say `log`, or it stands in the prompt again.
   */
  observe(message: AgentMessage, origin?: MessageOrigin): void;
  /** Says that the area was drawn in this size; what was not seen cannot be approved. */
  drawn(size: { readonly width: number; readonly maxRows: number }): void;
  subscribe(listener: () => void): () => void;
  /** Changes exactly when something visible in the input area may have changed. */
  getSnapshot(): InputSnapshot;
  /** The whole of what the question in front is about, as rows of this width; none where nothing is asked. */
  asked(width: number): readonly StyledLine[];
  /** How the first key that does an action is written, for hints; empty when it has none. */
  keyLabel(action: Action): string;
  /** Everything typed and not sent: what an exit has to hand back. */
  draft(): string;
  /** Sends every key to the handler instead, until released; for the transcript viewer. */
  capture(handler: (key: KeyEvent) => void): () => void;
  /** Stops its timers. */
  dispose(): void;
}

/** Published now (the default), or read from the log of a resumed session. */
export type MessageOrigin = 'live' | 'log';

/** Opaque: a new object after every change. `version` counts them. */
export interface InputSnapshot {
  readonly version: number;
}

export interface InputOptions {
  readonly services: ChatServices;
  readonly screen: ScreenActions;
  /** Delivers to the agent. Never waits. */
  send(message: UserMessage): void;
  newId(): string;
  /** Milliseconds of a monotonic clock. */
  now?(): number;
  /** Overrides of the key table, from the config: action → keys. */
  readonly keys?: KeyOverrides;
  /** `win32` takes the second default table. */
  readonly platform?: string;
  /** Text that stands in the prompt at the start. */
  readonly draft?: string;
  /** Goes along with the next message. */
  readonly attached?: readonly ContentBlock[];
  /** A picker that is open at the start. */
  readonly initialPanel?: PanelName;
}

/** What the keys may do to the rest of the screen. */
export interface ScreenActions extends CommandScreen {
  /** Prints what a command of the person's own wrote: the command in the first line; of a long text the end. */
  printOutput(text: string): void;
  /** Folds or unfolds tool details; gives a line that says what holds now. */
  toggleDetails(): string;
  /** Draws the live part again from nothing. */
  redraw(): void;
  /**
   * Gives the terminal away while `run` runs (an editor, a suspended process): the live part is taken off, modes are
   * restored, and both come back afterwards, also when `run` rejects.
   */
  handOver(run: () => Promise<void>): Promise<void>;
  /** Stops the process as Ctrl+Z does; resolves when it was continued. Called inside `handOver`. */
  suspendProcess(): Promise<void>;
}
