/** What the command line said of a chat or an answer. Absent: not said. */
export interface RunOptions {
  readonly prompt?: string;
  readonly print?: boolean;
  readonly outputFormat?: string;
  readonly inputFormat?: 'text' | 'stream-json';
  readonly model?: string;
  readonly continue?: boolean;
  /** `true`: pick one. */
  readonly resume?: string | true;
  /** Made when there is none of this id. */
  readonly sessionId?: string;
  readonly maxTurns?: number;
  readonly budget?: number;
  readonly toolTimeout?: number;
  readonly jsonSchema?: string;
  readonly appendSystemPrompt?: string;
  /** Names; `true`, and absent: all; `false`: none at all. */
  readonly tools?: readonly string[] | boolean;
  readonly permissionMode?: string;
  readonly iKnow?: boolean;
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly trust?: boolean;
  readonly requireSandbox?: boolean;
  readonly session: boolean;
  readonly record?: string;
  readonly events: readonly string[];
  /** The descriptors that `events` may name; absent where the system does not tell. */
  readonly inherited?: ReadonlySet<number>;
  readonly agUiCompat?: string;
  readonly printSchema?: boolean;
  readonly plain?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** What holds where no flag was given and nothing is to be kept. */
export const NO_OPTIONS: RunOptions = { allow: [], deny: [], events: [], session: false };
