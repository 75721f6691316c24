/** One server as the config has it, with its variables filled in. Either `command` or `url` is there. */
export interface McpServerConfig {
  readonly command?: string | undefined;
  readonly args?: readonly string[] | undefined;
  /** Added to the environment of the tools; the server gets nothing else. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Absolute, or below the working directory. */
  readonly cwd?: string | undefined;
  readonly url?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly enabled?: boolean | undefined;
  /** Seconds that a call may take; the session's own limit for tools holds as well. */
  readonly timeout?: number | undefined;
  /** The tools that are used, by the server's own names; absent: all. */
  readonly tools?: readonly string[] | undefined;
}

/** Everything the servers are given; they read nothing from the surroundings themselves. */
export interface McpOptions {
  readonly servers: Readonly<Record<string, McpServerConfig>>;
  /** Absolute. */
  readonly cwd: string;
  /** The environment of every child process: an allow-list without any key. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where outputs go that are too long for the model. */
  readonly spill_dir: string;
  /** Where each server has a file with what it wrote on standard error. */
  readonly log_dir: string;
  /** Of this program, told to the servers. */
  readonly version: string;
  /** Sends the requests of a server that is reached over HTTP. Never follows a redirect. */
  fetchFor(config: McpServerConfig): typeof globalThis.fetch;
  /** Takes the values out that must not be shown or written. */
  mask(text: string): string;
  /** Whether a tool of this name is to be used. */
  isWanted(name: string): boolean;
  /** Told what a person should know: not fatal. Never called after `close`. */
  warn(message: string, suggested_action?: string): void;
  /** Milliseconds that a turn waits for servers that still connect. Absent: 10 s. */
  readonly wait_ms?: number;
}
