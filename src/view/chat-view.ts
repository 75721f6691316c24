import type { ContextUsage, Halt, ReasoningEffort, ToolErrorKind, ToolResultMeta } from '../messages.ts';
import type { SafeTextState } from '../safe-text.ts';
import { NOTHING_SAID, type Unanswered } from '../unanswered.ts';
import type { MarkdownBlock, SplitState } from './markdown/split-state.ts';

/** What a person sees of a session: a fold over its messages. All text in it is safe to show, but for the arguments of calls. */
export interface ChatView {
  /** What is final, oldest first; printed once. Grows at its end only. */
  readonly settled: readonly Block[];
  readonly live: LiveView;
  readonly status: StatusView;
  /** Texts of the current response of which something is settled. */
  readonly settled_ids: readonly string[];
  readonly unanswered: Unanswered;
  /** The last warning of the current response. */
  readonly warning?: string;
}

/** One final piece of the transcript. */
export type Block = WelcomeBlock | UserBlock | TextBlock | ThoughtBlock | ToolBlock | NoticeBlock | TurnBlock;

interface Keyed {
  /** Unique in a session, and the same in every replay of it. */
  readonly key: string;
}

export interface WelcomeBlock extends Keyed {
  readonly kind: 'welcome';
  readonly model: string;
  readonly cwd: string;
}

export interface UserBlock extends Keyed {
  readonly kind: 'user';
  readonly id: string;
  readonly text: string;
}

/** One Markdown block of an answer. */
export interface TextBlock extends Keyed {
  readonly kind: 'text';
  readonly message_id: string;
  readonly block: MarkdownBlock;
  readonly is_first: boolean;
}

export interface ThoughtBlock extends Keyed {
  readonly kind: 'thought';
  readonly text: string;
  readonly duration_ms?: number;
  readonly is_redacted: boolean;
}

export interface ToolBlock extends Keyed {
  readonly kind: 'tool';
  readonly tool: ToolView;
}

export interface NoticeBlock extends Keyed {
  readonly kind: 'notice';
  readonly tone: 'info' | 'warning' | 'error' | 'retry';
  readonly text: string;
  readonly action?: string;
  /** What a command of the person's own wrote, below the command: its end is shown. */
  readonly is_output?: true;
}

/** How a turn ended. */
export interface TurnBlock extends Keyed {
  readonly kind: 'turn';
  readonly duration_ms: number;
  readonly iterations: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cost?: number;
  readonly halt?: Halt;
}

export type ToolState = 'preparing' | 'queued' | 'asking' | 'running' | 'done' | 'failed' | 'denied' | 'cancelled';

/** One tool call, from the first word of it to its end. */
export interface ToolView {
  readonly id: string;
  readonly name: string;
  readonly display_name: string;
  readonly state: ToolState;
  readonly summary: string;
  /** Raw JSON as far as it has come; the one text here that is not safe to show. */
  readonly arguments: string;
  /** When it began to run, or to be prepared: epoch milliseconds of the messages. */
  readonly since: number;
  readonly output: OutputTail;
  readonly progress?: { readonly done: number; readonly total?: number; readonly message?: string };
  /** What the model was told at the end. */
  readonly result?: string;
  readonly error_kind?: ToolErrorKind;
  readonly meta?: ToolResultMeta;
  readonly duration_ms?: number;
  /** What a person said with their answer. */
  readonly note?: string;
}

/** Tells whether a call has its result. */
export function hasEnded({ state }: ToolView): boolean {
  return state === 'done' || state === 'failed' || state === 'denied' || state === 'cancelled';
}

/** The end of a live output. */
export interface OutputTail {
  readonly text: string;
  readonly dropped_lines: number;
  /** After a carriage return nothing was written yet: what comes takes the place of the last line. */
  readonly is_returned: boolean;
  readonly stdout: SafeTextState;
  readonly stderr: SafeTextState;
}

/** What is still changing. */
export interface LiveView {
  readonly text?: OpenText;
  readonly thought?: OpenThought;
  /** In the order of the calls; ended ones stay until all before them ended. */
  readonly tools: readonly ToolView[];
  readonly retry?: RetryView;
  readonly compaction?: { readonly since: number; readonly message_count: number };
}

export interface OpenText {
  readonly message_id: string;
  readonly safe: SafeTextState;
  readonly split: SplitState;
  readonly is_first: boolean;
}

export interface OpenThought {
  readonly message_id: string;
  readonly safe: SafeTextState;
  readonly text: string;
}

export interface RetryView {
  readonly attempt: number;
  readonly max_attempts: number;
  /** Epoch milliseconds at which the next attempt starts. */
  readonly until: number;
  readonly error: string;
}

/** What the agent is doing, in the words of the status line. */
export type Phase = 'idle' | 'waiting' | 'thinking' | 'answering' | 'tools' | 'retrying' | 'compacting';

export interface StatusView {
  /** `provider/model`. */
  readonly model: string;
  /** Absent until it was said. */
  readonly effort?: ReasoningEffort;
  readonly phase: Phase;
  /** Set while a turn runs: when it started. */
  readonly turn_since?: number;
  /** How long this turn has waited for answers of a person, up to the questions that are open. */
  readonly asked_ms: number;
  /** Set while questions are open: when the first of them was asked. */
  readonly asked_since?: number;
  readonly usage?: ContextUsage & { readonly is_estimated: boolean };
  readonly cost: number;
  /** Some turn had no known price: the cost is at least this. */
  readonly is_cost_partial: boolean;
  readonly has_cost: boolean;
  readonly approvals: readonly string[];
  /** Of the model call that runs. */
  readonly call?: CallView;
}

export interface CallView {
  readonly since: number;
  readonly first_token_at?: number;
  readonly characters: number;
  /** Characters a second, measured anew once a second. */
  readonly speed?: { readonly value: number; readonly second: number };
  readonly prefill?: { readonly processed: number; readonly total: number; readonly cached: number };
}

/** The view before the first message. */
export const EMPTY_CHAT: ChatView = {
  settled: [],
  live: { tools: [] },
  unanswered: NOTHING_SAID,
  status: {
    model: '',
    phase: 'idle',
    asked_ms: 0,
    cost: 0,
    is_cost_partial: false,
    has_cost: false,
    approvals: [],
  },
  settled_ids: [],
};
