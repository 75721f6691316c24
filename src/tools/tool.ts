import type { ZodType } from 'zod';
import type { ApprovalPreview, ImageBlock, ToolResultMeta } from '../messages.ts';

/**
 * Something the model can do.
 *
 * Contract: `run` starts only after its access was allowed, stops promptly when the signal is aborted and leaves no
 * process behind; it reads no clock for others and never writes to the terminal. A failure that the model should learn
 * of is thrown as a {@link ToolFailure}; any other exception is a bug and reported as such.
 */
export interface Tool<Input = unknown> {
  /** snake_case; what the model calls. */
  readonly name: string;
  /** What a person reads, a verb: "Read", "Run". */
  readonly display_name: string;
  /** What the model reads. */
  readonly description: string;
  readonly input: ToolInput<Input>;
  /** One short line for a person: the path, the command, the query. */
  summarize(input: Input): string;
  /** What running it would touch. Pure but for resolving paths; never has an effect. */
  access(input: Input, context: ToolContext): Promise<ToolAccess> | ToolAccess;
  /** What a person is shown before they decide, made from what would really happen. */
  preview(input: Input, context: ToolContext): Promise<ApprovalPreview> | ApprovalPreview;
  run(input: Input, context: ToolRunContext): Promise<ToolOutput>;
}

/** The arguments of a tool: what the model is told of them, and how they are checked. */
export interface ToolInput<Input = unknown> {
  /** JSON Schema of an object. What it cannot say is left open there, and checked all the same. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Loads the check; the same one each time. */
  load(): Promise<ZodType<Input>>;
}

export interface ToolContext {
  /** Absolute. */
  readonly cwd: string;
}

export interface ToolRunContext extends ToolContext {
  readonly call_id: string;
  readonly signal: AbortSignal;
  /** Milliseconds after which the agent aborts the call. */
  readonly timeout_ms: number;
  /** How the call was allowed: whether processes must run inside the sandbox. */
  readonly grant: AccessGrant;
  /** Live output, shown while it runs. Resolves when there is room for more. */
  output(stream: 'stdout' | 'stderr', chunk: string): Promise<void>;
  progress(progress: number, total?: number, message?: string): void;
}

/** What a call touches; the permissions judge this, never the tool's name. Paths are absolute. */
export type ToolAccess =
  | { readonly kind: 'none' }
  | { readonly kind: 'read'; readonly paths: readonly string[] }
  | { readonly kind: 'write'; readonly paths: readonly string[] }
  | { readonly kind: 'command'; readonly command: string; readonly cwd: string }
  | { readonly kind: 'fetch'; readonly url: string }
  /** A tool of an MCP server: what it touches is known to the server alone. `name` is what the model calls. */
  | {
      readonly kind: 'mcp';
      readonly name: string;
      /** A digest of all that the server says of the tool: what was allowed for one does not hold for another. */
      readonly listing?: string;
    };

/** Tools that come and go while a session lasts. */
export interface ToolSource {
  /** Those there are now. A tool that did not change is the same object. */
  readonly tools: readonly Tool[];
  /** Resolves when waiting helps no longer, after a bounded time in any case; rejects only when the signal is aborted. */
  ready(signal: AbortSignal): Promise<void>;
}

/** How an allowed call may run. */
export interface AccessGrant {
  readonly is_sandboxed: boolean;
  /** It only reads; in the sandbox nothing may be written at all, the workspace included. */
  readonly is_read_only?: true;
  /** Outside of the sandbox, and allowed by what it names: not to be run beside what could make that another thing. */
  readonly is_apart?: true;
  /** Absolute files and folders that rules forbid to read, or ask about: tools leave them out, the sandbox hides them. */
  readonly unreadable?: readonly string[];
  /** The same for writing, in the sandbox. */
  readonly unwritable?: readonly string[];
}

/** What the model is told, and what the screen shows beside it. */
export interface ToolOutput {
  readonly result: string;
  /** Shown to a model that can see; the text says what they are. */
  readonly images?: readonly ImageBlock[];
  readonly meta?: ToolResultMeta;
}

/** A failure that the model should learn of; `message` says what failed and what to do instead. */
export class ToolFailure extends Error {
  override readonly name = 'ToolFailure';
  readonly meta: ToolResultMeta | undefined;

  constructor(message: string, meta?: ToolResultMeta) {
    super(message);
    this.meta = meta;
  }
}

/** What the permissions answer for one call. `pattern` says what "always" would cover, if it can be offered. */
export type AccessVerdict =
  | { readonly decision: 'allow'; readonly by: 'rule' | 'mode'; readonly grant: AccessGrant }
  /** The first sentence of the reason is what the person is shown. */
  | { readonly decision: 'deny'; readonly by: 'rule' | 'mode'; readonly reason: string }
  | {
      readonly decision: 'ask';
      readonly reason: string;
      readonly facts: readonly string[];
      readonly pattern?: string;
      /** No is the first answer that is offered. */
      readonly is_irreversible?: true;
      readonly grant: AccessGrant;
    };

/** Who may do what. The agent asks it for each call, and again just before a call would run that nobody approved. */
export interface Permissions {
  judge(access: ToolAccess, tool: { readonly name: string }): AccessVerdict | Promise<AccessVerdict>;
  /** Remembers "always" for calls like this one, until the session ends. */
  remember(access: ToolAccess, tool: { readonly name: string }): void;
  /** What the model is to be told with the person's next message; `last` is what it was told last and still knows. */
  note?(last: string | undefined): string | undefined;
}
