import type { PanelName, SlashCommand, WorkName } from '../../commands/command.ts';
import type { ContentBlock } from '../../messages.ts';
import type { Role } from '../../view/styled-line.ts';
import type { Dialog } from './approval.ts';
import type { Menu } from './completion.ts';
import type { InputOptions } from './contract.ts';
import type { EditorState } from './editor/editor.ts';
import type { InputFacts, PendingApproval } from './facts.ts';
import type { Keymap } from './keys/keymap.ts';
import type { Picker } from './picker.ts';

/** Everything that the input area shows, and what the next key means. A value. */
export interface InputState {
  /** The keys that hold; hints name them. */
  readonly keymap: Keymap;
  readonly editor: EditorState;
  readonly facts: InputFacts;
  /** Calls whose approval was answered here; the agent's word is on its way. */
  readonly answered: readonly string[];
  readonly menu?: Menu;
  /** The text was put there, not typed: no menu opens over it until it is edited. */
  readonly isRecalled?: true;
  readonly panel?: Panel;
  readonly dialog?: Dialog;
  /** A line under the prompt, gone with the next key. */
  readonly hint?: { readonly text: string; readonly role: Role };
  /** Prompts that were sent, by id, as they stood in the editor. */
  readonly sent: Readonly<Record<string, string>>;
  /** What goes on for commands of the person's own, newest last. */
  readonly works: readonly Work[];
  /** What the person's own commands said; it goes along with the next message. */
  readonly kept: readonly ContentBlock[];
  /** Messages whose files are being read, as they were written. */
  readonly sending: readonly string[];
  /** Paths that the person mentioned by typing, choosing or editing them: only such ones lead out of the folder. */
  readonly typedMentions: readonly string[];
  /** The model that was asked for last, until the agent says that it has it. */
  readonly wantedModel?: string;
  readonly browsing?: Browsing;
  /** Drafts that were put aside, newest last. */
  readonly stash: readonly EditorState[];
}

/** What goes on beside the agent for a command of the person's own, such as `!cmd` or `/btw`. */
export interface Work extends WorkName {
  readonly id: number;
  /** Milliseconds of the input's clock. */
  readonly since: number;
  /** How long it has taken, in milliseconds, told anew every second. */
  readonly elapsed_ms: number;
  /** The end of the text that it has so far. */
  readonly end?: string;
}

/** An open picker. */
export interface Panel {
  readonly name: PanelName | 'history';
  readonly picker: Picker;
}

/** Going through the history: where, and what was being typed before. */
export interface Browsing {
  readonly index: number;
  readonly draft: EditorState;
}

/**
 * What the handlers of keys work with. The state is read anew after every update, never kept. What no row shows, such as
 * the first press of a key that counts twice, they remember themselves, each core apart.
 */
export interface InputCore {
  readonly options: InputOptions;
  readonly keymap: Keymap;
  readonly state: InputState;
  /** Columns and rows of the area when it was last drawn. */
  readonly size: InputSize;
  /** Every command that works now. */
  commands(): readonly SlashCommand[];
  update(change: StateChange): void;
  /** Changes the text and everything that follows from it. */
  edit(editor: EditorState): void;
  /** Puts text there that nobody typed, such as a line of the history: the arrows are not for a menu over it. */
  recall(editor: EditorState): void;
  hint(text: string, role?: Role): void;
  now(): number;
  /** Runs something that may fail; its error becomes a hint. */
  attempt(work: () => Promise<void> | void): void;
}

/** Members that are given replace the old ones; `undefined` removes them. */
export type StateChange = { readonly [Key in keyof InputState]?: InputState[Key] | undefined };

export interface InputSize {
  readonly width: number;
  readonly maxRows: number;
}

/** A question is in front: it has the keys, and neither a picker nor a menu is to be seen. */
export function isAsked(state: InputState): boolean {
  return state.dialog !== undefined && state.dialog.aside === undefined && frontApproval(state) !== undefined;
}

/** The approvals that still need an answer, in the order of their calls. */
export function pendingApprovals(state: InputState): readonly PendingApproval[] {
  return state.facts.approvals.filter((approval) => !state.answered.includes(approval.tool_call_id));
}

/** The approval that a person is asked about now, if one waits. Who writes a note or a message stays with theirs. */
export function frontApproval(state: InputState): PendingApproval | undefined {
  const pending = pendingApprovals(state);
  const { dialog } = state;
  const isBusy = dialog !== undefined && (dialog.note !== undefined || dialog.aside !== undefined);
  const own = isBusy ? pending.find((approval) => approval.tool_call_id === dialog.tool_call_id) : undefined;
  return own ?? pending[0];
}
