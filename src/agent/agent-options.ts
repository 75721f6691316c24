import type { AgentMessage, ReasoningEffort } from '../messages.ts';
import type { ModelCatalog } from '../providers/provider.ts';
import type { Permissions, Tool, ToolSource } from '../tools/tool.ts';
import type { Clock } from './clock.ts';
import type { AgentLimits } from './limits.ts';

/** What an agent is made of. It reads nothing else: no clock, no environment, no files. */
export interface AgentOptions {
  readonly session_id: string;
  /** Absolute. */
  readonly cwd: string;
  readonly catalog: ModelCatalog;
  /** `provider/model[:effort]`, or several joined with `,`: they take turns, one model call each. */
  readonly model: string;
  /** The effort where neither the name of the model nor the session that goes on says one. */
  readonly effort?: ReasoningEffort;
  /** What was set in the chat that goes on here; comes before what the log says. */
  readonly kept?: { readonly effort?: ReasoningEffort; readonly tools?: readonly string[] };
  /** The tools that are there from the start to the end. */
  readonly tools: readonly Tool[];
  /** Tools beside these, asked for before each model call. */
  readonly toolSource?: ToolSource;
  readonly permissions: Permissions;
  /** Takes out of what tools say what neither the model nor a log may hold. Absent: nothing. */
  readonly mask?: (text: string) => string;
  /** Asked before each model call. */
  readonly systemPrompt: () => string;
  readonly limits?: Partial<AgentLimits>;
  /**
   * US dollars that the model calls of the session may cost, those before it was resumed included; asked before each
   * of them. Absent or undefined: no limit.
   */
  readonly budget?: () => number | undefined;
  /** Absent: the clock of the machine. */
  readonly clock?: Clock;
  /** 0 ≤ x < 1. Absent: `Math.random`. */
  readonly random?: () => number;
  /** A new id, never one given before in this session. Absent: `crypto.randomUUID`. */
  readonly newId?: () => string;
  /** The log of the session that goes on. */
  readonly resume?: { readonly log: readonly AgentMessage[] };
}
