/** What one server lets its clients use. Milliseconds, bytes. */
export interface ServerLimits {
  readonly max_body_bytes: number;
  /** AG-UI runs at the same time. */
  readonly max_runs: number;
  /** Event streams of sessions at the same time. */
  readonly max_streams: number;
  /** Sessions that are kept open. */
  readonly max_sessions: number;
  readonly run_timeout_ms: number;
  /** How long a turn waits for the answers of a front end before it is cancelled. */
  readonly answer_timeout_ms: number;
  /** How long a question waits for other tools to end, so that several can be asked together. */
  readonly gather_ms: number;
  readonly heartbeat_ms: number;
  /** How long a reader may read nothing before it is cut off. */
  readonly stall_ms: number;
  /** How long closing waits for the sessions. */
  readonly close_ms: number;
}

export const DEFAULT_LIMITS: ServerLimits = {
  max_body_bytes: 1_048_576,
  max_runs: 8,
  max_streams: 64,
  max_sessions: 32,
  run_timeout_ms: 30 * 60_000,
  answer_timeout_ms: 60 * 60_000,
  gather_ms: 250,
  heartbeat_ms: 15_000,
  stall_ms: 30_000,
  close_ms: 5_000,
};
