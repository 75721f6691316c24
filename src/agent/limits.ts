/** Everything that bounds a turn. Times in milliseconds. */
export interface AgentLimits {
  /** Model calls in one turn. */
  readonly max_turns: number;
  readonly max_parallel_tools: number;
  /** Tool calls in one response; a larger batch runs nothing. */
  readonly max_batch: number;
  /** How often the same batch may come in a row before it counts as a loop. */
  readonly max_identical_batches: number;
  /** How many batches in a row may have no call that can run. */
  readonly max_invalid_batches: number;
  readonly max_auto_continues: number;
  /** How often a response may pause (`pause`) in a row and be asked to go on. */
  readonly max_pauses: number;
  readonly tool_timeout_ms: number;
  /** How long a cancelled tool may take to end before it is reported as cancelled anyway. */
  readonly cancel_grace_ms: number;
  /** The same for a command: no process may outlive its turn, even where a busy machine makes the key slower. */
  readonly process_grace_ms: number;
  /** The same after a time-out, where nobody waits for the key to work. */
  readonly timeout_grace_ms: number;
  readonly max_retries: number;
  /** For a server that refuses the connection or a name that is not found for the moment. */
  readonly max_connect_retries: number;
  readonly retry_base_ms: number;
  readonly retry_max_ms: number;
  /** A service that asks for a longer wait than this ends the turn instead. */
  readonly longest_wait_ms: number;
  /** After so long without data it is said. */
  readonly stall_warning_ms: number;
  /** After so long without data, in the middle of a response, the request is sent again. */
  readonly stall_ms: number;
  /** The same before the first piece of a response. */
  readonly first_event_ms: number;
  readonly first_event_local_ms: number;
  /** No response may take longer. */
  readonly response_ms: number;
  /** The part of the window that starts a compaction. */
  readonly compact_at: number;
  /** A request whose estimate is more than so many windows is not sent. Less is left to the service to judge. */
  readonly refuse_at: number;
  /** The part of the window that a compaction keeps verbatim. */
  readonly keep_ratio: number;
  /** Compactions before consecutive model calls; one more counts as a loop. */
  readonly max_compactions_in_a_row: number;
}

/** The limits where nothing else is said. */
export const DEFAULT_LIMITS: AgentLimits = {
  max_turns: 50,
  max_parallel_tools: 8,
  max_batch: 25,
  max_identical_batches: 3,
  max_invalid_batches: 3,
  max_auto_continues: 3,
  max_pauses: 10,
  tool_timeout_ms: 120_000,
  cancel_grace_ms: 80,
  process_grace_ms: 1_000,
  timeout_grace_ms: 3_000,
  max_retries: 5,
  max_connect_retries: 3,
  retry_base_ms: 500,
  retry_max_ms: 30_000,
  longest_wait_ms: 60_000,
  stall_warning_ms: 20_000,
  stall_ms: 90_000,
  first_event_ms: 300_000,
  first_event_local_ms: 600_000,
  response_ms: 1_800_000,
  compact_at: 0.85,
  refuse_at: 1.5,
  keep_ratio: 0.2,
  max_compactions_in_a_row: 2,
};
