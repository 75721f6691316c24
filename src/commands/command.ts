import type { ReasoningEffort, SwitchReport, UserMessageBody } from '../messages.ts';

/**
 * One slash command.
 *
 * Contract: a command says what it wants as user messages, services and screen actions; it never draws and never waits
 * for the agent. What it throws is shown as one line. It is listed only while `isAvailable` says that it would work.
 */
export interface SlashCommand {
  /** Without the slash. */
  readonly name: string;
  readonly aliases?: readonly string[];
  /** One line for menus and docs, starting with a verb. */
  readonly description: string;
  /** How the argument is written, such as `[model]`; absent: it takes none. */
  readonly argument?: string;
  /** What is said to somebody who types it while it is not available, in a sentence. */
  readonly unavailable?: string;
  /** It needs an idle agent: while a turn runs it is refused with a line that says so. */
  readonly needsIdle?: true;
  /** It changes what a screen shows, and does nothing where lines are only added. */
  readonly needsScreen?: true;
  /** The text of a person's own that it sends, with places for its argument. */
  readonly template?: string;
  isAvailable?(services: CommandServices): boolean;
  /** Offers values for the argument; the menu filters them. */
  complete?(context: CommandContext): Promise<readonly Completion[]> | readonly Completion[];
  run(argument: string, context: CommandContext): Promise<void> | void;
}

/** One value that a menu offers. */
export interface Completion {
  readonly value: string;
  readonly description?: string;
}

/** What a command may use. */
export interface CommandContext {
  readonly services: CommandServices;
  readonly screen: CommandScreen;
  readonly session: SessionFacts;
  /** Sends to the agent; the id is made on the way. */
  send(message: UserMessageBody): void;
  /** Opens a picker above the prompt. */
  open(panel: PanelName): void;
  /** Says something for a moment; it leaves no trace in the transcript. */
  hint(text: string): void;
  /**
   * Shows that something goes on until `run` ends. A person can stop it, which aborts the signal. What `run` hands to
   * `show`, its text so far, may be shown meanwhile: the end of it.
   */
  work(name: WorkName, run: (signal: AbortSignal, show: (text: string) => void) => Promise<void>): Promise<void>;
  /** Leaves the chat; what is typed and not sent goes along. */
  quit(): void;
}

/** How something that goes on is called: the command, and what it is about. */
export interface WorkName {
  readonly sign: string;
  readonly text: string;
}

export type PanelName = 'models' | 'efforts' | 'sessions' | 'rewind' | 'keys' | 'help' | 'themes' | 'permissions';

/** What has been learnt from the message log. */
export interface SessionFacts {
  readonly isRunning: boolean;
  /** `provider/model`; empty until the session started. */
  readonly model: string;
  readonly effort?: ReasoningEffort;
  /** The answers as the model wrote them, oldest first. */
  readonly answers: readonly string[];
  /** The names that the agent was last told; absent until they changed. */
  readonly tools?: readonly string[];
}

/** What commands may do to the screen. */
export interface CommandScreen {
  /** Prints text once into the transcript; it is not part of the conversation. Multi-line text is kept as it is. */
  print(text: string): void;
  /** Prints Markdown, formatted; where it is absent there is no formatting. */
  printMarkdown?(text: string): void;
  /** Gives a line that says what holds now. */
  toggleThinking(): string;
  toggleRaw(): void;
  openTranscript(): void;
  readonly themes: readonly string[];
  /** The theme in use; absent where none can be shown before it is taken. */
  theme?(): string;
  setTheme(name: string): void;
}

/**
 * What commands need from outside. An optional member that is absent hides the commands that need it.
 * Whatever fails rejects with an error whose message a person can read.
 */
export interface CommandServices {
  listModels(): Promise<readonly ModelChoice[]>;
  /** Says what a switch would keep, lose and cost, or in one line why it is not possible. */
  previewSwitch(model: string): Promise<SwitchReport | string>;
  /** Resolves to a line that says how it was copied. */
  writeClipboard(text: string): Promise<string>;
  /** Ends the program in an orderly way. `draft` is what was typed and not sent; it must not be lost. */
  quit(draft: string): void;
  /** Human-readable lines about the session. */
  report?: Partial<Readonly<Record<ReportKind, (argument: string) => Promise<string> | string>>>;
  /** US dollars for the session; undefined lifts the limit. Resolves to a line that says what holds now. */
  setBudget?(dollars: number | undefined): Promise<string> | string;
  listSessions?(): Promise<readonly SessionChoice[]>;
  resumeSession?(id: string): Promise<void>;
  renameSession?(title: string): Promise<void>;
  /** Goes back to before the user message with this id, or with this number from the last (1), in a new branch with its words in the prompt; the old one stays. */
  rewind?(message: string): Promise<void>;
  /** Continues in a copy of the session. Resolves to a line that names it. */
  fork?(): Promise<string>;
  /** Answers a question beside the conversation, without entering it. `show` is given the answer so far. */
  askAside?(question: string, signal: AbortSignal, show: (text: string) => void): Promise<string>;
  /** Writes the session to a file and resolves to its path. */
  exportSession?(path: string): Promise<string>;
  readonly permissionModes?: readonly Completion[];
  permissionMode?(): string;
  setPermissionMode?(mode: string): void;
  /** What "always" allows in this session, each as a rule is written. */
  alwaysRules?(): readonly string[];
  /** Takes one of them back: it is asked about again. */
  forgetRule?(rule: string): void;
  /** Uses the instructions that lie in this folder, and remembers it. Resolves to a line that says so. */
  trustFolder?(): Promise<string> | string;
  /** The commands that the person and the project have as files, as they are now; `warn` is told of those that cannot be used. */
  customCommands?(warn: (line: string) => void): readonly SlashCommand[];
  /** Every tool there is, and whether the model has it. */
  listTools?(): readonly ToolChoice[];
}

export type ReportKind = 'context' | 'cost' | 'budget' | 'status' | 'wire' | 'mcp';

export interface ModelChoice {
  /** `provider/model`. */
  readonly name: string;
  readonly provider: string;
  /** Short facts: window, price, where it runs. */
  readonly detail?: string;
  /** It cannot be used now: what to set, in one line. */
  readonly unavailable?: string;
  readonly efforts?: readonly ReasoningEffort[];
}

export interface SessionChoice {
  readonly id: string;
  readonly title: string;
  /** When, where, how long: one short line. */
  readonly detail?: string;
}

export interface ToolChoice {
  readonly name: string;
  readonly description: string;
  readonly isEnabled: boolean;
}
